"""`--diverse`: tracks that are as unlike one another as can be.

Farthest-first traversal (Gonzalez 1985, "Clustering to minimize the maximum intercluster distance"): the next
track is always the one that is farthest from all that were taken. No other choice of as many tracks can have
a smallest distance that is more than twice as large. What lies outermost in a library is rarely music (a
jingle, noise, a spoken word), so the tracks that are farthest from its middle are not tried.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from auralis_cli.library.playlist.quotas import NO_QUOTAS, Quotas
from auralis_cli.similarity.matrix import Floats

CANDIDATES: Final = 800
"""Of a larger library so many are drawn."""
LEFT_OUT: Final = 0.05
"""The share of the tracks that are too far from the middle."""


def middle(distances: Floats) -> int:
    """The index of the track whose mean distance to all others, (n, n), is the smallest."""
    return int(np.argmin(distances.mean(axis=1)))


def without_outermost(distances: Floats, named: int) -> NDArray[np.int64]:
    """The indices of the tracks without those whose mean distance to all others is the largest.

    The first `named` ones stay.
    """
    order = np.argsort(distances.mean(axis=1), kind="stable")
    order = order[order >= named]
    inner = order[: max(1, round(len(order) * (1 - LEFT_OUT)))]
    return np.concatenate([np.arange(named), np.sort(inner)])


def farthest_first(
    distances: Floats,
    first: list[int],
    count: int,
    quotas: Quotas = NO_QUOTAS,
) -> list[int]:
    """The indices of up to `count` tracks: `first`, then always the farthest; fewer where none is left.

    `distances`: (n, n); `first`: at least one; `quotas`: those of the n tracks.
    """
    taken = list(first[:count])
    nearest = distances[taken].min(axis=0).astype(np.float64)
    nearest[taken] = -np.inf
    while len(taken) < count:
        used = np.zeros((1, len(distances)), dtype=bool)
        used[0, taken] = True
        nearest[quotas.full(used)[0]] = -np.inf
        farthest = int(np.argmax(nearest))
        if nearest[farthest] == -np.inf:
            break
        taken.append(farthest)
        nearest = np.minimum(nearest, distances[farthest])
        nearest[farthest] = -np.inf
    return taken
