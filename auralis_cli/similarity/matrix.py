"""The distance of `distance` to many tracks at once, with NumPy. Rows are tracks, columns dimensions."""

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from auralis_cli.similarity.coordinates import LOG_FLOORS, SQUARE_ROOTS, TEMPO, axes
from auralis_cli.similarity.distance import MIN_KNOWN
from auralis_cli.similarity.tempo_octave import LEVEL_PENALTIES

Floats: TypeAlias = NDArray[np.float32]


def coordinate_matrix(values: Floats) -> Floats:
    """The coordinates of fingerprints, (tracks, 25), NaN where there is no value."""
    placed = np.array(values, dtype=np.float32, copy=True, order="F")
    for index, axis in enumerate(axes()):
        column = placed[:, index]
        if (floor := LOG_FLOORS.get(axis.key)) is not None:
            column = np.log2(column + np.float32(floor))
        elif axis.key in SQUARE_ROOTS:
            column = np.sqrt(column)
        placed[:, index] = (column - np.float32(axis.low)) / np.float32(axis.length)
    return placed


def plain_distances(coordinates: Floats, other: Floats, weights: Sequence[float]) -> Floats:
    """The distances of `compare_fingerprints`, NaN where there is none.

    The last axis of both arrays has the 25 coordinates, the axes before it are broadcast: tracks, (n, 25), to
    one, (25,), to as many others, (n, 25), or, as (a, 1, 25) and (b, 25), each to each.
    """
    shape = np.broadcast_shapes(coordinates.shape[:-1], other.shape[:-1])
    total = np.zeros(shape, dtype=np.float32)
    known = np.zeros(shape, dtype=np.float32)
    for index, (axis, weight) in enumerate(zip(axes(), weights, strict=True)):
        if weight == 0:
            continue
        apart = np.abs(coordinates[..., index] - other[..., index])
        if axis.key == TEMPO:
            apart = _tempo_distances(apart * np.float32(axis.length)) / np.float32(axis.length)
        there = ~np.isnan(apart)
        np.add(total, np.float32(weight) * apart, out=total, where=there)
        known += np.float32(weight) * there
    enough = known >= np.float32(MIN_KNOWN * sum(weights))
    return np.divide(total, known, out=np.full_like(total, np.nan), where=enough)


def _tempo_distances(octaves: Floats) -> Floats:
    nearest = np.full_like(octaves, np.inf)
    for level, penalty in LEVEL_PENALTIES.items():
        np.minimum(nearest, np.abs(octaves - np.float32(np.log2(level))) + np.float32(penalty), out=nearest)
    return nearest
