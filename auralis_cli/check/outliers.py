"""How far values lie from their median, measured by how the others are spread."""

from collections.abc import Sequence
from statistics import median
from typing import Final

FEWEST_FOR_STATISTICS: Final = 6
"""A median and a spread of fewer tracks say nothing."""
MAD_TO_DEVIATION: Final = 0.6745
"""Of a normal distribution: Iglewicz and Hoaglin (1993), their equation for the modified z-score."""


def robust_scores(values: Sequence[float], least_spread: float) -> list[float]:
    """The modified z-score of each value: 0.6745 times its distance from the median over the median of all
    such distances, which is taken for at least `least_spread`: where all agree, none stands out.
    """
    middle = median(values)
    distances = [abs(value - middle) for value in values]
    spread = max(median(distances), least_spread)
    return [MAD_TO_DEVIATION * distance / spread for distance in distances]
