"""Whether a database has the schema that auralis makes: a cache comes from anywhere, like a sidecar."""

import contextlib
import sqlite3
from collections.abc import Iterator
from functools import cache
from typing import Final

from auralis_cli.store.schema import MIGRATIONS, migrate, schema_version

LONGEST_VALUE_BYTES: Final = 1 << 20
"""No text or blob of ours is that long: a whole row has about 2 KiB."""


def distrust(connection: sqlite3.Connection) -> None:
    """Makes SQLite wary of what is in the file: functions in its schema, cells, the length of values."""
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LONGEST_VALUE_BYTES)


def schema_fault(connection: sqlite3.Connection) -> str | None:
    """What is not as auralis makes it, at the version that the file states; None for a good schema.

    Tables that are views or virtual, other columns, any trigger. Views, indexes and tables that the user has
    added are left alone: nothing of auralis ever reads them.
    """
    with _one_look(connection):
        version = schema_version(connection)
        triggers = connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        tables = _tables(connection)
    if triggers:
        return f"it has the trigger {triggers[0][0]!r}"
    if version > len(MIGRATIONS):
        return None  # not for this program to judge
    for name, columns in _expected_tables(version).items():
        if tables.get(name) != columns:
            return f"its table {name!r} is not the one of version {version}"
    return None


@contextlib.contextmanager
def _one_look(connection: sqlite3.Connection) -> Iterator[None]:
    """One state of the file for several reads: another process may be migrating it."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


Columns = tuple[tuple[object, ...], ...]


def _tables(connection: sqlite3.Connection) -> dict[str, Columns]:
    """Columns by table: name, type, not null, default, place in the key, hidden."""
    found = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' "
        "AND sql NOT LIKE 'CREATE VIRTUAL%'"
    ).fetchall()
    query = 'SELECT name, type, "notnull", dflt_value, pk, hidden FROM pragma_table_xinfo(?)'
    return {name: tuple(connection.execute(query, (name,)).fetchall()) for (name,) in found}


@cache
def _expected_tables(version: int) -> dict[str, Columns]:
    """The tables that the migrations up to this version make."""
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        migrate(connection, MIGRATIONS[:version])
        return _tables(connection)
