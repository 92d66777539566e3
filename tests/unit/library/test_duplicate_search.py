"""Which audio is looked at for duplicates, and in which files it lies."""

import sqlite3
from pathlib import Path

import pytest
from support.made_records import ANALYZER, make_record

from auralis_cli.library.duplicates.search import search
from auralis_cli.library.selection import Selection
from auralis_cli.model.record import AnalyzerName, Track
from auralis_cli.store.cache import Cache
from auralis_cli.store.schema import MIGRATIONS, migrate

KEYS = {
    "/m/alone": ("1", "a"),
    "/m/samples 1": ("2", "b"),
    "/m/samples 2": ("2", None),
    "/m/chain 1": ("3", "c"),
    "/m/chain 3": ("4", "d"),
    "/m/chain 2": ("4", "c"),
    "/m/without": ("5", None),
}
"""Content and audio keys: what has either in common, also by way of another file, is one audio."""


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    path = tmp_path / "cache.db"
    with Cache(path) as cache:
        for name, (content_key, audio_key) in KEYS.items():
            record = make_record(
                content_key=content_key * 32, audio_key=None if audio_key is None else audio_key * 32
            )
            cache.note_result(Track(name, 1000, 1), "", record, ANALYZER, None)
    return path


@pytest.mark.parametrize("near", [True, False])
def test_files_of_equal_audio_are_together_and_all_files_are_counted(cache: Path, near: bool) -> None:
    found = search(cache, Selection(AnalyzerName.WORKER), near=near)
    assert found.tracks == len(KEYS)
    files = [frozenset(track.path for track in each.tracks) for each in found.audio]
    assert {each for each in files if len(each) > 1} == {
        frozenset({"/m/samples 1", "/m/samples 2"}),
        frozenset({"/m/chain 1", "/m/chain 2", "/m/chain 3"}),
    }
    assert len(files) == (4 if near else 2)


@pytest.mark.parametrize("near", [True, False])
def test_a_cache_from_before_the_tags_is_searched(cache: Path, tmp_path: Path, near: bool) -> None:
    older = tmp_path / "older.db"
    with sqlite3.connect(older, isolation_level=None) as connection:
        migrate(connection, MIGRATIONS[:4])
        columns = [f'"{name}"' for _, name, *_ in connection.execute("PRAGMA table_info(tracks)")]
        connection.execute("ATTACH ? AS newer", (str(cache),))
        names = ", ".join(columns)
        connection.execute(f"INSERT INTO main.tracks ({names}) SELECT {names} FROM newer.tracks")
    connection.close()
    found = search(older, Selection(AnalyzerName.WORKER), near=near, namesakes=True)
    assert found.tracks == len(KEYS)
    assert sorted(len(each.tracks) for each in found.audio if len(each.tracks) > 1) == [2, 2]
