"""Tracks as points: the map of the sound, and what lies against the loudness."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from auralis_cli.check.targets import TARGETS
from auralis_cli.model.dimensions import keys
from auralis_cli.plots.figure import Axis, Direction, Figure, Layer, Points, Rule, Shade, Tone
from auralis_cli.plots.palette import CATEGORIES, OTHERS
from auralis_cli.render.formats import with_minus
from auralis_cli.report.places import Places
from auralis_cli.report.scales import known
from auralis_cli.report.tracks import ReportTracks
from auralis_cli.similarity.matrix import Floats

PLANES: Final = {
    "loudness_range_lu": "loudness range, LU",
    "true_peak_dbtp": "true peak, dBTP",
    "sample_peak_dbfs": "sample peak, dBFS",
}
"""What is shown against the loudness."""
_SIZES: Final = ((300, 9.0), (2_000, 6.5), (10_000, 4.0), (math.inf, 2.2))
"""Up to so many tracks: pixels across."""
_OPACITY: Final = 0.8
_EDGE_PERCENT: Final = 0.5
"""Of the tracks that may lie beyond each edge of the map, so that the rest is large."""
_SEED: Final = 25


def map_picture(places: Places) -> Figure:
    """The groups of sound by colour. Points lie over each other in an order by chance, the same each time."""
    there = np.random.default_rng(_SEED).permutation(np.flatnonzero(np.isfinite(places.on_map[:, 0])))
    x, y, groups = places.on_map[there, 0], places.on_map[there, 1], places.groups[there]
    points = Points(
        x.tolist(), y.tolist(), size=_size(len(there)), opacity=_OPACITY, shades=[_shade(at) for at in groups]
    )
    legend = [Points([], [], Shade(_shade(at)), name) for at, name in enumerate(places.names)]
    across, up = (Axis("", *_edges(values), is_shown=False, has_grid=False) for values in (x, y))
    words = _map_words(places, groups)
    layers: list[Layer] = [points, *legend]
    return Figure("map", "Map of the sound", words, across, up, layers, height=560, is_square=True)


def plane_picture(tracks: ReportTracks, name: str) -> Figure:
    """Something against the loudness, with the levels of streaming, players and broadcasting."""
    loudness, other = tracks.values[:, keys().index("lufs")], tracks.numbers[name]
    both = np.isfinite(loudness) & np.isfinite(other)
    title, _, unit = PLANES[name].partition(", ")
    middle = with_minus(f"{np.median(other[both]):.1f}")
    words = (
        f"{title.capitalize()} against integrated loudness of {int(both.sum()):,} tracks: half of them have "
        f"a {title} above {middle} {unit}. {target_words()}"
    )
    points = Points(loudness[both].tolist(), other[both].tolist(), size=_size(len(tracks)), opacity=_OPACITY)
    plain = "-".join(name.split("_")[:-1])
    x = Axis("integrated loudness, LUFS", *ends_of(loudness), has_grid=False)
    y = Axis(PLANES[name], *ends_of(other))
    layers: list[Layer] = [points, *target_rules(*ends_of(loudness))]
    return Figure(plain, f"{title.capitalize()} and loudness", words, x, y, layers, height=300)


def target_rules(low: float, high: float, *, labelled: bool = True) -> list[Rule]:
    """At the levels that lie in this range."""
    levels = {name: target.lufs for name, target in TARGETS.items() if low < target.lufs < high}
    return [Rule(level, Direction.X, Tone.MUTED, name if labelled else "") for name, level in levels.items()]


def target_words() -> str:
    """What the rules mean."""
    told = (f"{with_minus(f'{target.lufs:g}')} LUFS ({name})" for name, target in TARGETS.items())
    return f"Dashed lines: {', '.join(told)}."


def ends_of(values: Floats) -> tuple[float, float]:
    """An axis for these, without the farthest two in a thousand at each end."""
    there = known(values)
    if not len(there):
        return 0.0, 1.0
    low, high = (float(value) for value in np.percentile(there, (0.2, 99.8)))
    margin = max(0.06 * (high - low), 0.5)
    return low - margin, high + margin


def _shade(group: int) -> str:
    return CATEGORIES[group] if group < len(CATEGORIES) else OTHERS


def _size(tracks: int) -> float:
    return next(size for most, size in _SIZES if tracks <= most)


def _edges(values: Floats) -> tuple[float, float]:
    if not len(values):
        return -1.0, 1.0
    low, high = (float(each) for each in np.percentile(values, (_EDGE_PERCENT, 100 - _EDGE_PERCENT)))
    margin = max(0.06 * (high - low), 0.05)
    return low - margin, high + margin


def _map_words(places: Places, groups: NDArray[np.uint8]) -> str:
    counts = np.bincount(groups, minlength=len(places.names))
    told = "; ".join(f"{name} ({count:,})" for name, count in zip(places.names, counts, strict=False))
    return (
        f"A map of {len(groups):,} tracks by {places.layout.label}: those that sound alike lie close "
        f"together. Its axes have no unit. Groups and their tracks: {told or 'none'}."
    )
