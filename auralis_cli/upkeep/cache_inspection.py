"""Looking at the cache's file without changing it: what `doctor` reports."""

import contextlib
import os
import sqlite3
from pathlib import Path
from urllib.parse import quote

import msgspec

from auralis_cli.model.errors import CacheError
from auralis_cli.model.record import AnalyzerName
from auralis_cli.store.schema import APPLICATION_ID, DATABASE_VERSION
from auralis_cli.system.mounts import is_on_local_disk

READ_TIMEOUT_S = 2.0


class CacheState(msgspec.Struct, frozen=True):
    """What is in the file: tracks and failures of one analyzer, size in bytes.

    `problem` is SQLite's finding about a damaged one.
    """

    tracks: int
    failures: int
    size: int
    journal: str
    local: bool
    writable: bool
    problem: str | None


def inspect_cache(path: Path, analyzer: str = AnalyzerName.WORKER) -> CacheState:
    """Reads the file. Raises CacheError when it is not a cache that this version can read."""
    uri = f"file:{quote(os.fsencode(path))}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True, timeout=READ_TIMEOUT_S)) as connection:
            return _inspect(path, connection, str(analyzer))
    except (sqlite3.Error, OSError) as error:
        raise CacheError(
            f"cannot read the cache {path}: {error}; correct its permissions, or move it away: "
            "the next scan fills a new one from the sidecars"
        ) from error


def _inspect(path: Path, connection: sqlite3.Connection, analyzer: str) -> CacheState:
    size = path.stat().st_size
    if size and _pragma(connection, "application_id") != APPLICATION_ID:
        raise CacheError(f"{path} is not an auralis cache; name another file: auralis config set cache FILE")
    version = int(_pragma(connection, "user_version"))
    if version > DATABASE_VERSION:
        raise CacheError(
            f"a newer auralis has written the cache {path} (version {version}, known: {DATABASE_VERSION}); "
            "update auralis, or name another file: auralis config set cache FILE"
        )
    tracks = failures = 0
    if version > 0:
        tracks, failures = connection.execute(
            "SELECT count(*) - count(error_code), count(error_code) FROM tracks WHERE analyzer = ?",
            (analyzer,),
        ).fetchone()
    finding = str(_pragma(connection, "quick_check(1)"))
    return CacheState(
        tracks=tracks,
        failures=failures,
        size=size,
        journal=str(_pragma(connection, "journal_mode")),
        local=is_on_local_disk(path.parent),
        writable=os.access(path, os.W_OK) and os.access(path.parent, os.W_OK | os.X_OK),
        problem=None if finding == "ok" else finding,
    )


def _pragma(connection: sqlite3.Connection, name: str) -> int | str:
    value: int | str = connection.execute(f"PRAGMA {name}").fetchone()[0]
    return value
