"""`auralis cache verify`: what it finds in sound, wrong and damaged caches, and what `--repair` saves."""

import os
import sqlite3
from pathlib import Path

import pytest
from support.cache_commands import CacheCommands, numbered
from support.library import look_up

from auralis_cli.lookup.results import Miss
from auralis_cli.store.cache import Cache


@pytest.fixture
def library(tmp_path: Path) -> CacheCommands:
    return CacheCommands(tmp_path)


def test_verify_finds_nothing_in_a_sound_cache(library: CacheCommands) -> None:
    library.add(*numbered(3))
    assert library.json("verify")["ok"] is True
    assert "is sound: 3 tracks" in library.run("verify").stdout


def test_verify_names_bad_rows_and_repair_lets_the_next_scan_fill_them(library: CacheCommands) -> None:
    (bad, *_) = library.add(*numbered(3))
    with sqlite3.connect(library.cache) as connection:
        connection.execute("UPDATE tracks SET stereo_width = 7 WHERE path = ?", (os.fsencode(bad.path),))
    found = library.json("verify", code=1)
    assert (found["ok"], found["damage"], found["records"]) == (False, [], 2)
    assert [row["path"] for row in found["bad_rows"]] == [bad.path]
    assert "--repair removes these rows" in library.run("verify", code=1).stdout
    assert library.json("verify", "--repair", code=1)["removed"] == 1
    assert library.json("verify")["records"] == 2
    with Cache(library.cache) as cache:
        assert isinstance(look_up(cache, [bad], with_records=False)[0], Miss)


def test_verify_reports_damage_and_repair_saves_the_rest(library: CacheCommands) -> None:
    library.add(*numbered(300))
    with sqlite3.connect(library.cache) as connection:
        connection.execute("PRAGMA journal_mode = delete")
    connection.close()
    content = bytearray(library.cache.read_bytes())
    content[-20 * 4096 : -10 * 4096] = bytes(10 * 4096)
    library.cache.write_bytes(content)
    found = library.json("verify", code=1)
    assert found["damage"]
    assert library.cache.read_bytes() == content
    done = library.run("verify", "--repair", code=1)
    assert "was renamed to cache.db.corrupt-" in done.stderr
    assert library.json("verify")["records"] > 200
    assert len(library.json("info")["set_aside"]) == 1


def test_verify_reports_a_broken_header(library: CacheCommands) -> None:
    library.add(*numbered(3))
    content = bytearray(library.cache.read_bytes())
    content[:16] = b"SQLite form\x00t 3\x00"
    library.cache.write_bytes(content)
    assert "its header is damaged" in library.json("verify", code=1)["damage"][0]
