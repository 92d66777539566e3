"""Do two analyses agree? Per dimension, on the scale of what music usually spans.

The tolerance is 1 % of the dimension's spread, its 5th to 95th percentile over a library, as the table of
dimensions has it, but at least 0.002 for dimensions from 0 to 1; 0.5 % of the value for the tempo.
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
    """One value out of tolerance; None where a side has no value, then `reasons` says why of each."""

    path: str
    key: str
    reference: float | None
    worker: float | None
    allowed: float
    reasons: tuple[str, str] = ("", "")


class DimensionAgreement(msgspec.Struct, frozen=True):
    """One dimension over all tracks that both analysed; differences in its unit."""

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
    """How far from the reference's value another one may be, in the unit."""
    if dimension.key == TEMPO:
        return SHARE_OF_TEMPO * abs(reference)
    share = SHARE_OF_SPREAD * dimension.spread
    return max(share, MIN_SHARE_TOLERANCE) if (dimension.minimum, dimension.maximum) == (0, 1) else share


def agreements(pairs: Mapping[str, tuple[Done, Done]]) -> list[DimensionAgreement]:
    """Per dimension, how reference and worker (in this order, by path) agree."""
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
    """A null on one side alone is a disagreement, and so is another reason for it."""
    key = dimension.key
    a, b = reference.fingerprint[key], worker.fingerprint[key]
    if a is not None and b is not None:
        allowed = tolerance(dimension, a)
        return Disagreement(path, key, a, b, allowed) if abs(a - b) > allowed else None
    reasons = reference.nulls.get(key, ""), worker.nulls.get(key, "")
    return Disagreement(path, key, a, b, 0.0, reasons) if reasons[0] != reasons[1] else None
