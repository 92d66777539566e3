"""A damaged cache: set aside under another name, never deleted, and what is still readable taken over."""

import contextlib
import heapq
import os
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from auralis_cli.store.cache_schema import distrust
from auralis_cli.store.row_rules import row_fault
from auralis_cli.store.rows import ROW_COLUMNS

COMPANIONS: Final = ("-wal", "-shm", "-journal")
"""SQLite's own files beside a database; without its log a database is not complete."""

SET_ASIDE: Final = ".corrupt-"
"""After the cache's name and before the time, in the name of a damaged one."""

PROBES: Final = 4_000
"""Reads, after which the rest counts as lost: about a second. Whole halves come first, crumbs last."""

_COLUMNS: Final = (*(name.strip('"') for name in ROW_COLUMNS), "missing_since")


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
    """Copies the believable rows of a damaged cache into a new one; how many. Reads only."""
    names = ", ".join(f'"{name}"' for name in _COLUMNS)
    marks = ", ".join("?" * len(_COLUMNS))
    insert = f"INSERT OR IGNORE INTO tracks ({names}) VALUES ({marks})"
    count = 0
    into.execute("BEGIN IMMEDIATE")
    try:
        for row in believable_rows(damaged):
            count += into.execute(insert, row).rowcount
        into.execute("COMMIT")
    except BaseException:
        if into.in_transaction:
            into.execute("ROLLBACK")
        raise
    return count


def believable_rows(damaged: Path) -> Iterator[tuple[Any, ...]]:
    """The rows that can be read and break no rule; nothing where not even the schema can be read."""
    uri = f"file:{quote(os.fsencode(damaged))}?mode=ro"
    try:
        with contextlib.closing(sqlite3.connect(uri, uri=True, isolation_level=None)) as connection:
            distrust(connection)
            connection.execute("PRAGMA writable_schema = ON")  # reads on where the file has been cut off
            connection.text_factory = _text
            there = {row[1] for row in connection.execute("PRAGMA table_info(tracks)")}
            if there.issuperset(_COLUMNS):
                yield from _readable_rows(connection)
    except sqlite3.Error:
        return


def _readable_rows(connection: sqlite3.Connection) -> Iterator[tuple[Any, ...]]:
    """Reads by rowid; where that fails, halves the rest until what is unreadable is left out."""
    names = ", ".join(f'"{name}"' for name in _COLUMNS)
    query = f"SELECT rowid, {names} FROM tracks NOT INDEXED WHERE rowid BETWEEN ? AND ? ORDER BY rowid"
    whole = (1, _last_rowid(connection))
    ranges = [(whole[0] - whole[1], *whole)]  # the longest first
    for _ in range(PROBES):
        if not ranges:
            return
        _, low, high = heapq.heappop(ranges)
        try:
            for rowid, *row in connection.execute(query, (low, high)):
                low = rowid + 1
                if row_fault(dict(zip(_COLUMNS, row, strict=True))) is None:
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


def _text(content: bytes) -> str:
    return content.decode("utf-8", "replace")
