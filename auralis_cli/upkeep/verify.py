"""`cache verify`: is the file sound, is its schema ours, does every row keep the rules of a row?"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import msgspec

from auralis_cli.model.errors import CacheDamagedError
from auralis_cli.store.cache_file import cache_errors, open_cache_file, open_for_reading
from auralis_cli.store.connection import transaction
from auralis_cli.store.rows import ROW_COLUMN_NAMES, ROW_COLUMNS, broken_row_rule
from auralis_cli.store.schema import schema_mismatch

MAX_FINDINGS: Final = 100
"""Findings of SQLite that are listed."""


class BadRow(msgspec.Struct, frozen=True):
    """A row that breaks a rule."""

    rowid: int
    path: str
    reason: str
    """The first rule that it breaks, in words."""


class Verification(msgspec.Struct, frozen=True):
    """What was found. `damage`: SQLite's findings, and how the schema differs from that of auralis."""

    path: str
    records: int
    failures: int
    damage: tuple[str, ...]
    bad_rows: tuple[BadRow, ...]

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.damage and not self.bad_rows


def verify_cache(path: Path, progress: Callable[[int], None] = lambda _: None) -> Verification:
    """Reads all of the cache and changes nothing; `progress` gets the number of rows read so far.

    CacheError for what is not a cache that this version can read.
    """
    try:
        with open_for_reading(path) as connection:
            return _verify(path, connection, progress)
    except CacheDamagedError as error:
        return Verification(str(path), 0, 0, (str(error),), ())


def _verify(path: Path, connection: sqlite3.Connection, progress: Callable[[int], None]) -> Verification:
    records = failures = 0
    bad: list[BadRow] = []
    damage = list(_damage(connection))
    try:
        for count, row in enumerate(_rows(connection), 1):
            progress(count)
            if (broken := broken_row_rule(row)) is not None:
                bad.append(BadRow(row["rowid"], _shown(row["path"]), broken))
            elif row["error_code"] is None:
                records += 1
            else:
                failures += 1
    except (sqlite3.Error, OverflowError) as error:
        damage.append(f"row {records + failures + len(bad) + 1:,} and those after it cannot be read: {error}")
    return Verification(str(path), records, failures, tuple(damage), tuple(bad))


def remove_bad_rows(path: Path, bad_rows: tuple[BadRow, ...]) -> int:
    """Removes rows that break a rule, so that the next scan fills them anew. Returns how many."""
    removed = 0
    with (
        contextlib.closing(open_cache_file(path)) as connection,
        cache_errors(path, "write to"),
        transaction(connection),
    ):
        for bad in bad_rows:
            # A scan may have replaced it by a good one meanwhile.
            if any(broken_row_rule(row) for row in _rows(connection, "WHERE rowid = ?", bad.rowid)):
                removed += connection.execute("DELETE FROM tracks WHERE rowid = ?", (bad.rowid,)).rowcount
    return removed


def _damage(connection: sqlite3.Connection) -> Iterator[str]:
    try:
        found = connection.execute(f"PRAGMA integrity_check({MAX_FINDINGS})").fetchall()
        yield from (str(line) for (line,) in found if line != "ok")
        if (mismatch := schema_mismatch(connection)) is not None:
            yield mismatch
    except sqlite3.Error as error:
        yield str(error)


def _rows(connection: sqlite3.Connection, where: str = "", *values: int) -> Iterator[dict[str, Any]]:
    """The rows, values by column. Read from the table itself: an index may be damaged."""
    query = f"SELECT rowid, {', '.join(ROW_COLUMNS)} FROM tracks NOT INDEXED {where} ORDER BY rowid"
    for row in connection.execute(query, values):
        yield dict(zip(("rowid", *ROW_COLUMN_NAMES), row, strict=True))


def _shown(path: object) -> str:
    return os.fsdecode(path) if isinstance(path, bytes) else repr(path)[:200]
