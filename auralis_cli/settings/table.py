"""The table of settings: key, environment variable, allowed values, meaning, how each is read and written."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from auralis_cli.model.record import AnalyzerName
from auralis_cli.settings import checks
from auralis_cli.settings.values import EngineName, SidecarMode

MAX_JOBS = 256
MAX_TIMEOUT_S = 7 * 24 * 3600
MIN_MEMORY_MIB, MAX_MEMORY_MIB = 64, 1 << 20


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


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "cache", "AURALIS_CACHE", "a file path", "database of results", checks.as_it_is, checks.check_path
    ),
    Setting(
        "jobs",
        "AURALIS_JOBS",
        f"a whole number from 1 to {MAX_JOBS}",
        "worker processes",
        int,
        checks.check_whole_number(1, MAX_JOBS),
    ),
    Setting(
        "nice",
        "AURALIS_NICE",
        "true or false",
        "run the workers at low priority",
        checks.parse_bool,
        checks.check_bool,
    ),
    Setting(
        "timeout",
        "AURALIS_TIMEOUT",
        f"whole seconds from 1 to {MAX_TIMEOUT_S}",
        "how long the analysis of one file may take; unset: by its size",
        int,
        checks.check_whole_number(1, MAX_TIMEOUT_S),
    ),
    Setting(
        "max_memory",
        "AURALIS_MAX_MEMORY",
        f"whole MiB from {MIN_MEMORY_MIB} to {MAX_MEMORY_MIB}",
        "memory of one worker with its ffmpeg",
        int,
        checks.check_whole_number(MIN_MEMORY_MIB, MAX_MEMORY_MIB),
    ),
    Setting(
        "sidecars",
        "AURALIS_SIDECARS",
        "beside, mirror or none",
        "where each track's JSON file goes: beside it, into sidecar_dir, nowhere",
        checks.as_it_is,
        checks.check_word(SidecarMode),
    ),
    Setting(
        "sidecar_dir",
        "AURALIS_SIDECAR_DIR",
        "a folder path",
        "root of the mirrored tree of sidecars",
        checks.as_it_is,
        checks.check_path,
    ),
    Setting(
        "exclude",
        "AURALIS_EXCLUDE",
        f"glob patterns: a list in the file, separated by '{os.pathsep}' in the environment",
        "paths to leave out",
        checks.parse_patterns,
        checks.check_patterns,
    ),
    Setting(
        "hidden",
        "AURALIS_HIDDEN",
        "true or false",
        "scan files and folders whose names start with a dot too",
        checks.parse_bool,
        checks.check_bool,
    ),
    Setting(
        "video",
        "AURALIS_VIDEO",
        "true or false",
        "analyse the sound of films in folders too",
        checks.parse_bool,
        checks.check_bool,
    ),
    Setting(
        "renew",
        "AURALIS_RENEW",
        "true or false",
        "analyse tracks anew whose values are of an older analysis version",
        checks.parse_bool,
        checks.check_bool,
    ),
    Setting(
        "analyzer",
        "AURALIS_ANALYZER",
        "worker or reference",
        "who analyses: fp-worker, or, to roll back, the slow Python reference",
        checks.as_it_is,
        checks.check_word(AnalyzerName),
    ),
    Setting(
        "worker",
        "AURALIS_WORKER",
        "a file path",
        "fp-worker program; unset: found",
        checks.as_it_is,
        checks.check_path,
    ),
    Setting(
        "ffmpeg",
        "AURALIS_FFMPEG",
        "a program name, a file path, or none",
        "ffmpeg program; unset: from PATH; none: do without",
        checks.as_it_is,
        checks.check_ffmpeg,
    ),
    Setting(
        "engine",
        "AURALIS_ENGINE",
        "local or dask",
        "where a scan analyses: on this machine, or on those of a Dask cluster",
        checks.as_it_is,
        checks.check_word(EngineName),
    ),
    Setting(
        "scheduler",
        "AURALIS_SCHEDULER",
        "an address such as tcp://host:8786 or tls://host:8786",
        "the Dask scheduler",
        checks.as_it_is,
        checks.check_scheduler,
    ),
    Setting(
        "scheduler_file",
        "AURALIS_SCHEDULER_FILE",
        "a file path",
        "the file in which the Dask scheduler writes its address",
        checks.as_it_is,
        checks.check_path,
    ),
    Setting(
        "path_map",
        "AURALIS_PATH_MAP",
        "[MACHINE@]FROM=TO, two absolute folders: a list in the file, one per line in the environment",
        "where the machines of the cluster have the music",
        checks.parse_lines,
        checks.check_path_map,
    ),
    Setting(
        "ship",
        "AURALIS_SHIP",
        "true or false",
        "send the bytes of the tracks to the machines of the cluster, which then need not see the files",
        checks.parse_bool,
        checks.check_bool,
    ),
)
LISTS = frozenset({"exclude", "path_map"})
"""The settings that take several values."""


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
