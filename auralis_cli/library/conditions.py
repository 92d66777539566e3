"""Conditions in SQL over the view `fingerprints`, joined. Values are parameters, never part of the text."""

from collections.abc import Sequence
from typing import NamedTuple


class Condition(NamedTuple):
    """An expression in SQL, and the values of its parameters in order."""

    sql: str
    values: tuple[str | bytes | int | float, ...] = ()


def all_of(parts: Sequence[Condition]) -> Condition:
    """True where all are; for no parts true everywhere."""
    return _joined(parts, " AND ", "1")


def any_of(parts: Sequence[Condition]) -> Condition:
    """True where one of them is; for no parts false everywhere."""
    return _joined(parts, " OR ", "0")


def none_of(part: Condition) -> Condition:
    """True where it is not; a track without the value that is asked for does not have it."""
    return Condition(f"NOT coalesce({part.sql}, 0)", part.values)


def _joined(parts: Sequence[Condition], word: str, empty: str) -> Condition:
    if len(parts) == 1:
        return parts[0]
    sql = word.join(f"({part.sql})" for part in parts) or empty
    return Condition(sql, tuple(value for part in parts for value in part.values))
