"""Accuracy of tempo estimates against clips of known tempo, by tolerance, group, tempo and confidence."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

Row = dict[str, str]

FACTORS = (1.0, 2.0, 0.5, 3.0, 1 / 3)


@dataclass(frozen=True)
class Estimate:
    """A tempo in BPM, the confidence in it, and the other levels, best first."""

    bpm: float
    confidence: float | None = None
    others: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Aim:
    """The least share of clips read right: by which rule, within which tolerance, of which tempi."""

    name: str
    least: float
    tolerance: float = 0.04
    factors: tuple[float, ...] = (1.0,)
    slowest_bpm: float = 0.0
    fastest_bpm: float = 1000.0
    with_first_other: bool = False


AIMS = (
    Aim("exact", 0.90),
    Aim("exact, 90-160 BPM", 0.98, slowest_bpm=90, fastest_bpm=160),
    Aim("up to a factor of 2 or 3", 0.99, factors=FACTORS),
    Aim("up to a factor of 2 or 3, within 1 %", 0.97, 0.01, FACTORS),
    Aim("tempo or first alternative", 0.98, with_first_other=True),
)


def accuracy(rows: list[Row], found: dict[str, Estimate], aim: Aim) -> float:
    """Share of the clips in the aim's range that are read right; a clip without an estimate is wrong."""
    clips = [row for row in rows if aim.slowest_bpm <= float(row["bpm"]) <= aim.fastest_bpm]
    return sum(_is_right(row, found.get(row["path"]), aim) for row in clips) / max(len(clips), 1)


def _is_right(row: Row, estimate: Estimate | None, aim: Aim) -> bool:
    if estimate is None:
        return False
    readings = [estimate.bpm, *estimate.others[: int(aim.with_first_other)]]
    truths = [factor * float(row["bpm"]) for factor in aim.factors]
    return any(abs(bpm / truth - 1) <= aim.tolerance for bpm in readings for truth in truths)


def render_table(name: str, rows: list[Row], found: dict[str, Estimate]) -> str:
    """A row per set of clips and estimator, then ours by confidence, then every clip read wrong."""
    estimators = {name: found}
    for column in rows[0]:
        if column.startswith("est_"):
            estimators[column[4:]] = {
                row["path"]: Estimate(float(row[column])) for row in rows if row[column]
            }
    lines = [f"{'clips':12}{'':10}{'n':>4}  exact 1 %  2 %    4 %    factor 1 %  2 %    4 %"]
    for label, chosen in _sets(rows):
        for estimator, estimates in estimators.items():
            shares = [
                accuracy(chosen, estimates, Aim("", 0, tolerance, factors))
                for factors in ((1.0,), FACTORS)
                for tolerance in (0.01, 0.02, 0.04)
            ]
            cells = "  ".join(f"{share:5.3f}" for share in shares)
            lines.append(f"{label:12}{estimator:10}{len(chosen):4}  {'':4}{cells}")
    return "\n".join([*lines, *_by_confidence(rows, found), *_misses(rows, found)])


def _sets(rows: list[Row]) -> Iterator[tuple[str, list[Row]]]:
    yield "all", rows
    for group in sorted({row.get("group") or "" for row in rows} - {""}):
        yield group, [row for row in rows if row.get("group") == group]
    ranges: dict[str, Callable[[float], bool]] = {
        "<= 90 BPM": lambda bpm: bpm <= 90,
        "90-160 BPM": lambda bpm: 90 <= bpm <= 160,
        ">= 160 BPM": lambda bpm: bpm >= 160,
    }
    for label, holds in ranges.items():
        yield label, [row for row in rows if holds(float(row["bpm"]))]


def _by_confidence(rows: list[Row], found: dict[str, Estimate]) -> Iterator[str]:
    for low, high in ((0.0, 0.6), (0.6, 0.8), (0.8, 0.95), (0.95, 1.01)):
        clips = [row for row in rows if low <= (_confidence(found.get(row["path"])) or 0.0) < high]
        if clips:
            share = accuracy(clips, found, Aim("", 0))
            yield f"confidence {low:.2f}-{min(high, 1):.2f}: {len(clips)} clips, {share:.3f} exact within 4 %"


def _confidence(estimate: Estimate | None) -> float | None:
    return None if estimate is None else estimate.confidence


def _misses(rows: list[Row], found: dict[str, Estimate]) -> Iterator[str]:
    for row in rows:
        estimate = found.get(row["path"])
        if not _is_right(row, estimate, Aim("", 0)):
            read = "nothing" if estimate is None else f"{estimate.bpm:.1f}, others {estimate.others}"
            yield f"wrong: {row['path']} is {row['bpm']}, reads {read}"
