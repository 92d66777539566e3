"""Why two tracks are near: the dimensions in which they are closer than a track of the library usually is."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from auralis_cli.library.fingerprints import Fingerprints
from auralis_cli.model.dimensions import keys
from auralis_cli.similarity.coordinates import axes
from auralis_cli.similarity.distance import axis_distance
from auralis_cli.similarity.matrix import Floats, coordinate_matrix

SAMPLED: Final = 2_000


def shared_traits(
    library: Fingerprints, seed: Floats, other: Floats, weights: Sequence[float], count: int
) -> list[str]:
    """The keys of up to `count` dimensions that make two fingerprints, (25,) each, alike; the best first.

    A dimension counts by its weight and by how much closer the two are in it than the seed is to the tracks
    of the library: that both have a common tempo says little, that both are very wide says much.
    """
    places = coordinate_matrix(np.stack([seed, other]))
    sample = library.coordinates[:: max(1, len(library.rows) // SAMPLED)]
    gains = []
    for index, axis in enumerate(axes()):
        one, two = float(places[0, index]), float(places[1, index])
        column = sample[:, index]
        column = column[~np.isnan(column)]
        if np.isnan(one) or np.isnan(two) or not len(column):
            gains.append(0.0)
            continue
        usual = float(np.mean([axis_distance(axis.key, one, float(x), axis.length) for x in column]))
        gains.append(weights[index] * (usual - axis_distance(axis.key, one, two, axis.length)))
    ranked = sorted(range(len(gains)), key=lambda index: -gains[index])
    return [keys()[index] for index in ranked[:count] if gains[index] > 0]
