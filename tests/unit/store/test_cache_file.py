import contextlib
import sqlite3
from pathlib import Path

import pytest

from auralis_cli.model.errors import CacheError
from auralis_cli.store.cache import Cache
from auralis_cli.store.cache_file import open_cache_file
from auralis_cli.store.schema import APPLICATION_ID, DATABASE_VERSION, migrate


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def refused(path: Path, match: str) -> None:
    """Opening fails with this message and leaves the folder as it was, byte for byte."""
    before = contents(path.parent)
    with pytest.raises(CacheError, match=match):
        Cache(path)
    assert contents(path.parent) == before


@pytest.mark.parametrize("wal", [False, True])
def test_a_newer_cache_is_refused_untouched(tmp_path: Path, wal: bool) -> None:
    connection = sqlite3.connect(tmp_path / "cache.db")
    if wal:
        connection.execute("PRAGMA journal_mode = wal")
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {DATABASE_VERSION + 1}")
    connection.close()
    refused(tmp_path / "cache.db", r"a newer auralis has written it .* update auralis")


def test_another_program_s_database_is_refused_untouched(tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "cache.db")
    connection.execute("CREATE TABLE t (x)")
    connection.close()
    refused(tmp_path / "cache.db", "not an auralis cache; name another file with --cache")


@pytest.mark.parametrize("content", [b"x", b"not a database at all" * 20, b"SQLite format 3\x00"])
def test_a_file_that_is_no_database_is_refused_untouched(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "cache.db").write_bytes(content)
    refused(tmp_path / "cache.db", "not an auralis cache")


def test_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CacheError, match="not a file"):
        Cache(tmp_path)


def test_a_folder_that_cannot_be_made_is_an_error_that_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CacheError, match=r"cannot open the cache .*--cache"):
        Cache(tmp_path / "file/cache.db")


def test_an_empty_file_becomes_a_cache(tmp_path: Path) -> None:
    (tmp_path / "cache.db").touch()
    Cache(tmp_path / "cache.db").close()
    Cache(tmp_path / "cache.db").close()


@pytest.mark.parametrize(("local", "journal"), [(True, "wal"), (False, "truncate")])
def test_the_write_ahead_log_is_used_on_local_disks_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, local: bool, journal: str
) -> None:
    for now_local in (not local, local):  # the file may have come from the other kind of disk
        monkeypatch.setattr(
            "auralis_cli.store.cache_file.is_on_local_disk", lambda _, answer=now_local: answer
        )
        connection = open_cache_file(tmp_path / "cache.db")
        mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
        connection.close()
    assert mode == journal


def page_bytes(path: Path) -> int:
    return int.from_bytes(path.read_bytes()[16:18], "big")


def test_a_new_cache_has_pages_that_fit_its_rows_and_an_older_one_keeps_its_own(tmp_path: Path) -> None:
    new, old = tmp_path / "new.db", tmp_path / "old.db"
    with contextlib.closing(sqlite3.connect(old, isolation_level=None)) as connection:
        connection.execute("PRAGMA page_size = 4096")
        migrate(connection)
    for path in (new, old):
        open_cache_file(path).close()
    assert (page_bytes(new), page_bytes(old)) == (8192, 4096)
