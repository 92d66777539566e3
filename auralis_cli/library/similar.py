"""The tracks of the library that are nearest to given ones, and what makes them near."""

import itertools
import os
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from auralis_cli.library.distances import Distances, Metric
from auralis_cli.library.fields import QueryError
from auralis_cli.library.fingerprints import Fingerprints, load_fingerprints
from auralis_cli.library.selected_rows import selected_rows
from auralis_cli.library.selection import Selection, open_selection
from auralis_cli.model.dimensions import keys
from auralis_cli.model.record import AnalyzerName, Record
from auralis_cli.similarity.matrix import Floats
from auralis_cli.similarity.recording import Kinship, relate
from auralis_cli.store.cache_file import cache_errors, open_for_reading
from auralis_cli.store.fingerprints_view import record_columns
from auralis_cli.store.rows import record_from_row

_AT_ONCE: Final = 200
_SORTED_AT_ONCE: Final = 1_000
MAX_SEEDS: Final = 100
"""More would make a mean of everything, and take long."""
SAME: Final = (Kinship.SAME_AUDIO, Kinship.SAME_RECORDING)


class Neighbour(msgspec.Struct, frozen=True):
    """A track near the seeds. `share_farther`: so many of the library's pairs, 0 to 1, are farther apart.

    None in a library without pairs.
    """

    path: str
    record: Record
    distance: float
    share_farther: float | None


class Neighbourhood(msgspec.Struct, frozen=True):
    """The nearest tracks, nearest first. `copies`: paths that were left out as the same recording."""

    neighbours: tuple[Neighbour, ...]
    copies: tuple[str, ...]


def find_seeds(cache: Path, selection: Selection) -> list[tuple[str, Record]]:
    """Path and record of the selected tracks, at least one. Raises QueryError for none or over MAX_SEEDS."""
    with open_selection(cache, selection) as tracks:
        paths = [path for (path,) in tracks.rows(["path_bytes"], limit=MAX_SEEDS + 1)]
    if not paths:
        raise QueryError("the query finds no analysed track; 'auralis list' with it shows what it finds")
    if len(paths) > MAX_SEEDS:
        raise QueryError(
            f"the query finds more than {MAX_SEEDS} tracks, the most that others can be like; make it "
            "narrower, or choose from its tracks with --among"
        )
    marks = ", ".join("?" * len(paths))
    with open_for_reading(cache) as connection, cache_errors(cache, "read"):
        wanted = record_columns(connection)
        query = f"SELECT path, {wanted} FROM main.tracks WHERE path IN ({marks}) AND analyzer = ?"
        rows = connection.execute(query, (*paths, str(selection.analyzer))).fetchall()
    records = ((os.fsdecode(path), record_from_row(tuple(columns))) for path, *columns in rows)
    seeds = [(path, record) for path, record in records if record is not None]
    if not seeds:
        raise QueryError("the rows that the query finds are damaged; 'auralis cache verify' tells more")
    return seeds


def values_of(records: Iterable[Record]) -> Floats:
    """The fingerprints as a matrix (tracks, 25), NaN for null."""
    return np.array([[record.fingerprint[key] for key in keys()] for record in records], dtype=np.float32)


def find_similar(
    cache: Path,
    analyzer: AnalyzerName,
    seeds: Sequence[tuple[str, Record]],
    count: int,
    *,
    weights: Sequence[float],
    metric: Metric = Metric.LEARNED,
    among: Selection | None = None,
    with_copies: bool = False,
    per_folder: int | None = None,
) -> tuple[Neighbourhood, Distances]:
    """The tracks of a cache that are nearest to the seeds (see `nearest`), and how it was measured.

    `among`: only those that it selects. Raises CacheError, QueryError.
    """
    rows = None if among is None else selected_rows(cache, among)
    library = load_fingerprints(cache, analyzer)
    distances = Distances(library, weights, metric)
    with open_for_reading(cache) as connection, cache_errors(cache, "read"):
        found = nearest(
            connection,
            library,
            distances,
            seeds,
            count,
            rows=rows,
            with_copies=with_copies,
            per_folder=per_folder,
        )
    return found, distances


def nearest(
    connection: sqlite3.Connection,
    library: Fingerprints,
    distances: Distances,
    seeds: Sequence[tuple[str, Record]],
    count: int,
    *,
    rows: NDArray[np.int64] | None = None,
    with_copies: bool = False,
    per_folder: int | None = None,
) -> Neighbourhood:
    """The `count` tracks nearest to all of the seeds (path and record), each at most `per_folder` a folder.

    `rows`: those of the tracks that are meant; None: all. Left out are the seeds, and, unless `with_copies`,
    what is the same recording as a seed or as a track that was found before it.
    """
    to_seeds = distances.to(values_of(record for _, record in seeds))
    if rows is not None:
        to_seeds[~np.isin(library.rows, rows)] = np.nan
    seed_paths = {path for path, _ in seeds}
    known = [record for _, record in seeds]
    in_folder: Counter[str] = Counter()
    found: list[tuple[str, Record, int]] = []
    copies: list[str] = []
    for index, path, record in records_at(connection, library, ascending(to_seeds)):
        if len(found) == count:
            break
        folder = os.path.dirname(path)
        if path in seed_paths or (per_folder is not None and in_folder[folder] >= per_folder):
            continue
        if not with_copies and any(relate(other, record).kinship in SAME for other in known):
            copies.append(path)
            continue
        in_folder[folder] += 1
        known.append(record)
        found.append((path, record, index))
    at = np.array([to_seeds[index] for *_, index in found], dtype=np.float32)
    shares = distances.share_farther(at)
    return Neighbourhood(
        tuple(
            Neighbour(path, record, float(distance), share)
            for (path, record, _), distance, share in zip(found, at, shares, strict=True)
        ),
        tuple(copies),
    )


def ascending(values: Floats) -> Iterator[int]:
    """The indices of the values that are not NaN, the least first, of equal ones the first.

    It sorts what is taken: of a million values all take 0.13 s, and the first thousand 0.01 s.
    """
    known = np.flatnonzero(~np.isnan(values))
    if len(known) > _SORTED_AT_ONCE:
        bound = np.partition(values[known], _SORTED_AT_ONCE)[_SORTED_AT_ONCE]
        least = values[known] < bound
        yield from _sorted(values, known[least])
        known = known[~least]
    yield from _sorted(values, known)


def _sorted(values: Floats, indices: NDArray[np.int64]) -> list[int]:
    found: list[int] = indices[np.argsort(values[indices], kind="stable")].tolist()
    return found


def records_at(
    connection: sqlite3.Connection, library: Fingerprints, order: Iterable[int]
) -> Iterator[tuple[int, str, Record]]:
    """Index, path and record of tracks in this order; those that are no longer there, or damaged, are not."""
    indices, wanted = iter(order), record_columns(connection)
    while batch := list(itertools.islice(indices, _AT_ONCE)):
        rows = [int(library.rows[index]) for index in batch]
        marks = ", ".join("?" * len(rows))
        query = f"SELECT rowid, path, {wanted} FROM main.tracks WHERE rowid IN ({marks})"
        by_row = {
            row: (os.fsdecode(path), columns) for row, path, *columns in connection.execute(query, rows)
        }
        for index, row in zip(batch, rows, strict=True):
            if row in by_row and (record := record_from_row(tuple(by_row[row][1]))) is not None:
                yield index, by_row[row][0], record
