"""Distances between points drawn at random, for tests of what works on any distances."""

import numpy as np
from numpy.typing import NDArray


def random_distances(seed: int, count: int) -> NDArray[np.float32]:
    """The distances, (count, count), of points in five dimensions, in city blocks as those of tracks."""
    points = np.random.default_rng(seed).random((count, 5), dtype=np.float32)
    apart: NDArray[np.float32] = np.abs(points[:, None] - points[None, :]).sum(axis=-1)
    return apart
