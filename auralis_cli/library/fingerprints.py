"""All fingerprints of a cache as one matrix, kept packed beside the cache for the next time.

Reading 50,000 rows from SQLite takes 0.4 s and 1,000,000 take 10 s; the packed file takes a hundredth. It is
made anew whenever the cache has changed, and is never needed: where it cannot be written, nothing is lost.
"""

import contextlib
import os
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from auralis_cli.library.musical_key import wheel_order
from auralis_cli.library.packed_file import read_packed, write_packed
from auralis_cli.library.tag_groups import album_number, artist_number
from auralis_cli.model.dimensions import keys
from auralis_cli.model.record import AnalyzerName
from auralis_cli.similarity.learned import LearnedMetric
from auralis_cli.similarity.matrix import Floats, coordinate_matrix
from auralis_cli.store.cache_file import cache_errors, open_for_reading
from auralis_cli.store.fingerprints_view import columns_or_null

ROWS_AT_ONCE: Final = 20_000

_QUERY: Final = f"""
    SELECT rowid, path, json_extract(details, '$.key'), {{tags}},
        json_extract(details, '$.duration_s'),
        {", ".join(f'"{key}"' for key in keys())}
    FROM main.tracks
    WHERE analyzer = ? AND error_code IS NULL AND missing_since IS NULL AND typeof(path) = 'blob'
"""
_NUMBERS: Final = 6
"""Where in a row of the query the duration and the 25 values begin."""


class Fingerprints(NamedTuple):
    """Of n analysed tracks, in one order.

    The matrices lie in memory column by column: distances are summed so, in an eighth of the time.
    """

    rows: NDArray[np.int64]
    """The `rowid` of each in the table `tracks`, (n,): good while the cache is as it was."""
    folders: NDArray[np.int64]
    """A number for the folder of each, (n,): equal for tracks of one folder."""
    albums: NDArray[np.int64]
    """The same for its album, by the tags; a track whose album is not known has that of its folder."""
    artists: NDArray[np.int64]
    """The same for its artist; a track whose artist is not known has one of its own."""
    durations_s: Floats
    """(n,)"""
    keys: NDArray[np.int8]
    """`MusicalKey.order` of each, (n,); 0 for none."""
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
    """Changes with every change of the cache: size and time of the database and of its log.

    An empty log says nothing: it comes and goes with those who only look.
    """
    parts = []
    for path in (cache, cache.with_name(cache.name + "-wal")):
        with contextlib.suppress(FileNotFoundError):
            status = os.stat(path)
            if status.st_size:
                parts.append(f"{status.st_ino}:{status.st_size}:{status.st_mtime_ns}")
    return " ".join(parts)


def _read(connection: sqlite3.Connection, analyzer: AnalyzerName) -> Fingerprints:
    tags = columns_or_null(connection, ("artist", "album_artist", "album"))
    cursor = connection.execute(_QUERY.format(tags=tags), (str(analyzer),))
    numbers: dict[bytes, int] = {}
    rows, folders, albums, artists, durations, musical_keys = [], [], [], [], [], []
    places: list[Floats] = []
    while batch := cursor.fetchmany(ROWS_AT_ONCE):
        try:
            numeric = _matrix(batch)
        except (TypeError, ValueError):  # a crafted row may hold anything; `cache verify` tells of it
            batch = [
                row for row in batch if all(isinstance(each, int | float | None) for each in row[_NUMBERS:])
            ]
            numeric = _matrix(batch)
        rows.append(np.array([row[0] for row in batch], dtype=np.int64))
        parents = (numbers.setdefault(os.path.dirname(row[1]), len(numbers)) for row in batch)
        folders.append(np.fromiter(parents, np.int64, len(batch)))
        of_albums = (album_number(row[5], row[4], row[1]) for row in batch)
        albums.append(np.fromiter(of_albums, np.int64, len(batch)))
        of_artists = (artist_number(row[3] or row[4], row[0]) for row in batch)
        artists.append(np.fromiter(of_artists, np.int64, len(batch)))
        musical_keys.append(np.fromiter((wheel_order(row[2]) or 0 for row in batch), np.int8, len(batch)))
        durations.append(numeric[:, 0])
        places.append(coordinate_matrix(numeric[:, 1:]))
    if not rows:
        none = np.empty(0, dtype=np.int64)
        empty = np.empty((0, len(keys())), np.float32)
        return Fingerprints(none, none, none, none, empty[:, 0], none.astype(np.int8), empty, None, None)
    coordinates = _joined(places)
    folder = np.concatenate(folders)
    learned = LearnedMetric.learn(coordinates, folder)
    placed = None if learned is None else learned.place(coordinates)
    return Fingerprints(
        np.concatenate(rows),
        folder,
        np.concatenate(albums),
        np.concatenate(artists),
        np.concatenate(durations),
        np.concatenate(musical_keys),
        coordinates,
        learned,
        placed,
    )


def _joined(parts: list[Floats]) -> Floats:
    """One matrix of all rows, column by column; the parts are dropped on the way."""
    whole = np.empty((sum(map(len, parts)), len(keys())), dtype=np.float32, order="F")
    end = len(whole)
    while parts:
        part = parts.pop()
        whole[end - len(part) : end] = part
        end -= len(part)
    return whole


def _matrix(rows: Sequence[tuple[Any, ...]]) -> Floats:
    """Duration and values of rows, (rows, 26); NaN for NULL."""
    return np.array([row[_NUMBERS:] for row in rows], dtype=np.float32).reshape(-1, 1 + len(keys()))
