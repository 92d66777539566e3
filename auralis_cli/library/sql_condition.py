"""A condition in SQL that the user gives (`--where`): an expression that reads, and nothing else."""

import contextlib
import re
import sqlite3
import time
from collections.abc import Iterator
from typing import Final

from auralis_cli.library.conditions import Condition
from auralis_cli.library.fields import QueryError, fields
from auralis_cli.library.functions import OWN_FUNCTIONS
from auralis_cli.model.errors import CacheError

TIME_LIMIT_S: Final = 60.0
"""Of computing in SQLite; what is done with the rows does not count. 1,000,000 whole rows take half of it."""

MAX_LIKE_BYTES: Final = 200
"""Of a pattern of LIKE or GLOB, whose cost grows with the power of its length."""

_STEPS_PER_CHECK: Final = 20_000

_READABLE: Final = frozenset({"fingerprints", "tracks", "json_each"})
_FUNCTIONS: Final = frozenset(
    {
        "abs",
        "avg",
        "ceil",
        "ceiling",
        "char",
        "coalesce",
        "count",
        "date",
        "datetime",
        "exp",
        "floor",
        "format",
        "glob",
        "group_concat",
        "hex",
        "ifnull",
        "iif",
        "instr",
        "json_array_length",
        "json_extract",
        "json_type",
        "json_valid",
        "julianday",
        "length",
        "like",
        "likelihood",
        "likely",
        "ln",
        "log",
        "log10",
        "log2",
        "lower",
        "ltrim",
        "max",
        "min",
        "mod",
        "nullif",
        "pow",
        "power",
        "printf",
        "quote",
        "replace",
        "round",
        "rtrim",
        "sign",
        "sqrt",
        "strftime",
        "substr",
        "substring",
        "sum",
        "time",
        "total",
        "trim",
        "trunc",
        "typeof",
        "unicode",
        "unixepoch",
        "unlikely",
        "upper",
        "->",
        "->>",
    }
)
"""Functions that compute from what they are given, in bounded time."""

_QUOTED: Final = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^]]*]""", re.DOTALL)
_HINT: Final = (
    """it takes one expression over the columns of 'auralis schema --sql', as in --where 'lufs > -14'"""
)

_OF_THE_STATEMENT: Final = (
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_NOMEM,
    sqlite3.SQLITE_RANGE,
)
_REPAIR: Final = "'auralis cache verify --repair' removes it, and the next scan brings the track back"


class Guard:
    """What a connection lets the statement of a user do: read the view, for a limited time.

    `with_sql`: the user has given a part of it, which may be to blame for an error.
    """

    def __init__(self, connection: sqlite3.Connection, *, with_sql: bool) -> None:
        self._with_sql = with_sql
        self._left_s = TIME_LIMIT_S if with_sql else float("inf")
        self._end = float("inf")
        self._refused: str | None = None
        self._functions = _FUNCTIONS | OWN_FUNCTIONS
        connection.setlimit(sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH, MAX_LIKE_BYTES)
        connection.set_authorizer(self._authorize)
        connection.set_progress_handler(self._is_over, _STEPS_PER_CHECK)

    @contextlib.contextmanager
    def checking(self) -> Iterator[None]:
        """A statement of the user's words alone runs within: the functions of auralis are not for it."""
        self._functions = _FUNCTIONS
        try:
            with self.running():
                yield
        finally:
            self._functions = _FUNCTIONS | OWN_FUNCTIONS

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """A statement of the connection runs within; its errors are explained."""
        start = time.process_time()
        self._end = start + self._left_s
        try:
            yield
        except sqlite3.Error as error:
            raise self._explained(error) from error
        finally:
            self._left_s -= time.process_time() - start

    def _explained(self, error: sqlite3.Error) -> BaseException:
        """The error as one for the user; an interrupt as the interrupt that it was."""
        text = str(error)
        if self._refused is not None:
            return QueryError(f"--where may not {self._refused}; {_HINT}")
        if self._is_over():
            return QueryError(
                f"the query takes more than {TIME_LIMIT_S:.0f} s of computing; ask for less at once"
            )
        if text == "interrupted" or "user-defined function raised" in text:
            return KeyboardInterrupt()  # SQLite has swallowed it: nothing of ours raises anything else
        if self._with_sql and getattr(error, "sqlite_errorcode", 0) & 0xFF in _OF_THE_STATEMENT:
            return QueryError(f"--where: {_told(text)}; {_HINT}")
        if text == "malformed JSON":
            return CacheError(f"a row of the cache has details that are no JSON; {_REPAIR}")
        return error

    def _is_over(self) -> bool:
        return time.process_time() > self._end

    def _authorize(
        self, action: int, first: str | None, second: str | None, _database: str | None, view: str | None
    ) -> int:
        if action == sqlite3.SQLITE_SELECT:
            return sqlite3.SQLITE_OK
        if action == sqlite3.SQLITE_READ:
            if first in _READABLE:
                return sqlite3.SQLITE_OK
            self._refused = f"read the table {first}"
        elif action == sqlite3.SQLITE_FUNCTION:
            if second in self._functions or view == "fingerprints":
                return sqlite3.SQLITE_OK
            self._refused = f"call the function {second}"
        else:
            self._refused = "do anything but read"
        return sqlite3.SQLITE_DENY


def sql_condition(connection: sqlite3.Connection, guard: Guard, sql: str) -> Condition:
    """The text as a condition. Raises QueryError for what is no expression, or would do more than read."""
    _check_form(sql)
    with guard.checking():
        connection.execute(f"SELECT 1 FROM fingerprints WHERE CAST(\n{sql}\nAS NUMERIC) LIMIT 0").fetchall()
    return Condition(f"(\n{sql}\n)")


def _check_form(sql: str) -> None:
    """Refuses what would end the expression that the text stands in; strings and quoted names may hold it."""
    if any("\ud800" <= sign <= "\udfff" for sign in sql):
        raise QueryError(f"--where: it is not UTF-8; {_HINT}")
    if "\0" in sql:
        raise QueryError(f"--where: it has a NUL; {_HINT}")
    bare = _QUOTED.sub(" ", sql)
    for sign, name in ((";", "a semicolon"), ("--", "a comment"), ("/*", "a comment")):
        if sign in bare:
            raise QueryError(f"--where: it has {name}; {_HINT}")
    for quote in "'\"`[":
        if quote in bare:
            raise QueryError(f"--where: a text that begins with {quote} has no end; {_HINT}")
    depth = 0
    for sign in re.findall(r"[()]", bare):
        depth += 1 if sign == "(" else -1
        if depth < 0:
            break
    if depth:
        raise QueryError(f"--where: its parentheses do not match; {_HINT}")
    if not bare.strip() and not _QUOTED.search(sql):
        raise QueryError(f"--where: it is empty; {_HINT}")
    if re.search(r"[?@$]|(?<!:):(?!:)\w", bare):
        raise QueryError(f"--where: it has a parameter, and no value for it; {_HINT}")


def _told(text: str) -> str:
    import difflib

    unknown = re.fullmatch(r"no such column: (\w+)", text)
    near = difflib.get_close_matches(unknown[1], fields(), n=1) if unknown else []
    return f"{text}; did you mean '{near[0]}'?" if near else text
