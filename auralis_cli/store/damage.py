"""A damaged cache is renamed, never deleted; a new one gets every row that can be read."""

import contextlib
import heapq
import os
import sqlite3
from collections.abc import Iterator, Set
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from auralis_cli.files.identity import inode_or_path
from auralis_cli.model.errors import CacheDamagedError, CacheError
from auralis_cli.store.cache_file import cache_errors, open_cache_file
from auralis_cli.store.connection import open_untrusted, transaction
from auralis_cli.store.rows import ROW_COLUMN_NAMES, ROW_COLUMNS, broken_row_rule
from auralis_cli.store.tag_columns import TAG_COLUMNS
from auralis_cli.system.file_locks import one_process_at_a_time

COMPANIONS: Final = ("-wal", "-shm", "-journal")
"""SQLite's own files beside a database; without its log a database is not complete."""

SET_ASIDE: Final = ".corrupt-"
"""In a damaged cache's name, between the cache's own name and the time."""

MAX_READS: Final = 4_000
"""Reads after which the rest is given up: about a second. The largest unread ranges are tried first."""

_COLUMNS: Final = (*ROW_COLUMN_NAMES, "missing_since")
_READ_COLUMNS: Final = (*ROW_COLUMNS, "missing_since")
_SQL_COLUMNS: Final = ", ".join(_READ_COLUMNS)
_LATER_COLUMNS: Final = frozenset({"ctime_ns", "inode", "audio_key", *TAG_COLUMNS})
"""What the tables of older versions do not have."""


def set_aside(path: Path) -> Path:
    """Renames the cache and its companions to `<name>.corrupt-<time>`, and returns the new path."""
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    target, number = path.with_name(f"{path.name}{SET_ASIDE}{stamp}"), 1
    while target.exists():
        number += 1
        target = path.with_name(f"{path.name}{SET_ASIDE}{stamp}-{number}")
    path.rename(target)  # first: SQLite never deletes the log of a database that has gone
    for companion in COMPANIONS:
        with contextlib.suppress(FileNotFoundError):
            os.rename(f"{path}{companion}", f"{target}{companion}")
    return target


def salvage(damaged: Path, into: sqlite3.Connection) -> int:
    """Copies the rows that keep the rules from a damaged cache, which is only read. Returns how many."""
    marks = ", ".join("?" * len(_COLUMNS))
    insert = f"INSERT OR IGNORE INTO tracks ({_SQL_COLUMNS}) VALUES ({marks})"
    count = 0
    with transaction(into):
        for row in valid_rows(damaged):
            count += into.execute(insert, row).rowcount
    return count


def valid_rows(damaged: Path) -> Iterator[tuple[Any, ...]]:
    """The rows that can be read and break no rule; nothing where not even the schema can be read."""
    try:
        with open_untrusted(damaged) as connection:
            connection.execute("PRAGMA writable_schema = ON")  # reads on where the file has been cut off
            there = {row[1] for row in connection.execute("PRAGMA table_info(tracks)")}
            if there.issuperset(set(_COLUMNS) - _LATER_COLUMNS):
                yield from _readable_rows(connection, _LATER_COLUMNS - there)
    except sqlite3.Error:
        return


def _readable_rows(connection: sqlite3.Connection, missing: Set[str]) -> Iterator[tuple[Any, ...]]:
    """Reads ranges of rows; where one fails, halves the rest of it until only unreadable rows are left.

    Columns that are `missing`, because an older version made the cache, are NULL.
    """
    columns = (f"NULL AS {column}" if column in missing else column for column in _READ_COLUMNS)
    query = f"SELECT rowid, {', '.join(columns)} FROM tracks NOT INDEXED "
    query += "WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
    whole = (1, _last_rowid(connection))
    ranges = [(whole[0] - whole[1], *whole)]  # the longest first
    for _ in range(MAX_READS):
        if not ranges:
            return
        _, low, high = heapq.heappop(ranges)
        try:
            for rowid, *row in connection.execute(query, (low, high)):
                low = rowid + 1
                if broken_row_rule(dict(zip(_COLUMNS, row, strict=True))) is None:
                    yield tuple(row)
        except (sqlite3.Error, OverflowError):
            middle = (low + high) // 2
            for first, last in ((low, middle), (middle + 1, high)):
                if low < high and first <= last:
                    heapq.heappush(ranges, (first - last, first, last))


def _last_rowid(connection: sqlite3.Connection) -> int:
    try:
        return int(connection.execute("SELECT max(rowid) FROM tracks").fetchone()[0] or 0)
    except (sqlite3.Error, TypeError, ValueError):
        return 1 << 32


def renew_cache_file(
    path: Path,
    damage: CacheDamagedError,
    *,
    place: tuple[int, int] | str | None,
    busy_timeout_s: float,
) -> tuple[sqlite3.Connection, str | None]:
    """A connection to a sound cache at `path`, and a warning that says what became of the damaged one.

    `place` is where the damaged one was (`inode_or_path`), None for one that could not be opened. The warning
    is None when another process has already put a new one there. CacheError when the damaged one cannot be
    renamed.
    """
    with one_process_at_a_time(path.parent):
        if place is None or inode_or_path(str(path)) != place:
            with contextlib.suppress(CacheDamagedError):
                return open_cache_file(path, busy_timeout_s=busy_timeout_s), None
        try:
            aside = set_aside(path)
        except OSError as error:
            why = error.strerror or error
            raise CacheError(f"{damage}; it could not be renamed: {why}") from damage
        connection = open_cache_file(path, busy_timeout_s=busy_timeout_s)
        with cache_errors(path, "write to"):
            saved = salvage(aside, connection)
    reason = str(damage.__cause__ or damage)
    rows = "1 row was" if saved == 1 else f"{saved:,} rows were"
    return connection, (
        f"the cache {path} is damaged ({reason}): it was renamed to {aside.name}, and {rows} "
        "taken over into a new one; the rest comes from sidecars or is analysed again"
    )
