"""Caches that auralis did not make so: foreign schemas and rows of wrong types are not believed."""

import sqlite3
from pathlib import Path

import pytest
from support.filled_cache import aside, fill, record, survivors, track
from support.made_records import ANALYZER, record_at

from auralis_cli.model.errors import CacheDamagedError, CacheError
from auralis_cli.store.cache import Cache


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE tracks ADD COLUMN mine AS (lufs + 1)",
        "ALTER TABLE roots RENAME COLUMN first_scanned_at TO since",
        "ALTER TABLE tracks RENAME COLUMN lufs TO loudness",
        "DROP TABLE tracks",
        "ALTER TABLE tracks RENAME TO real; CREATE VIEW tracks AS SELECT * FROM real",
        "ALTER TABLE tracks RENAME TO real; CREATE TABLE tracks AS SELECT * FROM real",
        "CREATE UNIQUE INDEX once ON tracks (analyzer)",
        "UPDATE tracks SET details = CAST(zeroblob(2000000) AS TEXT) WHERE size = 1003",
        "UPDATE tracks SET nulls = CAST(x'ff' AS TEXT) WHERE size = 1003",
    ],
)
def test_a_cache_that_auralis_did_not_make_so_is_set_aside(tmp_path: Path, statement: str) -> None:
    path = tmp_path / "cache.db"
    fill(path, 20)
    connection = sqlite3.connect(path)
    if "UNIQUE" in statement:
        connection.execute("DELETE FROM tracks WHERE size > 1000")
    connection.executescript(statement)
    connection.close()
    with Cache(path) as cache:
        survivors(cache, 20)
        cache.note_result(track(30), "a" * 32, record(30), ANALYZER, None)
        cache.note_result(track(31), "b" * 32, record(31), ANALYZER, None)
        cache.commit()
        assert len(cache.warnings) == 1
        assert record_at(cache, track(30).path) == record(30)
    assert aside(path).exists()
    assert "real" not in {row[0] for row in sqlite3.connect(path).execute("SELECT name FROM sqlite_schema")}


def test_a_trigger_is_refused_and_nothing_is_moved(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    fill(path, 5)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TRIGGER loud AFTER INSERT ON tracks BEGIN UPDATE tracks SET lufs = 0; END")
    with pytest.raises(CacheError, match=r"has the trigger 'loud'.*DROP TRIGGER") as refused:
        Cache(path)
    assert not isinstance(refused.value, CacheDamagedError)
    with sqlite3.connect(path) as connection:
        connection.execute("DROP TRIGGER loud")
    with Cache(path) as cache:
        assert survivors(cache, 5) == 5
    assert [file.name for file in tmp_path.glob("*.corrupt-*")] == []


def test_columns_that_the_user_added_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    fill(path, 5)
    with sqlite3.connect(path) as connection:
        connection.execute("ALTER TABLE tracks ADD COLUMN rating INTEGER")
        connection.execute("ALTER TABLE tracks ADD COLUMN note TEXT NOT NULL DEFAULT ''")
        connection.execute("UPDATE tracks SET rating = 5, note = 'mine'")
    with Cache(path) as cache:
        assert survivors(cache, 5) == 5
        cache.note_result(track(1), "c" * 32, record(1), ANALYZER, None)
        cache.note_result(track(30), "d" * 32, record(30), ANALYZER, None)
        cache.commit()
        assert cache.warnings == []
    with sqlite3.connect(path) as connection:
        rows = dict(connection.execute("SELECT CAST(path AS TEXT), rating FROM tracks"))
    assert (rows[track(1).path], rows[track(30).path]) == (5, None)


def test_views_and_indexes_of_the_user_are_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    fill(path, 5)
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE VIEW loud AS SELECT path FROM tracks WHERE lufs > -12")
        connection.execute("CREATE INDEX by_loudness ON tracks (lufs)")
    with Cache(path) as cache:
        assert survivors(cache, 5) == 5
        assert cache.warnings == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("path", "'text'"),
        ("path", "x'2f6100'"),
        ("size", "'many'"),
        ("mtime_ns", "1.5"),
        ("ctime_ns", "'now'"),
        ("inode", "0.5"),
        ("audio_key", "'short'"),
        ("file_key", "17"),
        ("analysis_version", "'three'"),
        ("lufs", "9e999"),
        ("stereo_width", "7"),
        ("lufs", "'loud'"),
        ("details", "'{\"chroma\": 3}'"),
        ("details", "'" + "[" * 5000 + "'"),
        ("warnings", "5"),
        ("error_code", "17"),
        ("nulls", "NULL"),
    ],
)
def test_a_row_of_wrong_types_is_a_miss_and_not_taken_over(tmp_path: Path, column: str, value: str) -> None:
    path = tmp_path / "cache.db"
    fill(path, 3)
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE tracks SET {column} = {value} WHERE size = 1001")
        connection.execute("ALTER TABLE roots RENAME COLUMN first_scanned_at TO since")
    with Cache(path) as cache:
        assert "3 rows were taken over" in cache.warnings[0]  # two records and a failure
        assert survivors(cache, 3) == 2
