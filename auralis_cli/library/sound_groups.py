"""Groups of tracks that sound alike, by k-means (Lloyd 1982, started by k-means++), and names for them."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from auralis_cli.model.dimensions import dimensions
from auralis_cli.similarity.matrix import Floats

GROUPS: Final = 7
"""As many as colours that everybody can tell apart, less one for tracks without a group."""
MAX_LEARNED: Final = 10_000
_ROUNDS: Final = 30
_SEED: Final = 25
_NAMED_BY: Final = 2


def sound_groups(points: Floats) -> NDArray[np.uint8]:
    """The number of the group of each point (n, 25), from 0 on, largest group first; the same each time."""
    if not len(points):
        return np.empty(0, dtype=np.uint8)
    chance = np.random.default_rng(_SEED)
    learned = points[chance.permutation(len(points))[:MAX_LEARNED]].astype(np.float64)
    centres = _start(learned, chance)
    for _ in range(_ROUNDS):
        nearest = _nearest(learned, centres)
        moved = np.stack(
            [
                learned[nearest == at].mean(axis=0) if (nearest == at).any() else centres[at]
                for at in range(len(centres))
            ]
        )
        if np.array_equal(moved, centres):
            break
        centres = moved
    found = _nearest(points.astype(np.float64), centres)
    by_size = np.argsort(-np.bincount(found, minlength=len(centres)), kind="stable")
    return np.argsort(by_size)[found].astype(np.uint8)


def group_names(groups: NDArray[np.uint8], stands: Floats) -> list[str]:
    """For each group what sets it apart: dimensions whose median `standing` (n, 25) lies farthest from 0."""
    names = []
    for group in range(int(groups.max()) + 1 if len(groups) else 0):
        middle = np.median(np.nan_to_num(stands[groups == group]), axis=0)
        largest = np.argsort(-np.abs(middle), kind="stable")[:_NAMED_BY]
        names.append(
            ", ".join(f"{'high' if middle[at] > 0 else 'low'} {dimensions()[at].label}" for at in largest)
        )
    return [f"{at + 1}: {name}" for at, name in enumerate(names)]


def _start(points: NDArray[np.float64], chance: np.random.Generator) -> NDArray[np.float64]:
    """k-means++ (Arthur and Vassilvitskii 2007): a centre is likelier the farther it is from the others."""
    centres = [points[0]]
    apart = ((points - centres[0]) ** 2).sum(axis=1)
    while len(centres) < GROUPS and apart.sum() > 0:
        centres.append(points[chance.choice(len(points), p=apart / apart.sum())])
        apart = np.minimum(apart, ((points - centres[-1]) ** 2).sum(axis=1))
    return np.stack(centres)


def _nearest(points: NDArray[np.float64], centres: NDArray[np.float64]) -> NDArray[np.int64]:
    squares = (centres**2).sum(axis=1) - 2 * points @ centres.T
    nearest: NDArray[np.int64] = squares.argmin(axis=1)
    return nearest
