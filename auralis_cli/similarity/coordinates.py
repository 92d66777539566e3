"""Where a value lies on the scale of hearing: the coordinate in which differences are judged.

    x = (s(value) - s(usual_low)) / (s(usual_high) - s(usual_low))

with the usual range of `dimensions.json` (5th to 95th percentile over music): 0 and 1 are the ends of what is
usual, and 1 is as far apart as two ordinary tracks get. s is the scale on which equal steps sound alike:

    logarithm    frequency, tempo, rates and shares of power (Fechner; an octave or 3 dB is one step anywhere)
    square root  shares that are mostly near 0
    linear       what is in dB or LU already, and all that lies between 0 and 1

A logarithm is taken of value + floor. The floor is where differences stop to matter: 0.02 % of the power is
37 dB below the whole. On 319 tracks of 16 soundtracks the share of the five nearest that are of the same
soundtrack is .24 with linear scales and .36 with these.
"""

import math
from collections.abc import Mapping
from functools import cache
from typing import Final, NamedTuple

from auralis_cli.model.dimensions import Dimension, dimensions

TEMPO: Final = "tempo_bpm"

LOG_FLOORS: Final = {
    **dict.fromkeys((d.key for d in dimensions() if d.group == "frequency"), 0.02),
    TEMPO: 0.0,
    "transient_density": 0.5,
    "spectral_centroid": 1.0,
    "spectral_rolloff": 1.0,
    "spectral_flatness": 1e-4,
    "dynamic_range_variation": 0.3,
    "loudness_variation_std": 0.3,
}
"""What is added before the logarithm, in the unit of the dimension, for each that is judged by ratio."""

SQUARE_ROOTS: Final = frozenset({"silence_ratio"})


class Axis(NamedTuple):
    """The line on which one dimension is judged: s(usual_low), and the length of the usual range."""

    key: str
    low: float
    length: float

    def place(self, value: float) -> float:
        """The coordinate of a value."""
        return (scaled(self.key, value) - self.low) / self.length


def scaled(key: str, value: float) -> float:
    """s of the definition above."""
    if (floor := LOG_FLOORS.get(key)) is not None:
        return math.log2(value + floor)
    return math.sqrt(value) if key in SQUARE_ROOTS else value


@cache
def axes() -> tuple[Axis, ...]:
    """The axes of the 25 dimensions, in order."""
    return tuple(map(_axis, dimensions()))


def _axis(dimension: Dimension) -> Axis:
    low, high = (scaled(dimension.key, end) for end in (dimension.usual_low, dimension.usual_high))
    return Axis(dimension.key, low, high - low)


def coordinates(fingerprint: Mapping[str, float | None]) -> list[float | None]:
    """The coordinates of a fingerprint, None where it has no value."""
    return [None if (value := fingerprint[axis.key]) is None else axis.place(value) for axis in axes()]
