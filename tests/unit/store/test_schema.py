import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from auralis_cli.model.dimensions import keys
from auralis_cli.model.tags import TAG_NAMES
from auralis_cli.store.schema import (
    APPLICATION_ID,
    DATABASE_VERSION,
    MIGRATIONS,
    NewerSchemaError,
    migrate,
    schema_version,
)
from auralis_cli.store.statements import STAMPS


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    yield connection
    connection.close()


UPSERT = (
    "INSERT INTO tracks (path, size, mtime_ns, analyzer, analysis_version, worker_version, analysed_at) "
    "VALUES (x'61', 1, 2, 'worker', 1, '', '') "
    "ON CONFLICT (path, analyzer) DO UPDATE SET size = excluded.size"
)


def columns(connection: sqlite3.Connection) -> dict[str, str]:
    return {row[1]: row[2] for row in connection.execute("PRAGMA table_info(tracks)")}


def test_a_new_cache_has_a_real_column_for_each_dimension(connection: sqlite3.Connection) -> None:
    migrate(connection)
    found = columns(connection)
    assert [name for name in found if name in keys()] == list(keys())
    assert {found[key] for key in keys()} == {"REAL"}
    assert schema_version(connection) == DATABASE_VERSION
    assert connection.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)


def test_migrating_twice_changes_nothing(connection: sqlite3.Connection) -> None:
    migrate(connection)
    connection.execute(
        "INSERT INTO tracks (path, size, mtime_ns, analyzer, analysis_version, worker_version, analysed_at) "
        "VALUES (x'61', 1, 2, 'worker', 1, '', '')"
    )
    migrate(connection)
    assert connection.execute("SELECT count(*) FROM tracks").fetchone() == (1,)


def test_a_step_that_fails_leaves_the_version_before_it(connection: sqlite3.Connection) -> None:
    def half(connection: sqlite3.Connection) -> None:
        connection.execute("ALTER TABLE tracks ADD COLUMN later REAL")
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        migrate(connection, (*MIGRATIONS, half))
    assert schema_version(connection) == DATABASE_VERSION
    assert "later" not in columns(connection)


def test_a_later_step_keeps_the_rows(connection: sqlite3.Connection) -> None:
    def later(connection: sqlite3.Connection) -> None:
        connection.execute("ALTER TABLE tracks ADD COLUMN later REAL")

    migrate(connection)
    test_migrating_twice_changes_nothing(connection)
    migrate(connection, (*MIGRATIONS, later))
    assert connection.execute("SELECT size, later FROM tracks").fetchall() == [(1, None)]


def test_a_newer_schema_is_an_error_and_changes_nothing(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA user_version = {DATABASE_VERSION + 1}")
    with pytest.raises(NewerSchemaError, match=str(DATABASE_VERSION + 1)):
        migrate(connection)
    assert connection.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,)


def test_version_2_keeps_every_row_and_takes_one_of_each_analyzer(connection: sqlite3.Connection) -> None:
    migrate(connection, MIGRATIONS[:1])
    connection.execute(
        "INSERT INTO tracks (path, size, mtime_ns, analyzer, analysis_version, worker_version, analysed_at, "
        "depends_on_ffmpeg, missing_since, lufs) "
        "VALUES (x'61ff', 1, 2, 'worker', 1, '0.1.0', 'then', 1, 'gone', -9.5)"
    )
    before = connection.execute("SELECT * FROM tracks").fetchall()
    described = columns(connection)
    migrate(connection, MIGRATIONS[:2])
    assert connection.execute("SELECT * FROM tracks").fetchall() == before
    assert columns(connection) == described
    of_the_reference = (
        "INSERT INTO tracks (path, size, mtime_ns, analyzer, analysis_version, worker_version, analysed_at) "
        "VALUES (x'61ff', 1, 2, 'reference', 1, '', '')"
    )
    connection.execute(of_the_reference)
    with pytest.raises(sqlite3.IntegrityError, match=r"UNIQUE .*: tracks\.path, tracks\.analyzer"):
        connection.execute(of_the_reference)


def test_version_5_keeps_every_row_and_knows_nothing_of_the_new_columns(
    connection: sqlite3.Connection,
) -> None:
    migrate(connection, MIGRATIONS[:4])
    connection.execute("ALTER TABLE tracks ADD COLUMN rating REAL")  # the user's
    connection.execute(UPSERT)
    connection.execute("UPDATE tracks SET rating = 4.5")
    (before,) = connection.execute("SELECT * FROM tracks").fetchall()
    migrate(connection, MIGRATIONS[:5])
    assert connection.execute("SELECT * FROM tracks").fetchall() == [(*before, None, None, None)]
    assert list(columns(connection))[-4:] == ["rating", "ctime_ns", "inode", "audio_key"]


def test_version_6_keeps_every_row_and_has_read_no_tags(connection: sqlite3.Connection) -> None:
    migrate(connection, MIGRATIONS[:5])
    connection.execute(UPSERT)
    (before,) = connection.execute("SELECT * FROM tracks").fetchall()
    migrate(connection, MIGRATIONS[:6])
    assert list(columns(connection))[len(before) :] == [*TAG_NAMES, "tags_read"]
    assert connection.execute("SELECT * FROM tracks").fetchall() == [(*before, *[None] * 19)]


def test_version_8_keeps_every_row_as_that_of_a_file(connection: sqlite3.Connection) -> None:
    migrate(connection, MIGRATIONS[:7])
    connection.execute(UPSERT)
    (before,) = connection.execute("SELECT * FROM tracks").fetchall()
    migrate(connection, MIGRATIONS[:8])
    assert list(columns(connection))[len(before) :] == ["source"]
    assert connection.execute("SELECT * FROM tracks").fetchall() == [(*before, None)]


def test_the_scan_of_unchanged_files_reads_an_index_alone(connection: sqlite3.Connection) -> None:
    migrate(connection)
    values = (b"a", b"z", 100, "worker", 1, 3, True)
    plan = str(connection.execute(f"EXPLAIN QUERY PLAN {STAMPS}", values).fetchall())
    assert "COVERING INDEX tracks_by_path" in plan


def test_look_ups_use_an_index(connection: sqlite3.Connection) -> None:
    migrate(connection)
    for key in ("path", "file_key", "inode", "audio_key"):
        query = f"EXPLAIN QUERY PLAN SELECT size FROM tracks WHERE {key} IN (?, ?) AND analyzer = ?"
        plan = connection.execute(query, (b"a", b"b", "worker")).fetchone()[3]
        assert f"{key}=? AND analyzer=?" in plan


@pytest.mark.parametrize("version", range(1, DATABASE_VERSION + 1))
def test_a_connection_knows_the_schema_that_another_one_has_made_meanwhile(
    tmp_path: Path, version: int
) -> None:
    with contextlib.ExitStack() as stack:
        slow, quick = (
            stack.enter_context(contextlib.closing(sqlite3.connect(tmp_path / "c.db", isolation_level=None)))
            for _ in range(2)
        )
        migrate(slow, MIGRATIONS[:version])
        migrate(quick)
        migrate(slow)
        slow.execute(UPSERT)
        assert slow.execute("SELECT path, size FROM tracks").fetchall() == [(b"a", 1)]


@pytest.mark.parametrize("written_before", [False, True])
def test_a_scan_goes_on_when_a_newer_program_migrates_its_cache(tmp_path: Path, written_before: bool) -> None:
    def rebuild_tracks(connection: sqlite3.Connection) -> None:
        MIGRATIONS[1](connection)
        connection.execute("ALTER TABLE tracks ADD COLUMN later REAL")

    with contextlib.ExitStack() as stack:
        scan, newer = (
            stack.enter_context(contextlib.closing(sqlite3.connect(tmp_path / "c.db", isolation_level=None)))
            for _ in range(2)
        )
        migrate(scan)
        if written_before:
            scan.execute(UPSERT)
        migrate(newer, (*MIGRATIONS, rebuild_tracks))
        scan.execute("BEGIN IMMEDIATE")
        scan.execute(UPSERT)
        scan.execute("COMMIT")
        assert newer.execute("SELECT path, size, later FROM tracks").fetchall() == [(b"a", 1, None)]
