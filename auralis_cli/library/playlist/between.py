"""`--from A --to B`: a smooth way from one track to another.

The tracks between A and B are those with a small d(A, x) + d(x, B): as on an ellipse, none of them is much of
a detour. How far along one is, is its progress

    t = d(A, x) / (d(A, x) + d(x, B))

The way is the smoothest of `layers` whose progress rises from track to track. So it never turns back and
never has a track twice. (A rising progress is what "a path from A to B" means in the boil-the-frog playlists
of Lamere, 2012, too; there a graph of artists stands for the distance.)
"""

from typing import Final

import numpy as np

from auralis_cli.library.playlist.layers import Indices, smoothest
from auralis_cli.similarity.matrix import Floats

CANDIDATES: Final = 400
"""So many tracks with the smallest detour are tried, and at least twice as many as are wanted."""


def way_between(distances: Floats, count: int) -> list[int]:
    """The indices of `count` tracks, the first two of `distances`, (n, n), being A and B, its ends.

    ValueError where there are fewer tracks.
    """
    if count < 3:
        return [0, 1]
    from_a, from_b = distances[0, 2:], distances[1, 2:]
    progress = from_a / np.maximum(from_a + from_b, np.finfo(np.float32).tiny)
    order = 2 + np.argsort(progress, kind="stable")
    ends = np.array([0]), np.array([1])
    rank = np.zeros(len(distances), dtype=np.int64)
    rank[order] = np.arange(1, len(order) + 1)
    rank[1] = len(distances)
    inner = [order[at : len(order) - (count - 3 - at)] for at in range(count - 2)]

    def steps(before: Indices, here: Indices) -> Floats:
        rises = rank[before][:, None] < rank[here][None, :]
        return np.where(rises, distances[np.ix_(before, here)], np.float32(np.inf))

    return smoothest([ends[0], *inner, ends[1]], steps)
