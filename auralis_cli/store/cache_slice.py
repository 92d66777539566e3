"""The rows of a cache that are about one file, in a cache of their own: for who wants to write nothing.

To copy a whole cache takes as long as a disk needs for some 100 MB; the rows about a file are a few.
"""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from auralis_cli.files.file_key import key_or_none
from auralis_cli.model.errors import CacheError
from auralis_cli.model.record import AnalyzerName, Record, Track
from auralis_cli.store.cache_file import cache_errors, check_header, open_cache_file, open_for_reading
from auralis_cli.store.connection import open_untrusted, transaction
from auralis_cli.store.fingerprints_view import record_columns
from auralis_cli.store.private_copy import file_state, has_log, is_in_use, private_copy
from auralis_cli.store.rows import ROW_COLUMNS, file_columns, record_from_row
from auralis_cli.store.schema import DATABASE_VERSION, schema_mismatch, schema_version

_COLUMNS: Final = (*ROW_COLUMNS, "missing_since")
_SELECT: Final = f"SELECT {', '.join(_COLUMNS)} FROM tracks WHERE path = ? OR file_key = ? OR inode = ?"
_INSERT: Final = f"INSERT INTO tracks ({', '.join(_COLUMNS)}) VALUES ({', '.join('?' * len(_COLUMNS))})"

Rows = list[tuple[Any, ...]]


@contextlib.contextmanager
def open_slice(path: Path, file: str) -> Iterator[Path]:
    """The path of a temporary cache with all that the one at `path` knows of the file and of its copies.

    What is written to it is dropped. Raises CacheError.
    """
    with cache_errors(path, "read"):
        if path.exists():
            check_header(path)
        rows = _rows_about(path, file) if path.exists() else []
    with TemporaryDirectory(prefix="auralis-") as folder:
        copy = Path(folder) / path.name
        with contextlib.closing(open_cache_file(copy)) as connection, transaction(connection):
            connection.executemany(_INSERT, rows)
        yield copy


def stored_record(path: Path, file: str, analyzer: AnalyzerName) -> Record | None:
    """What the cache at `path` has of a file, without a look at the file. Raises CacheError."""
    with open_for_reading(path) as connection, cache_errors(path, "read"):
        query = f"SELECT {record_columns(connection)} FROM main.tracks WHERE path = ? AND analyzer = ?"
        row = connection.execute(query, (os.fsencode(file), str(analyzer))).fetchone()
    return None if row is None else record_from_row(tuple(row))


def _rows_about(path: Path, file: str) -> Rows:
    if is_in_use(path):  # SQLite's own files are there already, and stay as they are
        with open_untrusted(path) as connection:
            rows = _select(connection, file)
    else:
        before = file_state(path)
        with open_untrusted(path, immutable=True) as connection:
            rows = _select(connection, file)
        if file_state(path) != before or has_log(path):
            rows = None  # a process began to write, or a killed one has left what it had committed
    return _rows_of_copy(path, file) if rows is None else rows


def _select(connection: sqlite3.Connection, file: str) -> Rows | None:
    """The rows with the path, the bytes or the inode of the file; None if this version cannot read them."""
    if schema_version(connection) != DATABASE_VERSION or schema_mismatch(connection) is not None:
        return None
    track = _track_at(file)
    inode, key = (None, None) if track is None else (file_columns(track)[-1], key_or_none(track))
    return connection.execute(_SELECT, (os.fsencode(file), key, inode)).fetchall()


def _rows_of_copy(path: Path, file: str) -> Rows:
    """From a copy, which is brought up to date where its version is an older one."""
    with private_copy(path) as copy:
        try:
            open_cache_file(copy).close()
        except CacheError as error:
            raise type(error)(str(error).replace(str(copy), str(path))) from error
        with open_untrusted(copy) as connection:
            return _select(connection, file) or []


def _track_at(file: str) -> Track | None:
    try:
        return Track.seen(file, os.stat(file))
    except (OSError, ValueError):
        return None
