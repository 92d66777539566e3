"""What is in the cache and whether it is sound, read without changing it: for `cache info` and `doctor`."""

import contextlib
import os
import sqlite3
from pathlib import Path

import msgspec

from auralis_cli.model.record import AnalyzerName
from auralis_cli.store.cache_file import open_for_reading
from auralis_cli.store.damage import COMPANIONS, SET_ASIDE
from auralis_cli.store.schema import schema_mismatch
from auralis_cli.system.mounts import is_on_local_disk


class Generation(msgspec.Struct, frozen=True):
    """Rows of one analyzer and analysis version."""

    analyzer: str
    analysis_version: int
    records: int
    failures: int


class CacheInfo(msgspec.Struct, frozen=True):
    """The file and its rows. The names of the fields are the keys of `cache info --json`."""

    path: str
    exists: bool
    size: int = 0
    """Bytes, with SQLite's log."""
    schema_version: int = 0
    journal: str | None = None
    on_local_disk: bool = False
    writable: bool = False
    records: int = 0
    failures: int = 0
    missing: int = 0
    """Rows that `cache prune` has marked because their files are missing."""
    generations: tuple[Generation, ...] = ()
    roots: tuple[str, ...] = ()
    """Folders that were scanned."""
    set_aside: tuple[str, ...] = ()
    """Damaged caches that were renamed, in the same folder."""

    def counts_of(self, analyzer: AnalyzerName) -> tuple[int, int]:
        """Records and failures of one analyzer, of all its versions."""
        own = [each for each in self.generations if each.analyzer == analyzer]
        return sum(each.records for each in own), sum(each.failures for each in own)


def read_cache_info(path: Path) -> CacheInfo:
    """Reads the file; `exists` is False when there is none. CacheError for what is not a readable cache."""
    aside = _set_aside(path)
    if not path.exists():
        return CacheInfo(str(path), exists=False, set_aside=aside)
    with open_for_reading(path) as connection:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        generations: tuple[Generation, ...] = ()
        missing = 0
        if version:
            generations = _generations(connection)
            query = "SELECT count(*) FROM tracks WHERE missing_since IS NOT NULL"
            missing = int(connection.execute(query).fetchone()[0])
        return CacheInfo(
            str(path),
            exists=True,
            size=sum(_size(f"{path}{suffix}") for suffix in ("", *COMPANIONS)),
            schema_version=version,
            journal=str(connection.execute("PRAGMA journal_mode").fetchone()[0]),
            on_local_disk=is_on_local_disk(path.parent),
            writable=os.access(path, os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK),
            records=sum(each.records for each in generations),
            failures=sum(each.failures for each in generations),
            missing=missing,
            generations=generations,
            roots=tuple(os.fsdecode(root) for root in read_roots(connection)),
            set_aside=aside,
        )


def find_damage(path: Path) -> str | None:
    """The first damage of the file or the schema, in words; None for a sound cache.

    Reads the whole file, but neither compares indexes with their tables nor checks rows: `cache verify` does.
    CacheError for what is not a readable cache.
    """
    with open_for_reading(path) as connection:
        finding = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        return schema_mismatch(connection) if finding == "ok" else finding


def read_roots(connection: sqlite3.Connection) -> list[bytes]:
    """The folders that were scanned; none in a cache of a version that did not note them."""
    there = connection.execute("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'roots'")
    if there.fetchone() is None:
        return []
    rows = connection.execute("SELECT path FROM roots WHERE typeof(path) = 'blob' ORDER BY path")
    return [path for (path,) in rows]


def _generations(connection: sqlite3.Connection) -> tuple[Generation, ...]:
    rows = connection.execute(
        "SELECT analyzer, analysis_version, count(*) - count(error_code), count(error_code) FROM tracks "
        "WHERE typeof(analyzer) = 'text' AND typeof(analysis_version) = 'integer' GROUP BY 1, 2 ORDER BY 1, 2"
    )
    return tuple(Generation(*row) for row in rows)


def _set_aside(path: Path) -> tuple[str, ...]:
    """Damaged caches that were renamed, without SQLite's files beside them."""
    with contextlib.suppress(OSError):
        prefix = f"{path.name}{SET_ASIDE}"
        names = (name for name in os.listdir(path.parent) if name.startswith(prefix))
        return tuple(sorted(str(path.with_name(name)) for name in names if not name.endswith(COMPANIONS)))
    return ()


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except OSError:
        return 0
