"""One term of a query as a condition: what a value means for a field of its kind."""

import os
import re
from enum import StrEnum
from typing import Final

from auralis_cli.files.urls import is_url, place_of
from auralis_cli.library.conditions import Condition
from auralis_cli.library.fields import WORD_FIELDS, Field, Kind, QueryError
from auralis_cli.library.functions import compiled, folded
from auralis_cli.library.musical_key import keys_meant

_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)")
_CLOCK: Final = re.compile(r"(?:(\d+):)?(\d+):([0-5]\d(?:\.\d+)?)", re.ASCII)
_DATE: Final = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d(:\d\d(:\d\d)?)?)?)?)?", re.ASCII)
_MULTIPLES: Final = {"k": 1_000, "K": 1_000, "M": 1_000_000, "G": 1_000_000_000}
_PLACE: Final = re.compile(r"(\.{0,2}|~)/.*|\.{1,2}|~", re.DOTALL)
_NULL: Final = "null"
_FLAGS: Final = {"yes": 1, "true": 1, "1": 1, "no": 0, "false": 0, "0": 0}


class Operator(StrEnum):
    """What stands after the colon of `field:`."""

    HAS = ""
    IS = "="
    MATCHES = ":"


def term_condition(
    field: Field, operator: Operator, value: str, where: str, *, quoted: bool = False
) -> Condition:
    """Tracks whose field is as the value says; a quoted one is a text. QueryError names the place `where`."""
    if operator is Operator.HAS and value == _NULL and not quoted:
        return Condition(f"{field.sql} IS NULL")
    if field.is_number:
        return _number_condition(field, operator, value, where)
    if field.kind is Kind.DATE:
        return _date_condition(field, operator, value, where)
    if field.kind is Kind.FLAG:
        return _flag_condition(field, value, where)
    if field.kind is Kind.KEY and operator is not Operator.MATCHES:
        return _key_condition(field, value, where)
    return _text_condition(field, operator, value, where, quoted=quoted)


def is_place(text: str) -> bool:
    """Whether a text names a folder or file: as in the shell (`/music/Jazz`, `./new`, `~`), or by its URL."""
    return is_url(text) or _PLACE.fullmatch(text) is not None


def word_condition(word: str) -> Condition:
    """Tracks that have the word in one of the WORD_FIELDS.

    They are searched as one text, with a NUL between them, which no word has: that takes a third of the time.
    """
    texts = " || x'00' || ".join(f"coalesce({column}, '')" for column in WORD_FIELDS)
    return Condition(f"has_text(CAST({texts} AS BLOB), ?)", (os.fsencode(folded(word)),))


def place_condition(text: str) -> Condition:
    """Tracks at or below this place, by the spelling of their paths."""
    path = os.fsencode(place_of(os.path.expanduser(text)).rstrip("/") or "/")
    below = path.rstrip(b"/") + b"/"
    end = below[:-1] + bytes([ord("/") + 1])
    return Condition("path_bytes = ? OR (path_bytes > ? AND path_bytes < ?)", (path, below, end))


def _text_condition(field: Field, operator: Operator, value: str, where: str, *, quoted: bool) -> Condition:
    column = f"CAST({field.sql} AS BLOB)"
    if operator is Operator.IS:
        return Condition(f"{column} = ?", (os.fsencode(value),))
    if operator is Operator.MATCHES:
        try:
            compiled(os.fsencode(value))
        except (re.error, OverflowError, RecursionError) as error:
            raise QueryError(f"{where}: '{value}' is no regular expression: {error}") from error
        return Condition(f"matches({column}, ?)", (os.fsencode(value),))
    if field.kind is Kind.PATH and not quoted and is_place(value):
        return place_condition(value)
    return Condition(f"has_text({column}, ?)", (os.fsencode(folded(value)),))


def _flag_condition(field: Field, value: str, where: str) -> Condition:
    is_wanted = _FLAGS.get(value.lower())
    if is_wanted is None:
        raise QueryError(
            f"{where}: '{value}' is neither yes nor no; write {field.name}:yes or {field.name}:no"
        )
    return Condition(f"{field.sql} = ?", (is_wanted,))


def _key_condition(field: Field, value: str, where: str) -> Condition:
    names = {name for key in keys_meant(value) for name in (key.name, key.other_name)}
    if not names:
        raise QueryError(
            f"{where}: '{value}' is no key; write {field.name}:8A (Camelot), {field.name}:1m (Open Key), "
            f"{field.name}:Am or '{field.name}:A minor'; {field.name}:minor finds all minor keys"
        )
    return Condition(f"{field.sql} IN ({', '.join('?' * len(names))})", tuple(sorted(names)))


def _date_condition(field: Field, operator: Operator, value: str, where: str) -> Condition:
    low, high = _range(field, operator, value, where)
    conditions = []
    values: list[str] = []
    for end, sign in ((low, ">="), (high, "<=")):
        if not end:
            continue
        if not _DATE.fullmatch(end):
            raise QueryError(f"{where}: '{end}' is no date; write 2026, 2026-11 or 2026-11-29 (in UTC)")
        conditions.append(f"substr({field.sql}, 1, {len(end)}) {sign} ?")
        values.append(end)
    return Condition(" AND ".join(conditions), tuple(values))


def _number_condition(field: Field, operator: Operator, value: str, where: str) -> Condition:
    low, high = _range(field, operator, value, where)
    if low == high:
        number = _number(field, low, where)
        half = 0.5 if field.kind is Kind.WHOLE else _half_of_last_place(field, low)
        return Condition(f"{field.sql} BETWEEN ? AND ?", (number - half, number + half))
    least = _number(field, low, where) if low else None
    most = _number(field, high, where) if high else None
    if least is not None and most is not None and least > most:
        raise QueryError(f"{where}: {low} is more than {high}; write {field.name}:{high}..{low}")
    conditions = [
        *([] if least is None else [Condition(f"{field.sql} >= ?", (least,))]),
        *([] if most is None else [Condition(f"{field.sql} <= ?", (most,))]),
    ]
    return Condition(
        " AND ".join(each.sql for each in conditions),
        tuple(value for each in conditions for value in each.values),
    )


def _range(field: Field, operator: Operator, value: str, where: str) -> tuple[str, str]:
    """Both ends of `low..high`, which are equal for a single value; an end that is left out is empty."""
    if operator is Operator.MATCHES:
        raise QueryError(f"{where}: '::' is for texts, and {field.name} is a {field.kind}; {_example(field)}")
    low, dots, high = value.partition("..")
    if dots and not low and not high:
        raise QueryError(f"{where}: the range has no end; {_example(field)}")
    return (low, high) if dots else (value, value)


def _number(field: Field, text: str, where: str) -> float:
    if field.kind is Kind.DURATION and (clock := _CLOCK.fullmatch(text)):
        hours, minutes, seconds = clock.groups(default="0")
        return 3600 * int(hours) + 60 * int(minutes) + float(seconds)
    digits, multiple = (text[:-1], _MULTIPLES[text[-1]]) if text[-1] in _MULTIPLES else (text, 1)
    if not _NUMBER.fullmatch(digits):
        raise QueryError(f"{where}: '{text}' is no number; {_example(field)}")
    return float(digits) * multiple


def _half_of_last_place(field: Field, text: str) -> float:
    """A single number means all that are shown as it, or round to it where it has more decimals."""
    given = len(text.partition(".")[2].rstrip("kKMG"))
    return 0.5 / 10.0 ** max(field.decimals, given)


def _example(field: Field) -> str:
    low, high = field.example
    return (
        f"write {field.name}:{low}..{high}, {field.name}:{low}.., {field.name}:..{high} or {field.name}:{low}"
    )
