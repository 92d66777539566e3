"""The smoothest way through layers of tracks, one track of each: dynamic programming.

A leap is heard more than two half leaps, so the sum of the squares of the steps is made as small as it can
be. Steps of equal length have the smallest one.
"""

from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from auralis_cli.similarity.matrix import Floats

Indices = NDArray[np.int64]
Between = Callable[[Indices, Indices], Floats]
"""The distances from each of the first tracks to each of the second; infinite where no step may be."""


def smoothest(layers: Sequence[Indices], between: Between) -> list[int]:
    """A track of each layer; together they have the smallest sum of squared steps.

    ValueError where there is no way.
    """
    cost = np.zeros(len(layers[0]))
    best: list[Indices] = []
    for before, here in pairwise(layers):
        total = cost[:, None] + np.square(between(before, here), dtype=np.float64)
        best.append(np.argmin(total, axis=0))
        cost = total[best[-1], np.arange(len(here))]
    at = int(np.argmin(cost)) if len(cost) else -1
    if at < 0 or not np.isfinite(cost[at]):
        raise ValueError("there is no way through the layers")
    way = [int(layers[-1][at])]
    for layer, came_from in zip(reversed(layers[:-1]), reversed(best), strict=True):
        at = int(came_from[at])
        way.append(int(layer[at]))
    return way[::-1]
