"""Tracks whose values are of an older analysis version: how many, and how long it takes to renew them."""

import os
import sqlite3
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Final

import msgspec

from auralis_cli.files.presence import is_within
from auralis_cli.model.record import AnalyzerVersion
from auralis_cli.store.cache_file import open_for_reading

MAX_PAUSE_S: Final = 30
"""Results that lie further apart belong to different scans."""
MIN_BUSY_S: Final = 20
"""What was analysed in less time says little about the speed."""


class Outdated(msgspec.Struct, frozen=True):
    """Tracks below the scanned paths that an older analysis version has analysed.

    `seconds`: how long this machine takes to analyse them at the speed of its earlier scans; None if these
    were too short to tell.
    """

    tracks: int
    versions: tuple[int, ...]
    seconds: float | None


def outdated_tracks(cache: Path, paths: Sequence[str], analyzer: AnalyzerVersion) -> Outdated | None:
    """The outdated tracks among or below `paths` (absolute); None if there are none.

    Takes milliseconds where there are none. Raises CacheError for what is not a readable cache.
    """
    if not cache.exists():
        return None
    with open_for_reading(cache) as connection:
        # Every scan asks this of every row, so what is false of most rows, and compared fastest, comes first.
        older = "analysis_version < ? AND analyzer = ? AND error_code IS NULL AND missing_since IS NULL"
        values = (analyzer.analysis_version, str(analyzer.name))
        if connection.execute(f"SELECT 1 FROM tracks WHERE {older} LIMIT 1", values).fetchone() is None:
            return None
        query = (
            f"SELECT path, analysis_version, {_DURATION} FROM tracks WHERE {older} AND typeof(path) = 'blob'"
        )
        count, versions, audio_s = 0, set(), 0.0
        for path, version, duration_s in connection.execute(query, values):
            if _is_among(os.fsdecode(path), paths):
                count += 1
                versions.add(int(version))
                audio_s += duration_s
        speed = _speed(connection, str(analyzer.name))
    if not count:
        return None
    return Outdated(count, tuple(sorted(versions)), None if speed is None else audio_s / speed)


_DURATION: Final = "coalesce(CAST(json_extract(details, '$.duration_s') AS REAL), 0.0)"


def _is_among(path: str, paths: Sequence[str]) -> bool:
    return any(path == top or is_within(path, top) for top in paths)


def _speed(connection: sqlite3.Connection, analyzer: str) -> float | None:
    """Seconds of audio per second of wall time in the scans that filled the cache; None if it cannot be told.

    Results are dated to the second; a longer pause between two of them was no work.
    """
    query = (
        f"SELECT CAST(strftime('%s', analysed_at) AS INTEGER) AS second, sum({_DURATION}) FROM tracks "
        "WHERE analyzer = ? AND error_code IS NULL GROUP BY second ORDER BY second"
    )
    done = [
        (second, audio_s) for second, audio_s in connection.execute(query, [analyzer]) if second is not None
    ]
    steps = [later - earlier for (earlier, _), (later, _) in pairwise(done)]
    busy_s = sum(step for step in steps if step <= MAX_PAUSE_S)
    audio_s = sum(audio_s for _, audio_s in done)
    return audio_s / busy_s if busy_s >= MIN_BUSY_S and audio_s > 0 else None
