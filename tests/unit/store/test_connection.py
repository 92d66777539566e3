import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from auralis_cli.store.connection import MAX_VALUE_BYTES, open_untrusted, transaction


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with contextlib.closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None)) as connection:
        connection.execute("CREATE TABLE t (x UNIQUE)")
        yield connection


def values(connection: sqlite3.Connection) -> list[object]:
    return [x for (x,) in connection.execute("SELECT x FROM t ORDER BY x")]


def test_a_transaction_is_written_at_its_end(connection: sqlite3.Connection) -> None:
    with transaction(connection):
        connection.execute("INSERT INTO t VALUES (1), (2)")
    assert not connection.in_transaction
    assert values(connection) == [1, 2]


@pytest.mark.parametrize("conflict", ["ABORT", "ROLLBACK"])
def test_after_an_error_nothing_of_it_is_there(connection: sqlite3.Connection, conflict: str) -> None:
    """An `OR ROLLBACK` ends the transaction itself, as a full disk does."""
    connection.execute("INSERT INTO t VALUES (1)")

    def insert() -> None:
        with transaction(connection):
            connection.execute("INSERT INTO t VALUES (2)")
            connection.execute(f"INSERT OR {conflict} INTO t VALUES (1)")

    with pytest.raises(sqlite3.IntegrityError, match="UNIQUE"):
        insert()
    assert not connection.in_transaction
    assert values(connection) == [1]


def test_nobody_else_writes_between_its_reads_and_its_writes(
    tmp_path: Path, connection: sqlite3.Connection
) -> None:
    with (
        contextlib.closing(sqlite3.connect(tmp_path / "a.db", isolation_level=None, timeout=0)) as other,
        transaction(connection),
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("INSERT INTO t VALUES (1)")


def test_what_is_not_trusted_is_read_only_within_limits(
    tmp_path: Path, connection: sqlite3.Connection
) -> None:
    connection.execute("INSERT INTO t VALUES (CAST(x'ff' AS TEXT))")
    with open_untrusted(tmp_path / "a.db") as untrusted:
        assert values(untrusted) == ["\ufffd"]
        with pytest.raises(sqlite3.OperationalError, match="readonly"):
            untrusted.execute("DELETE FROM t")
        connection.execute("UPDATE t SET x = zeroblob(?)", (MAX_VALUE_BYTES + 1,))
        with pytest.raises(sqlite3.DataError, match="too big"):
            values(untrusted)
