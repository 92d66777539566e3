"""A short way through all of some tracks: the order in which they flow.

It begins with the nearest neighbour of the nearest neighbour …, which leaves far tracks for the end, and is
then improved until no single change makes it shorter: a stretch is turned round (2-opt: Croes 1958), or up to
three tracks in a row move elsewhere (Or-opt: Or 1976). All changes of a kind are weighed at once, and the
best one is made. On random sets of eight tracks the way is mostly the shortest there is (see the tests).
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from auralis_cli.similarity.matrix import Floats

MAX_STARTS: Final = 8
"""Where any track may be the first, the way is built from so many, and the shortest is kept."""
MAX_MOVED: Final = 3
_GAIN: Final = 1e-6
"""A smaller gain is a rounding error."""


def shortest_order(distances: Floats, start: int | None = None) -> list[int]:
    """The indices of the tracks in order. `distances`: (n, n), symmetric; `start`: the first one."""
    count = len(distances)
    if count < 3:
        return list(range(count)) if start in (None, 0) else [1, 0]
    step = max(1, -(-count // MAX_STARTS))
    starts = range(0, count, step) if start is None else [start]
    ways = [_improved(distances, _by_nearest(distances, first), free=start is None) for first in starts]
    return min(ways, key=lambda way: way_length(distances, way))


def way_length(distances: Floats, way: list[int]) -> float:
    """The sum of the steps."""
    return float(distances[way[:-1], way[1:]].sum(dtype=np.float64))


def _by_nearest(distances: Floats, start: int) -> list[int]:
    left = np.ones(len(distances), dtype=bool)
    way = [start]
    for _ in range(len(distances) - 1):
        left[way[-1]] = False
        way.append(int(np.argmin(np.where(left, distances[way[-1]], np.inf))))
    return way


def _improved(distances: Floats, way: list[int], *, free: bool) -> list[int]:
    """The way after all changes that shorten it. Unless it is `free`, its first track stays the first.

    Nobody comes before the first track or after the last one, which is as if a track were there that has no
    distance from any: with it all changes are alike.
    """
    count = len(way)
    padded = np.zeros((count + 2, count + 2), dtype=np.float64)
    padded[1:-1, 1:-1] = distances
    order = np.array([0, *(index + 1 for index in way), count + 1])
    if not free:
        order = order[1:]
    while True:
        between = padded[np.ix_(order, order)]
        gain, changed = min(
            (_best_turn(between), *(_best_move(between, moved) for moved in range(1, MAX_MOVED + 1))),
            key=lambda change: change[0],
        )
        if gain > -_GAIN:
            inner = order[1:-1] if free else order[:-1]
            return [int(index) - 1 for index in inner]
        order = order[changed]


Change = tuple[float, NDArray[np.int64]]
"""By how much the way becomes longer, and the places in their new order."""


def _best_turn(between: NDArray[np.float64]) -> Change:
    """The turn of the places i to j, 1 <= i < j < the last one."""
    last = len(between) - 1
    here = np.diagonal(between, 1)  # from each place to the next
    if last < 3:
        return 0.0, np.arange(last + 1)
    longer = (
        between[: last - 1, 1:last] + between[1:last, 2:] - here[: last - 1, None] - here[None, 1:last]
    )  # [i - 1, j - 1]
    longer[np.tril_indices(last - 1)] = np.inf
    before, end = np.unravel_index(np.argmin(longer), longer.shape)
    i, j = int(before) + 1, int(end) + 1
    places = np.arange(last + 1)
    places[i : j + 1] = places[i : j + 1][::-1]
    return float(longer[before, end]), places


def _best_move(between: NDArray[np.float64], moved: int) -> Change:
    """The move of the places i … i + moved - 1, as they are or turned, to between k and k + 1."""
    last = len(between) - 1
    if last < moved + 2:
        return 0.0, np.arange(last + 1)
    here = np.diagonal(between, 1)
    first = np.arange(1, last - moved + 1)  # i
    ends = first + moved - 1
    closed = between[first - 1, ends + 1] - here[first - 1] - here[ends]
    k = np.arange(last)
    straight = between[np.ix_(first, k)] + between[np.ix_(ends, k + 1)]
    turned = between[np.ix_(ends, k)] + between[np.ix_(first, k + 1)]
    longer = closed[:, None] + np.minimum(straight, turned) - here[None, :]
    longer[(k[None, :] >= first[:, None] - 1) & (k[None, :] <= ends[:, None])] = np.inf
    row, gap = (int(index) for index in np.unravel_index(np.argmin(longer), longer.shape))
    i, j = int(first[row]), int(ends[row])
    piece = np.arange(i, j + 1)
    if turned[row, gap] < straight[row, gap]:
        piece = piece[::-1]
    rest = np.delete(np.arange(last + 1), np.arange(i, j + 1))
    at = int(np.searchsorted(rest, gap)) + 1
    return float(longer[row, gap]), np.concatenate([rest[:at], piece, rest[at:]])
