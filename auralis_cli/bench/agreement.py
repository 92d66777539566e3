"""Do two analyses agree? Answered per dimension, relative to the range that music usually has.

The tolerance is 1 % of the dimension's spread (5th to 95th percentile over a library, from the table of
dimensions), and at least 0.002 for dimensions from 0 to 1. For the tempo it is 0.5 % of the value.
"""

import statistics
from collections.abc import Iterable, Mapping
from typing import Final

import msgspec

from auralis_cli.model.dimensions import Dimension, dimensions
from auralis_cli.workers.protocol import Done

SHARE_OF_SPREAD: Final = 0.01
MIN_SHARE_TOLERANCE: Final = 0.002
SHARE_OF_TEMPO: Final = 0.005
TEMPO: Final = "tempo_bpm"


class Disagreement(msgspec.Struct, frozen=True):
    """One value out of tolerance. Where a side has None, `reasons` says why, for both sides."""

    path: str
    key: str
    reference: float | None
    worker: float | None
    allowed: float
    reasons: tuple[str, str] = ("", "")


class DimensionAgreement(msgspec.Struct, frozen=True):
    """One dimension over all tracks that both have analysed. Differences are in its unit."""

    key: str
    unit: str
    spread: float
    compared: int
    largest: float
    median: float
    disagreements: tuple[Disagreement, ...]

    @property
    def largest_pct(self) -> float:
        """The largest difference in percent of the spread."""
        return 100 * self.largest / self.spread

    @property
    def median_pct(self) -> float:
        """The median difference in percent of the spread."""
        return 100 * self.median / self.spread


def tolerance(dimension: Dimension, reference: float) -> float:
    """The largest allowed distance from the reference's value, in the dimension's unit."""
    if dimension.key == TEMPO:
        return SHARE_OF_TEMPO * abs(reference)
    share = SHARE_OF_SPREAD * dimension.spread
    return max(share, MIN_SHARE_TOLERANCE) if (dimension.minimum, dimension.maximum) == (0, 1) else share


def agreements(pairs: Mapping[str, tuple[Done, Done]]) -> list[DimensionAgreement]:
    """How well reference and worker agree in each dimension. `pairs` has both, in this order, by path."""
    return [_agreement(dimension, pairs) for dimension in dimensions()]


def disagreements(path: str, reference: Done, worker: Done) -> Iterable[Disagreement]:
    """The values of one track that are out of tolerance."""
    for dimension in dimensions():
        if (found := _compare(dimension, path, reference, worker)) is not None:
            yield found


def _agreement(dimension: Dimension, pairs: Mapping[str, tuple[Done, Done]]) -> DimensionAgreement:
    differences, found = [], []
    for path, (reference, worker) in pairs.items():
        a, b = reference.fingerprint[dimension.key], worker.fingerprint[dimension.key]
        if a is not None and b is not None:
            differences.append(abs(a - b))
        if (disagreement := _compare(dimension, path, reference, worker)) is not None:
            found.append(disagreement)
    return DimensionAgreement(
        key=dimension.key,
        unit=dimension.unit,
        spread=dimension.spread,
        compared=len(differences),
        largest=max(differences, default=0.0),
        median=statistics.median(differences) if differences else 0.0,
        disagreements=tuple(found),
    )


def _compare(dimension: Dimension, path: str, reference: Done, worker: Done) -> Disagreement | None:
    """A value that only one side has is a disagreement; so are different reasons for having none."""
    key = dimension.key
    a, b = reference.fingerprint[key], worker.fingerprint[key]
    if a is not None and b is not None:
        allowed = tolerance(dimension, a)
        return Disagreement(path, key, a, b, allowed) if abs(a - b) > allowed else None
    reasons = reference.nulls.get(key, ""), worker.nulls.get(key, "")
    return Disagreement(path, key, a, b, 0.0, reasons) if reasons[0] != reasons[1] else None
