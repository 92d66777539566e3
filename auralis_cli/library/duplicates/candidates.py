"""Which pairs of tracks may be one recording, as far as their numbers tell: worth listening to both.

Each track is a place in a space of 37 axes: its coordinates (`similarity.coordinates`) without the loudness,
and its share of each pitch class. What encoders, limiters and cuts move much counts less. The distance is the
straight one, so that all pairs of a block are one product of matrices. Measured on 413 pairs of a track and a
version of it (the eight encodings of `relation`, a limiter, an equaliser, 12 s cut off, both ends cut, a
quarter cut out, a part played twice, the last quarter faded out, silence added), beside 25,111 pairs of
different tracks of 19 soundtracks, of which neither is twice as long as the other:

    distance                      .39       .67       .91       1.07
    versions that lie nearer      90 %      97 %      99 %      100 %
    different tracks nearer       0         10        58        146
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from auralis_cli.model.dimensions import keys
from auralis_cli.similarity.matrix import Floats

NEAR_SAME_LENGTH: Final = 1.1
"""Largest distance of tracks that are equally long: another encoding or master."""
NEAR_OTHER_LENGTH: Final = 0.7
"""Largest distance of others: cut, edited or extended."""
SAME_LENGTH_S: Final = 1.0
LARGEST_RATIO: Final = 2.0
"""A part that is shorter than half of the whole is not looked for."""
MIN_SECONDS: Final = 10.0
"""What is shorter is not told apart by ear."""
MAX_NEAR: Final = 40
"""Of more tracks near one, the nearest: so the work grows with the library, not with its square."""

_ROWS: Final = 1_024
_COLUMNS: Final = 8_192
_CHROMA: Final = 5.0
_WEIGHTS: Final = {
    "lufs": 0.0,
    "silence_ratio": 0.3,
    "crest_db": 0.4,
    "peak_consistency": 0.5,
    "loudness_variation_std": 0.6,
    "dynamic_range_variation": 0.6,
    "sub_bass_pct": 0.6,
    "stereo_width": 0.6,
    "phase_correlation": 0.6,
    "air_pct": 0.6,
    "spectral_rolloff": 0.7,
    "spectral_flatness": 0.7,
    "spectral_centroid": 0.8,
}
"""Factors of the axes; 1 for the others."""
_LOWEST, _HIGHEST = -0.75, 1.75
"""Coordinates beyond are held: what is so far out is not known so exactly."""
_USUAL: Final = 0.5
"""In place of a value that a track does not have: the middle of the usual range."""
_MIN_VALUES: Final = 12
"""A track with fewer values, such as a silent one, is near nothing."""

Pairs = NDArray[np.int64]


def places(coordinates: Floats, chroma: Floats) -> Floats:
    """Where tracks lie, (n, 37), from coordinates (n, 25) and shares (n, 12), both with NaN for no value.

    A row of NaN for a track that is near nothing.
    """
    factors = np.array([_WEIGHTS.get(key, 1.0) for key in keys()], dtype=np.float32)
    placed = np.clip(coordinates, _LOWEST, _HIGHEST)
    placed = np.where(np.isnan(placed), np.float32(_USUAL), placed) * factors
    shares = np.where(np.isnan(chroma), np.float32(1 / 12), chroma) * np.float32(_CHROMA)
    found = np.concatenate([placed, shares], axis=1).astype(np.float32)
    found[np.count_nonzero(~np.isnan(coordinates), axis=1) < _MIN_VALUES] = np.nan
    return found


def candidate_pairs(placed: Floats, durations_s: Floats, *, whole: bool = False) -> tuple[Pairs, Floats]:
    """Pairs of tracks, (pairs, 2), the shorter one first, and their distances.

    `whole`: only tracks that are equally long. Takes a few seconds for 50,000 tracks, and 60 MB beside them.
    """
    usable = np.flatnonzero(~np.isnan(placed[:, 0]) & (durations_s >= MIN_SECONDS))
    order = usable[np.argsort(durations_s[usable], kind="stable")]
    lengths = durations_s[order].astype(np.float64)
    ordered = np.ascontiguousarray(placed[order])
    squares = np.einsum("ij,ij->i", ordered, ordered)
    found = [np.empty((0, 2), dtype=np.int64)]
    distances = [np.empty(0, dtype=np.float32)]
    for start in range(0, len(order), _ROWS):
        end = min(start + _ROWS, len(order))
        rows, columns, apart = _near(ordered, squares, lengths, start, end, whole=whole)
        found.append(np.stack([order[rows], order[columns]], axis=1))
        distances.append(apart)
    return np.concatenate(found), np.concatenate(distances)


def _near(
    ordered: Floats, squares: Floats, lengths: NDArray[np.float64], start: int, end: int, *, whole: bool
) -> tuple[NDArray[np.int64], NDArray[np.int64], Floats]:
    """The near pairs of the tracks from `start` to `end` with longer ones, at most MAX_NEAR for each."""
    longest = lengths[end - 1] + SAME_LENGTH_S
    if not whole:
        longest = max(longest, lengths[end - 1] * LARGEST_RATIO)
    stop = int(np.searchsorted(lengths, longest, side="right"))
    near_rows, near_columns, near_squares = [], [], []
    for first in range(start, stop, _COLUMNS):
        last = min(first + _COLUMNS, stop)
        apart = squares[start:end, None] + squares[None, first:last]
        apart -= 2 * (ordered[start:end] @ ordered[first:last].T)
        rows, columns = np.nonzero(apart <= NEAR_SAME_LENGTH**2)
        kept = columns + first > rows + start
        rows, columns = rows[kept], columns[kept]
        squared = apart[rows, columns]
        one, other = lengths[rows + start], lengths[columns + first]
        same = other - one <= SAME_LENGTH_S
        if not whole:
            same |= (squared <= NEAR_OTHER_LENGTH**2) & (other <= one * LARGEST_RATIO)
        near_rows.append(rows[same] + start)
        near_columns.append(columns[same] + first)
        near_squares.append(squared[same])
    rows, columns = np.concatenate(near_rows), np.concatenate(near_columns)
    squared = np.concatenate(near_squares)
    by_row = np.lexsort((squared, rows))
    rows, columns, squared = rows[by_row], columns[by_row], squared[by_row]
    rank = np.arange(len(rows)) - np.searchsorted(rows, rows)
    kept = rank < MAX_NEAR
    return rows[kept], columns[kept], np.sqrt(np.maximum(squared[kept], 0))
