"""What a cache knows of one file, without a trace beside it."""

import contextlib
import os
import sqlite3
from pathlib import Path

import pytest
from support.made_records import ANALYZER, LATER_NS, make_record, write_file

from auralis_cli.files.file_key import key_or_none
from auralis_cli.model.errors import CacheDamagedError, CacheError
from auralis_cli.model.record import Track
from auralis_cli.store.cache import Cache
from auralis_cli.store.cache_slice import open_slice
from auralis_cli.store.connection import distrust
from auralis_cli.store.schema import MIGRATIONS, migrate


@pytest.fixture
def song(tmp_path: Path) -> Track:
    return write_file(tmp_path / "music" / "song.flac", b"song")


@pytest.fixture
def path(tmp_path: Path, song: Track) -> Path:
    """A cache that knows the song, a copy of it, and 50 other files."""
    path = tmp_path / "cache" / "cache.db"
    key = key_or_none(song) or ""
    with Cache(path) as cache:
        for number in range(50):
            cache.note_result(
                Track(f"/other/{number}", 1, 2), f"{number:032x}", make_record(), ANALYZER, None
            )
        cache.note_result(song, key, make_record(lufs=-20.0), ANALYZER, None)
        cache.note_result(Track("/copy.flac", 4, LATER_NS), key, make_record(), ANALYZER, None)
    return path


def paths_in(cache: Path) -> set[str]:
    with contextlib.closing(sqlite3.connect(cache)) as connection:
        return {os.fsdecode(path) for (path,) in connection.execute("SELECT path FROM tracks")}


def traces(path: Path) -> dict[str, tuple[bytes, int]]:
    return {each.name: (each.read_bytes(), each.stat().st_mtime_ns) for each in path.parent.iterdir()}


def test_it_has_the_rows_of_the_file_and_its_copies_and_leaves_no_trace(path: Path, song: Track) -> None:
    before = traces(path)
    with open_slice(path, song.path) as copy:
        assert paths_in(copy) == {song.path, "/copy.flac"}
        with Cache(copy) as cache:
            record = cache.records([song.path])[song.path]
            assert record is not None
            assert record.fingerprint["lufs"] == -20.0
            cache.note_result(Track("/new", 1, 1), "", make_record(), ANALYZER, None)
        assert traces(path) == before
    assert traces(path) == before
    assert not copy.exists()


def test_a_file_that_is_gone_is_known_by_its_path(path: Path) -> None:
    with open_slice(path, "/other/7") as copy:
        assert paths_in(copy) == {"/other/7"}


def test_what_a_running_scan_has_committed_is_there(path: Path) -> None:
    with Cache(path) as scan:
        scan.note_result(Track("/late.flac", 1, 1), "", make_record(), ANALYZER, None)
        scan.commit()
        with open_slice(path, "/late.flac") as copy:
            assert paths_in(copy) == {"/late.flac"}


def test_what_a_killed_scan_had_committed_is_there(path: Path, tmp_path: Path) -> None:
    left = tmp_path / "left" / "cache.db"
    left.parent.mkdir()
    with Cache(path) as scan:
        scan.note_result(Track("/late.flac", 1, 1), "", make_record(), ANALYZER, None)
        scan.commit()
        for suffix in ("", "-wal"):  # as a crash of the machine leaves them
            Path(f"{left}{suffix}").write_bytes(Path(f"{path}{suffix}").read_bytes())
    before = traces(left)
    with open_slice(left, "/late.flac") as copy:
        assert paths_in(copy) == {"/late.flac"}
    assert traces(left) == before


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_an_older_cache_is_read_and_not_migrated(tmp_path: Path, version: int) -> None:
    path = tmp_path / "old" / "cache.db"
    path.parent.mkdir()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        distrust(connection)
        migrate(connection, MIGRATIONS[:version])
        connection.execute(
            "INSERT INTO tracks "
            "(path, size, mtime_ns, analyzer, analysis_version, worker_version, analysed_at) "
            "VALUES (?, 1, 2, 'worker', 3, '0.1.0', '2026')",
            (b"/a.flac",),
        )
    before = traces(path)
    with open_slice(path, "/a.flac") as copy:
        assert paths_in(copy) == {"/a.flac"}
    assert traces(path) == before


def test_without_a_cache_nothing_is_known_and_none_is_made(tmp_path: Path) -> None:
    with open_slice(tmp_path / "none" / "cache.db", "/a.flac") as copy:
        assert paths_in(copy) == set()
    assert not (tmp_path / "none").exists()


def test_a_cache_that_cannot_be_read_is_called_by_its_own_name(path: Path, tmp_path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE tracks RENAME COLUMN size TO length")
    with pytest.raises(CacheDamagedError) as error, open_slice(path, "/a.flac"):
        pass
    assert str(path) in str(error.value)
    (tmp_path / "song.flac").write_bytes(b"fLaC" * 100)
    with pytest.raises(CacheError, match="not an auralis cache"), open_slice(tmp_path / "song.flac", "/a"):
        pass
