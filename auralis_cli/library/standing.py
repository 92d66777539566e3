"""How the values of a track stand among those of others: which of them tell most about it."""

from typing import Final

import numpy as np
from numpy.typing import NDArray

from auralis_cli.similarity.matrix import Floats, coordinate_matrix

TOLD: Final = 5
_MIN_SPREAD: Final = 0.05
"""Of coordinates, whose usual range has the length 1: where nearly all agree, a small step is no wonder."""


def standing(values: Floats) -> Floats:
    """For fingerprints, (n, 25), how far each value lies from the median of all, in deviations; NaN for null.

    A deviation is half of the way from the 16th to the 84th percentile, on the scale of hearing.
    """
    coordinates = coordinate_matrix(values)
    found = np.full_like(coordinates, np.nan)
    for index, column in enumerate(coordinates.T):
        known = column[~np.isnan(column)]
        if len(known):
            low, middle, high = np.percentile(known, (16, 50, 84))
            found[:, index] = (column - middle) / max((high - low) / 2, _MIN_SPREAD)
    return found


def most_telling(stands: Floats) -> NDArray[np.uint8]:
    """The numbers of the five dimensions of each track, (n, 5), farthest from the median; farthest first."""
    order = np.argsort(-np.abs(np.nan_to_num(stands)), axis=1, kind="stable")
    return order[:, :TOLD].astype(np.uint8)
