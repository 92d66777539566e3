"""How values are distributed: bins and percentiles."""

from collections import Counter
from collections.abc import Sequence

import msgspec


class Spread(msgspec.Struct, frozen=True):
    """How values are distributed. `counts`: of the bins from `low` on, each `width` wide.

    `below`, `above`: values that lie beyond them; `without`: tracks that have no value. `percentiles`: the
    10th, 50th and 90th; None without values.
    """

    low: float
    width: float
    counts: tuple[int, ...]
    below: int
    above: int
    without: int
    percentiles: tuple[float, float, float] | None

    @classmethod
    def of(cls, values: Sequence[float], without: int, bins: tuple[float, float, int]) -> "Spread":
        """The spread of these values over so many bins."""
        low, width, number = bins
        places = Counter(int((value - low) // width) for value in values)
        counts = tuple(places[place] for place in range(number))
        below = sum(count for place, count in places.items() if place < 0)
        above = len(values) - below - sum(counts)
        return cls(low, width, counts, below, above, without, percentiles(values))


def percentiles(values: Sequence[float]) -> tuple[float, float, float] | None:
    """The 10th, 50th and 90th, interpolated."""
    if not values:
        return None
    ordered = sorted(values)
    tenth, median, ninetieth = (_quantile(ordered, share) for share in (0.1, 0.5, 0.9))
    return tenth, median, ninetieth


def median(values: Sequence[float]) -> float | None:
    """The 50th percentile."""
    return _quantile(sorted(values), 0.5) if values else None


def _quantile(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    lower = int(place)
    upper = min(lower + 1, len(ordered) - 1)
    return ordered[lower] + (place - lower) * (ordered[upper] - ordered[lower])
