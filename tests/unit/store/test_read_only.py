"""Who only reads leaves nothing beside a cache, and still sees what a running scan has committed."""

import contextlib
import os
import sqlite3
import stat
from pathlib import Path

import pytest
from support.made_records import ANALYZER, make_record

from auralis_cli.model.errors import CacheDamagedError, CacheError
from auralis_cli.model.record import AnalyzerName, Track
from auralis_cli.store.cache import Cache
from auralis_cli.store.cache_file import open_for_reading
from auralis_cli.store.connection import distrust
from auralis_cli.store.read_only import open_read_only
from auralis_cli.store.schema import MIGRATIONS, migrate

TRACK = Track("/music/a.flac", 5, 6)


def put(cache: Cache, track: Track = TRACK) -> None:
    cache.note_result(track, "", make_record(), ANALYZER, None)
    cache.commit()


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    with Cache(tmp_path / "cache" / "results.db") as cache:
        put(cache)
    return tmp_path / "cache" / "results.db"


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS)))
def test_a_dry_run_does_not_migrate_an_old_cache(tmp_path: Path, version: int) -> None:
    path = tmp_path / "cache" / "old.db"
    path.parent.mkdir()
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        distrust(connection)
        migrate(connection, MIGRATIONS[:version])
    before = content(path.parent)
    with open_read_only(path, AnalyzerName.WORKER) as cache:
        assert cache.headers([TRACK.path]) == {}
    assert content(path.parent) == before


def test_a_dry_run_writes_nothing_beside_a_cache(path: Path) -> None:
    before = content(path.parent), names(path.parent)
    with open_read_only(path, AnalyzerName.WORKER) as cache:
        assert list(cache.headers([TRACK.path])) == [TRACK.path]
        put(cache, Track("/music/b.flac", 7, 8))
        assert (content(path.parent), names(path.parent)) == before
    assert (content(path.parent), names(path.parent)) == before


def test_a_dry_run_makes_no_cache(tmp_path: Path) -> None:
    with open_read_only(tmp_path / "new" / "cache.db", AnalyzerName.WORKER) as cache:
        assert cache.headers([TRACK.path]) == {}
    assert names(tmp_path) == set()


def test_a_dry_run_sees_what_a_running_scan_has_committed(path: Path) -> None:
    other = Track("/music/b.flac", 7, 8)
    with Cache(path) as scan:
        put(scan, other)
        with open_read_only(path, AnalyzerName.WORKER) as cache:
            assert len(cache.headers([TRACK.path, other.path])) == 2


def test_a_damaged_cache_is_called_by_its_own_name(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection:
        connection.execute("ALTER TABLE tracks RENAME COLUMN size TO length")
    with pytest.raises(CacheDamagedError) as error, open_read_only(path, AnalyzerName.WORKER):
        pass
    assert str(path) in str(error.value)


def test_a_file_that_is_no_cache_is_refused(tmp_path: Path) -> None:
    (tmp_path / "song.flac").write_bytes(b"fLaC" * 100)
    with (
        pytest.raises(CacheError, match="it is not an auralis cache"),
        open_read_only(tmp_path / "song.flac", AnalyzerName.WORKER),
    ):
        pass


def may_only_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, as for another user of the group."""
    monkeypatch.setattr(os, "access", lambda place, mode: Path(place) != path or not mode & os.W_OK)


def test_a_reader_leaves_no_file_that_could_lock_the_owner_out(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_only_read(path, monkeypatch)
    before = names(path.parent)
    with open_for_reading(path) as connection:
        assert connection.execute("SELECT count(*) FROM tracks").fetchone() == (1,)
        assert names(path.parent) == before
    assert names(path.parent) == before


def test_a_reader_sees_what_a_running_scan_commits(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Cache(path) as scan:
        may_only_read(path, monkeypatch)
        with open_for_reading(path) as connection:
            for number in range(3):
                put(scan, Track(f"/music/{number}.flac", 7, 8))
                assert connection.execute("SELECT count(*) FROM tracks").fetchone() == (number + 2,)


def test_a_reader_who_would_write_is_refused_and_leaves_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    may_only_read(path, monkeypatch)
    before = names(path.parent)
    with pytest.raises(CacheError, match="you may only read it"):
        Cache(path)
    assert names(path.parent) == before


@pytest.mark.parametrize(("umask", "mode"), [(0o002, 0o664), (0o022, 0o644), (0o077, 0o600)])
def test_a_new_cache_follows_the_umask(tmp_path: Path, umask: int, mode: int) -> None:
    before = os.umask(umask)
    try:
        with Cache(tmp_path / "cache.db") as cache:
            put(cache)
            for name in ("cache.db", "cache.db-wal", "cache.db-shm"):
                assert stat.S_IMODE((tmp_path / name).stat().st_mode) == mode
    finally:
        os.umask(before)
