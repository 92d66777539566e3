"""SQLite connections: transactions, and how a file that anybody may have made is read safely."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import quote

READ_TIMEOUT_S: Final = 5.0
"""How long a connection that only reads waits for a lock."""

MAX_VALUE_BYTES: Final = 1 << 20
"""No text or blob of ours is that long: a whole row has about 4 KiB."""


@contextlib.contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Writes all of the block's changes, or none of them when it raises.

    For connections in autocommit mode. The lock to write is taken at once, so that what the block reads stays
    true until it writes.
    """
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:  # SQLite itself rolls back on some errors, as on a full disk
            connection.execute("ROLLBACK")
        raise


@contextlib.contextmanager
def snapshot(connection: sqlite3.Connection) -> Iterator[None]:
    """All reads of the block see one state of the file, whatever other processes write meanwhile."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def distrust(connection: sqlite3.Connection) -> None:
    """Sets the connection to read a file that may be damaged or crafted.

    Its schema may call no unsafe function, cells are checked, and long values are refused.
    """
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_VALUE_BYTES)


@contextlib.contextmanager
def open_untrusted(path: Path, *, immutable: bool = False) -> Iterator[sqlite3.Connection]:
    """A connection to an existing database that cannot write to it.

    Bytes of a text that are not UTF-8 are read as U+FFFD. `immutable`: nobody writes meanwhile, and no log is
    beside it; SQLite then makes no files there either. Raises sqlite3.Error.
    """
    uri = f"file:{quote(os.fsencode(path))}?mode=ro{'&immutable=1' * immutable}"
    connection = sqlite3.connect(uri, uri=True, timeout=READ_TIMEOUT_S, isolation_level=None)
    with contextlib.closing(connection):
        distrust(connection)
        connection.text_factory = lambda content: content.decode("utf-8", "replace")
        yield connection
