"""Distances from tracks to the whole library, by the plain or the learned metric, and what they say there."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import numpy as np
from numpy.typing import NDArray

from auralis_cli.library.fingerprints import Fingerprints
from auralis_cli.similarity.distance import MIN_KNOWN
from auralis_cli.similarity.learned import learned_distances
from auralis_cli.similarity.matrix import Floats, coordinate_matrix, plain_distances

SAMPLED_PAIRS: Final = 20_000
"""Random pairs that say how far apart tracks of the library are: a percentile is sure within 0.4 points."""
_SEED: Final = 25
_AT_ONCE: Final = 1 << 15
"""Tracks of the library whose places stay in the processor's cache from one of several to the next."""


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
        self.library = library
        self._weights = weights
        self.metric = Metric.PLAIN if library.learned is None else metric
        self._scale: Floats | None = None

    def to(self, values: Floats) -> Floats:
        """The distance of each track of the library, (n,), to fingerprints, (tracks, 25): the mean over them.

        NaN where there is none: where the track, or one of the fingerprints, has too few values.
        """
        places = self.place(values)
        total = self.sum_to(places)
        if not self.has_enough(coordinate_matrix(values)).all():
            total[:] = np.nan
        total[~self.has_enough()] = np.nan
        return total / np.float32(len(places))

    def sum_to(self, places: Floats) -> Floats:
        """The sum of the distances of each track of the library, (n,), to places, (m, 25)."""
        every = self._all_places()
        total = np.zeros(len(every), dtype=np.float32)
        for start in range(0, len(every), _AT_ONCE):
            some = slice(start, start + _AT_ONCE)
            for place in places:
                total[some] += self._apart(every[some], place)
        return total

    def has_enough(self, coordinates: Floats | None = None) -> NDArray[np.bool_]:
        """Whether each track, (n,), has values for as much of the weight as `compare` demands.

        `coordinates`: theirs, (n, 25); without them those of the library. A silent track has not enough; the
        learned metric would place it in the middle of all.
        """
        coordinates = self.library.coordinates if coordinates is None else coordinates
        known = np.zeros(len(coordinates), dtype=np.float32)
        for index, weight in enumerate(self._weights):
            known += np.float32(weight) * ~np.isnan(coordinates[:, index])
        enough: NDArray[np.bool_] = known >= np.float32(MIN_KNOWN * sum(self._weights))
        return enough

    def places(self, tracks: NDArray[np.int64]) -> Floats:
        """Where tracks of the library lie in the space of the metric, (tracks, 25). For `between`."""
        found: Floats = self._all_places()[tracks]
        return found

    def place(self, values: Floats) -> Floats:
        """Where fingerprints, (tracks, 25), lie in that space."""
        coordinates = coordinate_matrix(values)
        learned = self.library.learned
        if self.metric is Metric.PLAIN or learned is None:
            return coordinates
        return learned.place(coordinates)

    def between(self, ones: Floats, others: Floats) -> Floats:
        """The distance of each place of `ones` to each of `others`; NaN where there is none."""
        return self._apart(ones[:, None, :], others)

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

    def _all_places(self) -> Floats:
        placed = self.library.placed if self.metric is Metric.LEARNED else None
        return self.library.coordinates if placed is None else placed

    def _apart(self, ones: Floats, others: Floats) -> Floats:
        """Between places; all axes but the last are broadcast."""
        if self.metric is Metric.PLAIN:
            return plain_distances(ones, others, self._weights)
        return learned_distances(ones, others, np.asarray(self._weights, dtype=np.float32))

    def _sampled(self) -> Floats:
        """Distances of random pairs, ascending; the same pairs each time."""
        count = len(self.library.rows)
        if count < 2:
            return np.empty(0, dtype=np.float32)
        generator = np.random.default_rng(_SEED)
        one, other = generator.integers(count, size=(2, SAMPLED_PAIRS))
        enough = self.has_enough()
        counted = (one != other) & enough[one] & enough[other]
        one, other = one[counted], other[counted]
        apart = self._apart(self.places(one), self.places(other))
        return np.sort(apart[~np.isnan(apart)])
