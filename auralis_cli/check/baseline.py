"""The baseline: findings that are known, so that only new ones fail.

A finding is known by its code and the hash of the decoded audio, so it stays known under another name, in
another folder and with other tags, and becomes new when the audio changes. What cannot be decoded is known
by its name and that of its album's folder. The file is JSON to be reviewed: one finding a line, with the path
and the message of the day, which nothing reads.
"""

import json
import os
from collections.abc import Collection, Iterable
from typing import Any, Final

import msgspec

from auralis_cli.check.finding import Finding, valid_text
from auralis_cli.files.urls import path_from
from auralis_cli.model.errors import ConfigError
from auralis_cli.system.atomic_file import replace_file
from auralis_cli.system.safe_open import read_limited

VERSION: Final = 1
MAX_BYTES: Final = 1 << 28
"""A million findings."""


class _Known(msgspec.Struct):
    key: str


class _File(msgspec.Struct):
    auralis_baseline: int
    findings: list[_Known]


def read_baseline(path: str, *, follow_link: bool = True) -> Collection[str]:
    """The keys of the findings in the file. Raises ConfigError."""
    try:
        content = read_limited(path, MAX_BYTES, follow_link=follow_link)
        found = msgspec.json.decode(content, type=_File)
    except FileNotFoundError as error:
        raise ConfigError(
            f"there is no baseline {path}; 'auralis check … --write-baseline {path}' makes it"
        ) from error
    except (OSError, ValueError, RecursionError) as error:
        why = getattr(error, "strerror", None) or error
        advice = "make it anew with --write-baseline"
        raise ConfigError(f"cannot read the baseline {path}: {why}; {advice}") from error
    if found.auralis_baseline > VERSION:
        raise ConfigError(f"the baseline {path} is of a newer auralis; update auralis, or make it anew")
    return frozenset(known.key for known in found.findings)


def check_replaceable(path: str) -> None:
    """Raises ConfigError where something lies there that is no baseline, and so stays."""
    if os.path.lexists(path):
        read_baseline(path)


def write_baseline(path: str, findings: Iterable[Finding]) -> int:
    """Writes the findings to the file, and returns how many. Paths are relative to its folder, for reading.

    Raises ConfigError where that is not possible, or another file lies there.
    """
    check_replaceable(path)
    folder = os.path.dirname(os.path.abspath(path))
    lines = sorted(
        {finding.key: json.dumps(_line(finding, folder), ensure_ascii=True) for finding in findings}.values()
    )
    body = ",\n".join(f"    {line}" for line in lines)
    text = f'{{\n  "auralis_baseline": {VERSION},\n  "findings": [\n{body}\n  ]\n}}\n'
    try:
        replace_file(os.path.abspath(path), text.encode())
    except OSError as error:
        raise ConfigError(
            f"cannot write the baseline {path}: {error.strerror or error}; name another file"
        ) from error
    return len(lines)


def _line(finding: Finding, folder: str) -> dict[str, Any]:
    return {
        "path": valid_text(path_from(finding.path, folder)),
        "code": finding.code,
        "message": valid_text(finding.found.message),
        "key": finding.key,
    }
