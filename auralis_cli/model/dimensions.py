"""The 25 dimensions, read from the table that the Rust side generates: the only list of their names."""

from functools import cache
from pkgutil import get_data  # importlib.resources takes 5 ms longer to import
from typing import Final

import msgspec

MAX_DECIBELS: Final = 1_000.0
"""Beyond any level: the loudest sample of 32-bit floats is 770.6 dB above full scale."""
MAX_PER_SECOND: Final = 1e6
"""The most of anything in a second, and the highest frequency in Hz."""
_MAX_BY_UNIT: Final = dict.fromkeys(("dB", "LU", "LUFS"), MAX_DECIBELS)


class Dimension(msgspec.Struct, frozen=True):
    """One dimension: key, unit, allowed and usual range, meaning."""

    key: str
    label: str
    group: str
    unit: str
    minimum: float | None
    maximum: float | None
    usual_low: float
    usual_high: float
    decimals: int
    meaning: str
    more: str
    """The comparative for the track with the higher value, as in "b is louder"."""

    def allows(self, value: float) -> bool:
        """Whether the definition allows this value."""
        return self.lowest <= value <= self.highest  # NaN is not

    @property
    def lowest(self) -> float:
        """The smallest value that can be: `minimum`, or where it is None, what the unit allows."""
        return -self._most if self.minimum is None else self.minimum

    @property
    def highest(self) -> float:
        """The largest value that can be."""
        return self._most if self.maximum is None else self.maximum

    @property
    def _most(self) -> float:
        return _MAX_BY_UNIT.get(self.unit, MAX_PER_SECOND)

    @property
    def spread(self) -> float:
        """Width of the usual range: the scale on which differences are judged."""
        return self.usual_high - self.usual_low


@cache
def dimensions() -> tuple[Dimension, ...]:
    """All dimensions in the order of the fingerprint."""
    table = get_data("auralis_cli", "schema/dimensions.json")
    return msgspec.json.decode(table or b"", type=tuple[Dimension, ...])


@cache
def keys() -> tuple[str, ...]:
    """The 25 keys in order."""
    return tuple(dimension.key for dimension in dimensions())
