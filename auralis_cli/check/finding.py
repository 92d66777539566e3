"""What a rule finds: a figure, its limit, and where in the track."""

import os
from collections.abc import Sequence
from enum import StrEnum
from typing import Final, NamedTuple

import msgspec


class Level(StrEnum):
    """How grave a finding is, the gravest first."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    def is_at_least(self, other: "Level") -> bool:
        """Whether this is as grave as the other, or graver."""
        return _GRADES.index(self) <= _GRADES.index(other)


_GRADES: Final = tuple(Level)


class FailOn(StrEnum):
    """The lowest level that fails the check, if any does."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    NEVER = "never"


class Found(NamedTuple):
    """What a rule says of one track or album.

    `message`: the figure in words, such as `true peak +0.8 dBTP`. `value` and `limit` are in `unit`; None
    where the rule is about no number. `times_s`: where in the track, in seconds from its start. `mark`: tells
    apart two findings of one rule on the same audio.
    """

    message: str
    value: float | None = None
    limit: float | None = None
    unit: str = ""
    times_s: Sequence[float] = ()
    mark: str = ""
    limit_text: str = ""
    """The limit as it is shown, such as `limit -1.0`."""


class Finding(msgspec.Struct, frozen=True):
    """A rule's verdict on a file, or on an album as a whole (`path` is its folder then)."""

    code: str
    level: Level
    path: str
    album: str
    found: Found
    content_key: str
    """Hash of the decoded audio that it is about; empty where nothing was decoded."""
    fails: bool
    """Whether its level is at or above the one that fails the check."""

    @property
    def folder(self) -> str:
        """Where its file lies."""
        return self.path.rpartition("/")[0] or "/"

    @property
    def key(self) -> str:
        """What it is known by in a baseline: survives new names, places and tags."""
        mark = f"#{self.found.mark}" if self.found.mark else ""
        return valid_text(f"{self.code}:{self.content_key}{mark}")


def valid_text(text: str) -> str:
    r"""The text with each byte of a file name that is not UTF-8 as `\xff`: JSON cannot hold it."""
    return os.fsencode(text).decode("utf-8", "backslashreplace")


def signed(value: float, decimals: int = 1) -> str:
    """`+0.8`, `-3.2`, `0.0`."""
    text = f"{value:+.{decimals}f}"
    return text if text.strip("+-0.") else text[1:]


def at_time(seconds: float) -> str:
    """`0:07.0`, `12:05.3`, `3:00:12.4`: a place in a track."""
    tenths = round(seconds * 10)
    minutes, rest = divmod(tenths, 600)
    hours, minute = divmod(minutes, 60)
    second = f"{rest // 10:02}.{rest % 10}"
    return f"{hours}:{minute:02}:{second}" if hours else f"{minute}:{second}"
