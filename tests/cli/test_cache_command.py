"""`auralis cache path` and `info`, and what all of its commands refuse."""

import sqlite3
from pathlib import Path

import pytest
from support.cache_commands import CacheCommands, numbered
from support.made_records import ANALYZER, FAILURE

from auralis_cli.model.record import Track
from auralis_cli.store.cache import Cache


@pytest.fixture
def library(tmp_path: Path) -> CacheCommands:
    return CacheCommands(tmp_path)


def test_path_prints_the_path(library: CacheCommands) -> None:
    assert library.run("path").stdout == f"{library.cache}\n"


def test_info_tells_what_is_there_and_changes_nothing(library: CacheCommands) -> None:
    facts = library.json("info")
    assert (facts["exists"], facts["records"]) == (False, 0)
    assert not library.cache.exists()
    library.add(*numbered(3))
    with Cache(library.cache) as cache:
        cache.note_result(Track("/gone.flac", 1, 1), "", FAILURE, ANALYZER, None)
    content = library.cache.read_bytes()
    facts = library.json("info")
    assert (facts["records"], facts["failures"], facts["missing"]) == (3, 1, 0)
    assert facts["roots"] == [{"path": str(library.music), "path_b64": None}]
    assert facts["generations"] == [
        {"analyzer": "worker", "analysis_version": 3, "records": 3, "failures": 1}
    ]
    assert "3 with a fingerprint, 1 failed" in library.run("info").stdout
    assert library.cache.read_bytes() == content


def test_a_newer_cache_is_refused_untouched_by_every_command(library: CacheCommands) -> None:
    library.add(*numbered(2))
    with sqlite3.connect(library.cache) as connection:
        connection.execute("PRAGMA journal_mode = delete")
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    before = {path.name: path.read_bytes() for path in library.home.iterdir() if path.is_file()}
    for command in (["info"], ["verify"], ["verify", "--repair"], ["prune"], ["rebuild", str(library.music)]):
        assert "a newer auralis has written it" in library.run(*command, code=2).stderr
    assert {path.name: path.read_bytes() for path in library.home.iterdir() if path.is_file()} == before


def test_commands_without_a_cache_say_so(library: CacheCommands) -> None:
    for command in ("verify", "prune"):
        assert "there is no cache at" in library.run(command, code=2).stderr
