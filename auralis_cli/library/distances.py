"""Distances from tracks to the whole library, by the plain or the learned metric, and what they say there."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import numpy as np

from auralis_cli.library.fingerprints import Fingerprints
from auralis_cli.similarity.learned import learned_distances
from auralis_cli.similarity.matrix import Floats, coordinate_matrix, plain_distances

SAMPLED_PAIRS: Final = 20_000
"""Random pairs that say how far apart tracks of the library are: a percentile is sure within 0.4 points."""
_SEED: Final = 25


class Metric(StrEnum):
    """How distances are measured."""

    PLAIN = "plain"
    """On the usual ranges of all music: the same for everybody."""
    LEARNED = "learned"
    """On the ranges and correlations of this library."""


class Distances:
    """Measures with fixed weights. `metric` is the one that is used: PLAIN where nothing could be learned."""

    def __init__(
        self, library: Fingerprints, weights: Sequence[float], metric: Metric = Metric.LEARNED
    ) -> None:
        self._library = library
        self._weights = weights
        self.metric = Metric.PLAIN if library.learned is None else metric
        self._scale: Floats | None = None

    def to(self, values: Floats) -> Floats:
        """The distance of each track of the library, (n,), to fingerprints, (tracks, 25): the mean over them.

        NaN where there is none.
        """
        coordinates = coordinate_matrix(values)
        total = np.zeros(len(self._library.rows), dtype=np.float32)
        for track in coordinates:
            total += self._to_one(track)
        return total / np.float32(len(coordinates))

    def share_farther(self, distances: Floats) -> list[float | None]:
        """For each distance the share of the library's pairs that are farther apart, 0 to 1.

        None where the library has no pairs.
        """
        if self._scale is None:
            self._scale = self._sampled()
        if not len(self._scale):
            return [None] * len(distances)
        nearer = np.searchsorted(self._scale, distances, side="right")
        return [1 - int(count) / len(self._scale) for count in nearer]

    def _to_one(self, track: Floats) -> Floats:
        library = self._library
        if self.metric is Metric.PLAIN or library.learned is None or library.placed is None:
            return plain_distances(library.coordinates, track, self._weights)
        placed = library.learned.place(track[None, :])[0]
        return learned_distances(library.placed, placed, np.asarray(self._weights, dtype=np.float32))

    def _sampled(self) -> Floats:
        """Distances of random pairs, ascending; the same pairs each time."""
        count = len(self._library.rows)
        if count < 2:
            return np.empty(0, dtype=np.float32)
        generator = np.random.default_rng(_SEED)
        one, other = generator.integers(count, size=(2, SAMPLED_PAIRS))
        one, other = one[one != other], other[one != other]
        if self.metric is Metric.LEARNED and self._library.placed is not None:
            weights = np.asarray(self._weights, dtype=np.float32)
            apart = np.abs(self._library.placed[one] - self._library.placed[other]) @ weights
        else:
            apart = plain_distances(
                self._library.coordinates[one], self._library.coordinates[other], self._weights
            )
        return np.sort(apart[~np.isnan(apart)])
