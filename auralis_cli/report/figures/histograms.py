"""How the values of a library are spread."""

from typing import Final

import msgspec
import numpy as np

from auralis_cli.model.dimensions import Dimension
from auralis_cli.plots.figure import Axis, Bars, Direction, Figure, Layer, Rule, Sheet, Tone
from auralis_cli.render.formats import format_value, with_minus
from auralis_cli.report.scales import Scale, known, tempo_scale, year_scale
from auralis_cli.similarity.matrix import Floats

_HEIGHT: Final = 200
_GAP: Final = 0.06
"""Of the width of a bar, at each side."""


def name_of(dimension: Dimension) -> str:
    """Of its figure and file."""
    return dimension.key.replace("_", "-")


def dimension_histogram(dimension: Dimension, scale: Scale, values: Floats) -> Figure:
    """Of one of the 25, on the scale of hearing, with the median."""
    there = known(values)
    low, middle, high = (float(value) for value in np.percentile(there, (5, 50, 95)))
    unit = f" {dimension.unit}" if dimension.unit else ""
    texts = [with_minus(format_value(dimension, value)) for value in (low, middle, high)]
    words = (
        f"{dimension.label.capitalize()} of {len(there):,} tracks: the median is {texts[1]}{unit}, and nine "
        f"of ten lie between {texts[0]} and {texts[2]}{unit}."
    )
    title = f"{dimension.label}, {dimension.unit}" if dimension.unit else dimension.label
    at = float(np.interp(middle, scale.edges, np.arange(len(scale.edges))))
    rule = Rule(at, Direction.X, Tone.INK, f"median {texts[1]}")
    return _histogram(scale, there, name=name_of(dimension), title=title, words=words, label=title, rule=rule)


def tempo_histogram(tempi: Floats) -> Figure:
    """In steps of 5 BPM, which are equally wide."""
    there = known(tempi)
    words = f"Tempi of {len(there):,} tracks in steps of 5 BPM: the median is {np.median(there):.0f} BPM."
    return _histogram(tempo_scale(), there, name="tempo", title="Tempi", words=words, label="tempo, BPM")


def year_histogram(years: Floats) -> Figure:
    """By the tags."""
    there = known(years)
    first, last = int(there.min()), int(there.max())
    words = f"Years of {len(there):,} tracks, by their tags: from {first} to {last}."
    scale = year_scale(first, last)
    return _histogram(scale, there, name="years", title="Years", words=words, label="year")


def empty_histogram(scale: Scale, name: str, height: int) -> Figure:
    """For a page, which fills both layers: all tracks, and over them those that are shown, as shares."""
    layers: list[Layer] = [Bars([], [], [], [], Tone.BACK), Bars([], [], [], [])]
    y = Axis("", 0, 1.05, is_shown=False, has_grid=False)
    return Figure(name, "", "", _axis(scale, ""), y, layers, height=height)


def sheet_of(figures: list[Figure], tracks: int) -> Sheet:
    """All dimensions side by side. What is the same in each, or has no room, is left out."""
    words = f"How the 25 dimensions of {tracks:,} tracks are spread; a line marks the median. "
    small = [_small(one) for one in figures]
    return Sheet("dimensions", "The 25 dimensions", words + " ".join(one.words for one in figures), small)


def _small(one: Figure) -> Figure:
    """The shape, and where it begins and ends: the title says the unit."""
    ticks = [*(one.x.ticks or [])]
    x = msgspec.structs.replace(one.x, label="", ticks=[ticks[0], ticks[-1]])
    y = msgspec.structs.replace(one.y, is_shown=False, has_grid=False)
    layers: list[Layer] = [
        msgspec.structs.replace(layer, label="") if isinstance(layer, Rule) else layer for layer in one.layers
    ]
    return msgspec.structs.replace(one, x=x, y=y, layers=layers)


def _histogram(
    scale: Scale, there: Floats, *, name: str, title: str, words: str, label: str, rule: Rule | None = None
) -> Figure:
    bins = len(scale.edges) - 1
    within = np.clip(np.searchsorted(scale.edges, there, side="right") - 1, 0, bins - 1)
    counts = np.bincount(within, minlength=bins).astype(float)
    places = np.arange(bins, dtype=float)
    bars = Bars(
        (places + _GAP).tolist(), (places + 1 - _GAP).tolist(), np.zeros(bins).tolist(), counts.tolist()
    )
    y = Axis("tracks", 0, 1.08 * max(1.0, float(counts.max(initial=0))))
    layers: list[Layer] = [bars, *([rule] if rule else [])]
    return Figure(name, title, words, _axis(scale, label), y, layers, height=_HEIGHT)


def _axis(scale: Scale, label: str) -> Axis:
    """The bins are equally wide, whatever their values."""
    ticks = [(place, with_minus(text)) for place, text in scale.ticks]
    return Axis(label, -0.5, len(scale.edges) - 0.5, ticks=ticks, has_grid=False)
