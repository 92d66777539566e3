"""The table of settings: key, environment variable, allowed values, meaning, how each is read and written."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from auralis_cli.model.record import AnalyzerName
from auralis_cli.settings.values import SidecarMode

MAX_JOBS = 256
MAX_TIMEOUT_S = 7 * 24 * 3600
MIN_MEMORY_MIB, MAX_MEMORY_MIB = 64, 1 << 20
TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})


class Setting(msgspec.Struct, frozen=True):
    """One setting.

    `parse` turns text (of the environment or the command line) into the value as it is in TOML; `check`
    turns such a value into the field of `Settings`, where relative paths start in the folder. Both raise
    ValueError.
    """

    key: str
    environment: str
    allowed: str
    meaning: str
    parse: Callable[[str], object]
    check: Callable[[object, Path], Any]

    @property
    def flag(self) -> str:
        """The command-line flag that sets it."""
        return "--" + self.key.replace("_", "-")


def _as_it_is(text: str) -> object:
    return text


def _parse_bool(text: str) -> object:
    word = text.strip().lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ValueError(text)


def _parse_patterns(text: str) -> object:
    return [pattern for pattern in text.split(os.pathsep) if pattern]


def _check_path(value: object, folder: Path) -> Path:
    if not isinstance(value, str | Path) or not str(value).strip() or "\0" in str(value):
        raise ValueError(value)
    try:
        path = Path(value).expanduser()
    except RuntimeError as error:
        raise ValueError(value) from error
    return Path(os.path.normpath(folder / path))


def _check_whole_number(minimum: int, maximum: int) -> Callable[[object, Path], int]:
    def check(value: object, _: Path) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or not minimum <= value <= maximum:
            raise ValueError(value)
        return value

    return check


def _check_bool(value: object, _: Path) -> bool:
    if not isinstance(value, bool):
        raise ValueError(value)  # noqa: TRY004 - callers expect ValueError
    return value


def _check_sidecars(value: object, _: Path) -> SidecarMode:
    if not isinstance(value, str):
        raise ValueError(value)  # noqa: TRY004
    return SidecarMode(value)


def _check_analyzer(value: object, _: Path) -> AnalyzerName:
    if not isinstance(value, str):
        raise ValueError(value)  # noqa: TRY004
    return AnalyzerName(value)


def _check_patterns(value: object, _: Path) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(
        isinstance(pattern, str) and pattern for pattern in value
    ):
        raise ValueError(value)
    return tuple(value)


def _check_ffmpeg(value: object, folder: Path) -> str:
    """A bare name, which PATH resolves, and `none` stay; anything else becomes an absolute path."""
    if not isinstance(value, str | Path) or not str(value).strip():
        raise ValueError(value)
    text = str(value)
    if os.sep not in text and not text.startswith("~"):
        return text
    return str(_check_path(text, folder))


SETTINGS: tuple[Setting, ...] = (
    Setting("cache", "AURALIS_CACHE", "a file path", "database of results", _as_it_is, _check_path),
    Setting(
        "jobs",
        "AURALIS_JOBS",
        f"a whole number from 1 to {MAX_JOBS}",
        "worker processes",
        int,
        _check_whole_number(1, MAX_JOBS),
    ),
    Setting(
        "nice", "AURALIS_NICE", "true or false", "run the workers at low priority", _parse_bool, _check_bool
    ),
    Setting(
        "timeout",
        "AURALIS_TIMEOUT",
        f"whole seconds from 1 to {MAX_TIMEOUT_S}",
        "how long the analysis of one file may take; unset: by its size",
        int,
        _check_whole_number(1, MAX_TIMEOUT_S),
    ),
    Setting(
        "max_memory",
        "AURALIS_MAX_MEMORY",
        f"whole MiB from {MIN_MEMORY_MIB} to {MAX_MEMORY_MIB}",
        "memory of one worker with its ffmpeg",
        int,
        _check_whole_number(MIN_MEMORY_MIB, MAX_MEMORY_MIB),
    ),
    Setting(
        "sidecars",
        "AURALIS_SIDECARS",
        "beside, mirror or none",
        "where each track's JSON file goes: beside it, into sidecar_dir, nowhere",
        _as_it_is,
        _check_sidecars,
    ),
    Setting(
        "sidecar_dir",
        "AURALIS_SIDECAR_DIR",
        "a folder path",
        "root of the mirrored tree of sidecars",
        _as_it_is,
        _check_path,
    ),
    Setting(
        "exclude",
        "AURALIS_EXCLUDE",
        f"glob patterns: a list in the file, separated by '{os.pathsep}' in the environment",
        "paths to leave out",
        _parse_patterns,
        _check_patterns,
    ),
    Setting(
        "hidden",
        "AURALIS_HIDDEN",
        "true or false",
        "scan files and folders whose names start with a dot too",
        _parse_bool,
        _check_bool,
    ),
    Setting(
        "video",
        "AURALIS_VIDEO",
        "true or false",
        "analyse the sound of films in folders too",
        _parse_bool,
        _check_bool,
    ),
    Setting(
        "renew",
        "AURALIS_RENEW",
        "true or false",
        "analyse tracks anew whose values are of an older analysis version",
        _parse_bool,
        _check_bool,
    ),
    Setting(
        "analyzer",
        "AURALIS_ANALYZER",
        "worker or reference",
        "who analyses: fp-worker, or, to roll back, the slow Python reference",
        _as_it_is,
        _check_analyzer,
    ),
    Setting(
        "worker", "AURALIS_WORKER", "a file path", "fp-worker program; unset: found", _as_it_is, _check_path
    ),
    Setting(
        "ffmpeg",
        "AURALIS_FFMPEG",
        "a program name, a file path, or none",
        "ffmpeg program; unset: from PATH; none: do without",
        _as_it_is,
        _check_ffmpeg,
    ),
)


def find_setting(key: str) -> Setting | None:
    """The setting of this key; hyphens count as underscores."""
    wanted = key.replace("-", "_")
    return next((setting for setting in SETTINGS if setting.key == wanted), None)


def to_plain(value: object) -> str | int | bool | list[str] | None:
    """A field of `Settings` as it is written to TOML and JSON."""
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, tuple):
        return [str(pattern) for pattern in value]
    return str(value)
