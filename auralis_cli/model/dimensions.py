"""The 25 dimensions, read from the table that the Rust side generates: the only list of their names."""

from functools import cache
from pkgutil import get_data  # importlib.resources takes 5 ms longer to import

import msgspec


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
        above = self.minimum is None or value >= self.minimum
        return above and (self.maximum is None or value <= self.maximum)

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
