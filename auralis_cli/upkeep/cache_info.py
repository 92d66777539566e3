"""What `cache info` tells about the cache."""

import contextlib
import os
import sqlite3
from pathlib import Path

import msgspec

from auralis_cli.store.cache_file import open_for_reading
from auralis_cli.store.damage import COMPANIONS, SET_ASIDE
from auralis_cli.system.mounts import is_on_local_disk


class Generation(msgspec.Struct, frozen=True):
    """Rows of one analyzer and analysis version."""

    analyzer: str
    analysis_version: int
    records: int
    failures: int


class CacheFacts(msgspec.Struct, frozen=True):
    """The file and its rows; sizes in bytes, with SQLite's log. `set_aside`: damaged caches beside it."""

    path: str
    exists: bool
    size: int = 0
    schema_version: int = 0
    journal: str | None = None
    on_local_disk: bool = False
    writable: bool = False
    records: int = 0
    failures: int = 0
    tombstones: int = 0
    generations: tuple[Generation, ...] = ()
    roots: tuple[str, ...] = ()
    set_aside: tuple[str, ...] = ()


def read_cache_facts(path: Path) -> CacheFacts:
    """Reads the file; one that is not there is a fact too. CacheError for what is not a readable cache."""
    aside = _set_aside(path)
    if not path.exists():
        return CacheFacts(str(path), exists=False, set_aside=aside)
    with open_for_reading(path) as connection:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        generations: tuple[Generation, ...] = ()
        tombstones = 0
        if version:
            generations = _generations(connection)
            query = "SELECT count(*) FROM tracks WHERE missing_since IS NOT NULL"
            tombstones = int(connection.execute(query).fetchone()[0])
        return CacheFacts(
            str(path),
            exists=True,
            size=sum(_size(f"{path}{suffix}") for suffix in ("", *COMPANIONS)),
            schema_version=version,
            journal=str(connection.execute("PRAGMA journal_mode").fetchone()[0]),
            on_local_disk=is_on_local_disk(path.parent),
            writable=os.access(path, os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK),
            records=sum(each.records for each in generations),
            failures=sum(each.failures for each in generations),
            tombstones=tombstones,
            generations=generations,
            roots=tuple(os.fsdecode(root) for root in read_roots(connection)),
            set_aside=aside,
        )


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
