"""The warnings about analysed files in the cache: found by path and code."""

import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from auralis_cli.model.codes import warning_codes
from auralis_cli.model.record import TrackWarning
from auralis_cli.store.cache_file import open_for_reading
from auralis_cli.upkeep.failures import is_at_or_below


class StoredWarning(msgspec.Struct, frozen=True):
    """Something wrong with a file that was analysed all the same."""

    path: str
    analyzer: str
    code: str
    message: str
    count: int
    """How often, as the message says."""
    when: str
    """When the file was analysed: ISO 8601, UTC."""


def find_warnings(cache: Path, paths: Sequence[str] = (), codes: Collection[str] = ()) -> list[StoredWarning]:
    """The warnings about files at and below these absolute paths and with these codes; all if none are given.

    Sorted by code, then path. Empty when there is no cache. Raises CacheError.
    """
    if not cache.exists():
        return []
    with open_for_reading(cache) as connection:
        rows = connection.execute(
            "SELECT path, analyzer, analysed_at, warnings FROM tracks "
            "WHERE error_code IS NULL AND warnings <> '[]' AND typeof(path) = 'blob'"
        ).fetchall()
    found = [
        warning
        for row in rows
        for warning in _warnings(*row)
        if (not codes or warning.code in codes)
        and (not paths or any(is_at_or_below(warning.path, path) for path in paths))
    ]
    return sorted(found, key=lambda each: (each.code, os.fsencode(each.path), each.analyzer))


def _warnings(path: bytes, analyzer: str, when: str, warnings: Any) -> Iterator[StoredWarning]:
    """Those of one row; none of a crafted row that breaks the rules, which `cache verify` tells."""
    try:
        stored = msgspec.json.decode(warnings, type=tuple[TrackWarning, ...])
    except (msgspec.MsgspecError, TypeError, RecursionError):
        return
    for each in stored:
        if each.code in warning_codes() and each.count >= 0:
            yield StoredWarning(
                os.fsdecode(path), str(analyzer), each.code, each.message, each.count, str(when)
            )
