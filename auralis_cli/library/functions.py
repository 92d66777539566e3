"""What queries compute of a value that SQLite cannot: capitals beyond ASCII, regular expressions, octaves."""

import os
import re
import sqlite3
import unicodedata
import warnings
from functools import lru_cache
from typing import Final, NamedTuple

from auralis_cli.library.fields import QueryError
from auralis_cli.library.musical_key import wheel_order

_DIGITS: Final = re.compile(r"[0-9]+")
_LONGEST_NUMBER: Final = 10


class BpmRange(NamedTuple):
    """Tempi are doubled or halved until they are at least `low` and below `high`."""

    low: float
    high: float

    @classmethod
    def parse(cls, text: str) -> "BpmRange":
        """`80-160`. QueryError where it is no range of an octave or more."""
        match = re.fullmatch(r"(\d+(?:\.\d+)?)(?:-|\.\.)(\d+(?:\.\d+)?)", text.strip())
        if match is None:
            raise QueryError(f"--bpm-range {text}: write two tempi, as in --bpm-range 80-160")
        found = cls(float(match[1]), float(match[2]))
        if not 1 <= found.low <= found.high / 2 or found.high > 10_000:
            raise QueryError(
                f"--bpm-range {text}: the second tempo has to be at least twice the first, so that each "
                "tempo has a place in the range; such as --bpm-range 80-160"
            )
        return found

    def fold(self, tempo: object) -> float | None:
        """The tempo in the range, octaves away from where it was; None for what is no tempo."""
        if not isinstance(tempo, float | int) or not 0 < tempo < 1e6:
            return None
        while tempo < self.low:
            tempo *= 2
        while tempo >= self.high:
            tempo /= 2
        return float(tempo)


OWN_FUNCTIONS: Final = frozenset({"has_text", "matches", "wheel_order", "folded_tempo", "natural_order"})
FOLDED_TEMPO: Final = "folded_tempo(CAST(tempo_bpm AS REAL))"
"""The tempo in the range of tempi, in SQL. A crafted row may have a text as its tempo."""


def add_functions(connection: sqlite3.Connection, bpm_range: BpmRange | None) -> None:
    """The functions that conditions and orders call. They get texts as blobs, and never raise.

    SQLite's texts need not be UTF-8, and Python would decode them before the function sees them.
    """
    connection.create_function("has_text", 2, has_text, deterministic=True)
    connection.create_function("matches", 2, matches, deterministic=True)
    connection.create_function("wheel_order", 1, _wheel_order, deterministic=True)
    connection.create_function("natural_order", 1, natural_order, deterministic=True)
    if bpm_range is not None:
        connection.create_function("folded_tempo", 1, bpm_range.fold, deterministic=True)


def folded(text: str) -> str:
    """The text as it is compared: without capitals, and letters with accents as one character."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).casefold())


def has_text(value: bytes | None, part: bytes) -> bool | None:
    """Whether a text contains a part that is folded already; None for no text."""
    if value is None:
        return None
    if value.isascii():  # most paths are: as bytes it takes half the time
        return part in value.lower()
    return os.fsdecode(part) in folded(os.fsdecode(value))


def natural_order(value: bytes | None) -> str | None:
    """What sorts texts as people do: capitals do not count, and `Vol. 2` comes before `Vol. 10`."""
    if value is None:
        return None
    text = folded(os.fsdecode(value))
    if not text.isascii():
        text = text.encode("utf-8", "backslashreplace").decode()
    return _DIGITS.sub(lambda digits: digits[0].zfill(_LONGEST_NUMBER), text)


def matches(value: bytes | None, pattern: bytes) -> bool | None:
    """Whether a regular expression is found in a text; None for no text."""
    return None if value is None else compiled(pattern).search(os.fsdecode(value)) is not None


def _wheel_order(name: bytes | None) -> int | None:
    return None if name is None else wheel_order(os.fsdecode(name))


@lru_cache(maxsize=64)
def compiled(pattern: bytes) -> re.Pattern[str]:
    """The regular expression; re.error and others for what is none. Python's advice on style is not told."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.compile(os.fsdecode(pattern))
