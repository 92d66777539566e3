"""All fingerprints of a cache as one matrix, kept packed beside the cache for the next time.

Reading 50,000 rows from SQLite takes 0.4 s and 1,000,000 take 10 s; the packed file takes a hundredth. It is
made anew whenever the cache has changed, and is never needed: where it cannot be written, nothing is lost.
"""

import os
import sqlite3
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from auralis_cli.library.packed_file import read_packed, write_packed
from auralis_cli.model.dimensions import keys
from auralis_cli.model.record import AnalyzerName
from auralis_cli.similarity.learned import LearnedMetric
from auralis_cli.similarity.matrix import Floats, coordinate_matrix
from auralis_cli.store.cache_file import cache_errors, open_for_reading

ROWS_AT_ONCE: Final = 20_000

_QUERY: Final = f"""
    SELECT rowid, path, json_extract(details, '$.duration_s'), {", ".join(f'"{key}"' for key in keys())}
    FROM main.tracks
    WHERE analyzer = ? AND error_code IS NULL AND missing_since IS NULL AND typeof(path) = 'blob'
"""


class Fingerprints(NamedTuple):
    """Of n analysed tracks, in one order."""

    rows: NDArray[np.int64]
    """The `rowid` of each in the table `tracks`, (n,): good while the cache is as it was."""
    folders: NDArray[np.int64]
    """A number for the folder of each, (n,): equal for tracks of one folder."""
    durations_s: Floats
    """(n,)"""
    coordinates: Floats
    """(n, 25), NaN for a dimension that a track does not have."""
    learned: LearnedMetric | None
    """What the library itself says about distances; None for a small library."""
    placed: Floats | None
    """`learned.place(coordinates)`, (n, 25)."""


def load_fingerprints(cache: Path, analyzer: AnalyzerName) -> Fingerprints:
    """The fingerprints of one analyzer that are in the cache now. Raises CacheError."""
    state = cache_state(cache)
    packed = read_packed(cache, analyzer, state)
    if packed is not None:
        return Fingerprints(*packed)
    with open_for_reading(cache) as connection, cache_errors(cache, "read"):
        state = cache_state(cache)  # before the first read: what changes after it makes this state an old one
        found = _read(connection, analyzer)
    write_packed(cache, analyzer, state, found)
    return found


def cache_state(cache: Path) -> str:
    """Changes with every change of the cache: size and time of the database and of its log."""
    parts = []
    for path in (cache, cache.with_name(cache.name + "-wal")):
        try:
            status = os.stat(path)
        except FileNotFoundError:
            continue
        parts.append(f"{status.st_ino}:{status.st_size}:{status.st_mtime_ns}:{status.st_ctime_ns}")
    return " ".join(parts)


def _read(connection: sqlite3.Connection, analyzer: AnalyzerName) -> Fingerprints:
    cursor = connection.execute(_QUERY, (str(analyzer),))
    numbers: dict[bytes, int] = {}
    rows, folders, durations, values = [], [], [], []
    while batch := cursor.fetchmany(ROWS_AT_ONCE):
        kept = [row for row in batch if _is_numeric(row[2:])]
        rows.append(np.array([row[0] for row in kept], dtype=np.int64))
        parents = (numbers.setdefault(os.path.dirname(row[1]), len(numbers)) for row in kept)
        folders.append(np.fromiter(parents, np.int64, len(kept)))
        numeric = np.array([row[2:] for row in kept], dtype=np.float32).reshape(-1, 1 + len(keys()))
        durations.append(numeric[:, 0])
        values.append(numeric[:, 1:])
    if not rows:
        none = np.empty(0, dtype=np.int64)
        return Fingerprints(
            none, none, np.empty(0, np.float32), np.empty((0, len(keys())), np.float32), None, None
        )
    coordinates = coordinate_matrix(np.concatenate(values))
    folder = np.concatenate(folders)
    learned = LearnedMetric.learn(coordinates, folder)
    placed = None if learned is None else learned.place(coordinates)
    return Fingerprints(np.concatenate(rows), folder, np.concatenate(durations), coordinates, learned, placed)


def _is_numeric(values: tuple[object, ...]) -> bool:
    """Whether SQLite gave numbers: a crafted row may hold anything, and `cache verify` tells of it."""
    return all(value is None or isinstance(value, int | float) for value in values)
