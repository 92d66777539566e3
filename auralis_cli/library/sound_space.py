"""Tracks as points between which the city-block distance is the distance of `similar`.

The weight of a dimension is multiplied into its axis, so that |a - b|, summed, is the distance. Maps are laid
out, groups are found and a page finds neighbours in this space without knowing of metrics and weights.
"""

from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from auralis_cli.library.distances import Distances, Metric
from auralis_cli.library.fingerprints import Fingerprints
from auralis_cli.similarity.matrix import Floats, coordinate_matrix
from auralis_cli.similarity.weights import Preset, weights_of

KEPT_NEAREST: Final = 10
SAMPLED_TRACKS: Final = 200
"""Tracks that say how well a map keeps neighbours: the share is sure within three points."""
_CURVE_STEPS: Final = 400
_SEED: Final = 25


class SoundSpace(NamedTuple):
    """Of n tracks, under the preset `sound`."""

    points: Floats
    """(n, 25); what a track does not have is the mean of the others."""
    known: NDArray[np.bool_]
    """Whether a track has enough values to be near anything, (n,): a silent one has not."""
    apart: Floats | None
    """(n, n), the exact distances in a small library: there the plain metric is lenient about octaves of the
    tempo and leaves out what is missing, which points cannot. None where the learned metric is used."""
    curve: list[tuple[float, float]]
    """Ascending distances, and the share of the library's pairs that are farther apart, 0 to 1."""


def sound_space(library: Fingerprints, values: Floats) -> SoundSpace:
    """The space of tracks with these values, (n, 25), NaN for null, by the metric of their library."""
    weights = weights_of(Preset.SOUND)
    distances = Distances(library, weights)
    places = distances.place(values)
    apart = None
    if distances.metric is Metric.PLAIN:
        apart = distances.between(places, places)
    points = places * np.asarray(weights, dtype=np.float32)
    missing = np.isnan(points)
    counted = (~missing).sum(axis=0)
    means = np.nansum(points, axis=0) / np.maximum(counted, 1)
    points = np.where(missing, means.astype(np.float32), points)
    known = distances.has_enough(coordinate_matrix(values))
    return SoundSpace(points, known, apart, _curve(distances, points[known]))


def share_kept(points: Floats, places: Floats) -> float | None:
    """Of the ten nearest of a track the share that is among its ten nearest on the map, the mean over tracks.

    None for so few tracks that all are nearest.
    """
    if len(points) <= 2 * KEPT_NEAREST:
        return None
    sample = np.random.default_rng(_SEED).permutation(len(points))[:SAMPLED_TRACKS]
    kept = 0
    for track in sample:
        near = _nearest(np.abs(points - points[track]), int(track))
        near_on_map = _nearest((places - places[track]) ** 2, int(track))
        kept += len(np.intersect1d(near, near_on_map))
    return kept / (KEPT_NEAREST * len(sample))


def _nearest(differences: Floats, track: int) -> NDArray[np.int64]:
    apart = differences.sum(axis=1)
    apart[track] = np.inf
    return np.argpartition(apart, KEPT_NEAREST)[:KEPT_NEAREST]


def _curve(distances: Distances, points: Floats) -> list[tuple[float, float]]:
    if len(points) < 2:
        return []
    spread = np.ptp(points, axis=0).sum()
    steps = np.linspace(0, 1, _CURVE_STEPS, dtype=np.float32) ** 2 * np.float32(spread)
    shares = distances.share_farther(steps)
    curve = [(float(at), share) for at, share in zip(steps, shares, strict=True) if share is not None]
    full = next((index for index, (_, share) in enumerate(curve) if share == 0), len(curve) - 1)
    return curve[: full + 1]
