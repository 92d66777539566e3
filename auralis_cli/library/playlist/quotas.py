"""How many tracks of each folder, album and artist a playlist may have."""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

Indices = NDArray[np.int64]


class Quotas(NamedTuple):
    """Of n tracks; without any, all may be taken."""

    groups: tuple[Indices, ...] = ()
    """For each kind of group (folders, albums, artists) the number of the group of each track, (n,)."""
    most: tuple[int, ...] = ()
    """For each kind, so many tracks of one group may be taken."""

    def only(self, indices: Indices) -> "Quotas":
        """Of these tracks, in this order."""
        return Quotas(tuple(numbers[indices] for numbers in self.groups), self.most)

    def raised(self, by: int = 1) -> "Quotas":
        """With more of each group."""
        return Quotas(self.groups, tuple(most + by for most in self.most))

    def first(self, order: Indices) -> Indices:
        """The tracks in this order, of each group no more than the first ones, kind after kind."""
        for numbers, most in zip(self.groups, self.most, strict=True):
            order = _first_of_each(order, numbers, most)
        return order

    def room(self, tracks: int) -> int:
        """At most so many of all `tracks` can be taken."""
        bounds = (
            int(np.minimum(np.unique(numbers, return_counts=True)[1], most).sum())
            for numbers, most in zip(self.groups, self.most, strict=True)
        )
        return min(bounds, default=tracks)

    def full(self, used: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """For each set of used tracks, (sets, n), the tracks of which a group has given all that it may."""
        full = np.zeros_like(used)
        sets, tracks = np.nonzero(used)
        for numbers, most in zip(self.groups, self.most, strict=True):
            _, compact = np.unique(numbers, return_inverse=True)
            compact = compact.reshape(-1)
            taken = np.zeros((len(used), int(compact.max()) + 1), dtype=np.int64)
            np.add.at(taken, (sets, compact[tracks]), 1)
            full |= taken[:, compact] >= most
        return full


NO_QUOTAS: Final = Quotas()


def _first_of_each(order: Indices, numbers: Indices, most: int) -> Indices:
    if not len(order):
        return order
    here = numbers[order]
    by_group = np.argsort(here, kind="stable")
    ordered = here[by_group]
    begins = np.flatnonzero(np.append(True, ordered[1:] != ordered[:-1]))
    sizes = np.diff(begins, append=len(order))
    rank = np.empty(len(order), dtype=np.int64)
    rank[by_group] = np.arange(len(order)) - np.repeat(begins, sizes)
    return order[rank < most]
