"""How the value of a setting is read: `parse_…` from text, as TOML would have it, and `check_…` from that
into a field of `Settings`. All raise ValueError.
"""

import os
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from auralis_cli.settings.values import PathMap

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})
SCHEDULER_SCHEMES = frozenset({"tcp", "tls", "ws", "wss", "ucx"})


def as_it_is(text: str) -> object:
    """Text is what TOML would have too."""
    return text


def parse_bool(text: str) -> object:
    """`yes`, `off` and the like."""
    word = text.strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueError(text)


def parse_patterns(text: str) -> object:
    """Patterns with the separator of paths between them."""
    return [pattern for pattern in text.split(os.pathsep) if pattern]


def parse_lines(text: str) -> object:
    """One entry on each line."""
    return [part for part in text.split("\n") if part.strip()]


def check_path(value: object, folder: Path) -> Path:
    """An absolute path."""
    if not isinstance(value, str | Path) or not str(value).strip() or "\0" in str(value):
        raise ValueError(value)
    try:
        path = Path(value).expanduser()
    except RuntimeError as error:
        raise ValueError(value) from error
    return Path(os.path.normpath(folder / path))


def check_whole_number(minimum: int, maximum: int) -> Callable[[object, Path], int]:
    """A check for a whole number from `minimum` to `maximum`."""

    def check(value: object, _: Path) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= maximum:
            raise ValueError(value)
        return value

    return check


def check_bool(value: object, _: Path) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(value)  # noqa: TRY004 - callers expect ValueError
    return value


def check_word(words: type[StrEnum]) -> Callable[[object, Path], StrEnum]:
    """A check for one of these words."""

    def check(value: object, _: Path) -> StrEnum:
        if not isinstance(value, str):
            raise ValueError(value)  # noqa: TRY004
        return words(value)

    return check


def check_scheduler(value: object, _: Path) -> str:
    """An address of Dask with its protocol and no user, but none within one process."""
    if not isinstance(value, str):
        raise ValueError(value)  # noqa: TRY004
    scheme, found, rest = value.partition("://")
    if not found or scheme not in SCHEDULER_SCHEMES or not rest.strip("/") or "@" in rest:
        raise ValueError(value)
    return value


def check_path_map(value: object, _: Path) -> tuple[PathMap, ...]:
    """A list of maps, each as text or as it is."""
    if not isinstance(value, list | tuple):
        raise ValueError(value)  # noqa: TRY004
    return tuple(map(_path_map_of, value))


def _path_map_of(text: object) -> PathMap:
    """`[MACHINE@]FROM=TO`, both folders absolute: what they are relative to would differ by machine."""
    if isinstance(text, PathMap):
        return text
    if not isinstance(text, str):
        raise ValueError(text)  # noqa: TRY004
    text.encode()  # maps travel as JSON; the error of other bytes is a ValueError
    machine, at, folders = text.partition("@") if not text.startswith("/") else ("", "", text)
    ours, equals, theirs = folders.partition("=")
    if not (ours.startswith("/") and equals and theirs.startswith("/")) or (at and not machine):
        raise ValueError(text)
    return PathMap(os.path.normpath(ours), os.path.normpath(theirs), machine or None)


def check_patterns(value: object, _: Path) -> tuple[str, ...]:
    """A list of patterns."""
    if not isinstance(value, list | tuple) or not all(
        isinstance(pattern, str) and pattern for pattern in value
    ):
        raise ValueError(value)
    return tuple(value)


def check_ffmpeg(value: object, folder: Path) -> str:
    """A bare name, which PATH resolves, and `none` stay; anything else becomes an absolute path."""
    if not isinstance(value, str | Path) or not str(value).strip():
        raise ValueError(value)
    text = str(value)
    if os.sep not in text and not text.startswith("~"):
        return text
    return str(check_path(text, folder))
