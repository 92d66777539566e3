"""A cache that is moved or deleted while a scan uses it: a new one gets all that was in it.

Its open connection still reads it, as long as its disk is there. So nothing that the scan has reported is
lost: neither what it stored itself nor what it found there. Where that cannot be, the scan stops.
"""

import contextlib
import os
import sqlite3
from pathlib import Path
from typing import Final

from auralis_cli.files.identity import GONE, inode_or_path
from auralis_cli.model.errors import CacheError
from auralis_cli.store.cache_file import cache_errors, open_cache_file
from auralis_cli.store.connection import open_untrusted, transaction
from auralis_cli.store.damage import valid_rows
from auralis_cli.store.rows import ROW_COLUMNS

_COLUMNS: Final = (*ROW_COLUMNS, "missing_since")
_TAKE_OVER: Final = (
    f"INSERT INTO tracks ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))}) "
    f"ON CONFLICT (path, analyzer) DO UPDATE SET {', '.join(f'{c} = excluded.{c}' for c in _COLUMNS[1:])} "
    "WHERE excluded.analysed_at > tracks.analysed_at"
)


def has_vanished(path: Path, place: tuple[int, int] | str) -> bool:
    """Whether the file at `path` is not the one that was opened, which lay at `place` (`inode_or_path`).

    A place that is only a path, as where a file has several hard links, tells nothing.
    """
    now = inode_or_path(str(path))
    return now == GONE or (isinstance(now, tuple) and isinstance(place, tuple) and now != place)


def take_over(
    old: sqlite3.Connection, path: Path, place: tuple[int, int] | str, *, busy_timeout_s: float
) -> tuple[sqlite3.Connection, str]:
    """A connection to the cache that is at `path` now, or a new one, with all rows of the old one; a warning.

    Closes `old`. Raises CacheError where the folder or the disk is gone, or the old one cannot be read.
    """
    _check_folder(path, place)
    copy = path.with_name(f"{path.name}.taken-over-{os.getpid()}")
    try:
        _copy(old, copy)
        # Before the new one is opened: SQLite deletes the log beside a database by its name.
        old.close()
        connection = open_cache_file(path, busy_timeout_s=busy_timeout_s)
        with cache_errors(path, "write to"):
            count = _merge(copy, connection)
    except sqlite3.Error as error:
        raise CacheError(
            f"the cache {path} was moved or deleted during the scan, and what was in it cannot be read any "
            f"more ({error}): not all results are stored; put it back if you can, and scan again"
        ) from error
    finally:
        for name in (copy, Path(f"{copy}-journal")):
            with contextlib.suppress(OSError):
                name.unlink()
    rows = "1 row was" if count == 1 else f"{count:,} rows were"
    return connection, (
        f"the cache {path} was moved or deleted during the scan: {rows} taken over into a "
        "new one in its place"
    )


def _check_folder(path: Path, place: tuple[int, int] | str) -> None:
    """A folder of that name may be the empty place where a disk was mounted: nothing is stored there."""
    try:
        device = os.stat(path.parent).st_dev
    except OSError:
        device = None
    if device is None or (isinstance(place, tuple) and device != place[0]):
        raise CacheError(
            f"the cache {path} has vanished with its folder during the scan: it was moved or deleted, or its "
            "disk is gone; not all results are stored; bring it back and scan again, or name another cache "
            "with --cache"
        )


def _copy(old: sqlite3.Connection, copy: Path) -> None:
    with contextlib.closing(sqlite3.connect(copy)) as target:
        old.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")


def _merge(copy: Path, into: sqlite3.Connection) -> int:
    """Copies all rows that keep the rules; where both have one, the later one stays. Returns how many."""
    with transaction(into):
        count = sum(into.execute(_TAKE_OVER, row).rowcount for row in valid_rows(copy))
        with open_untrusted(copy) as connection:
            roots = connection.execute("SELECT path, first_scanned_at FROM roots").fetchall()
        into.executemany("INSERT OR IGNORE INTO roots VALUES (?, ?)", roots)
    return count
