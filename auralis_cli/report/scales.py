"""Histograms on the scale of hearing: edges between bins of one width there, in the dimension's unit."""

from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from auralis_cli.model.dimensions import Dimension, dimensions
from auralis_cli.render.formats import format_value
from auralis_cli.report.tracks import ReportTracks
from auralis_cli.similarity.coordinates import LOG_FLOORS, SQUARE_ROOTS
from auralis_cli.similarity.matrix import Floats

BINS: Final = 40
TICKS: Final = 4
_ENDS: Final = (0.5, 99.5)
"""Percentiles between which the bins lie; the first and the last one hold what is beyond as well."""


class Scale(msgspec.Struct, frozen=True):
    """The bins of one dimension. `ticks`: places from 0 to BINS, and what is written there."""

    key: str
    edges: list[float]
    ticks: list[tuple[float, str]]


def scales(values: Floats) -> list[Scale]:
    """One for each dimension that any of the tracks (n, 25) has."""
    found = []
    for dimension, column in zip(dimensions(), values.T, strict=True):
        there = known(column).astype(np.float64)
        if len(there):
            found.append(_scale(dimension, *np.percentile(there, _ENDS)))
    return found


def page_scales(tracks: ReportTracks, dimension_scales: list[Scale]) -> list[Scale]:
    """Of all histograms: the dimensions, the tempo in steps of 5 BPM, the years where there are any."""
    found = [*dimension_scales, msgspec.structs.replace(tempo_scale(), key="tempo")]
    years = known(tracks.numbers["year"])
    if len(years):
        found.append(year_scale(int(years.min()), int(years.max())))
    return found


def tempo_scale() -> Scale:
    """5 BPM a bar, from 40 to 260: the range that tempi have."""
    low, width, count = 40, 5, 44
    edges = [float(low + width * at) for at in range(count + 1)]
    return Scale("tempo_bpm", edges, [((bpm - low) / width, str(bpm)) for bpm in range(60, 261, 40)])


def year_scale(first: int, last: int) -> Scale:
    """A bar for one year, or for as many that there are at most BINS bars."""
    width = -(-(last - first + 1) // BINS)
    count = -(-(last - first + 1) // width)
    edges = [float(first + width * at) for at in range(count + 1)]
    marks = sorted({0, count // 3, 2 * count // 3, count - 1})
    return Scale("year", edges, [(at + 0.5, str(first + width * at)) for at in marks])


def known(values: Floats) -> Floats:
    """Those that are numbers."""
    return values[np.isfinite(values)]


def _scale(dimension: Dimension, low: float, high: float) -> Scale:
    if not high > low:
        low, high = low - dimension.spread / 20, high + dimension.spread / 20
    low, high = max(low, dimension.lowest), min(high, dimension.highest)
    edges = _back(
        dimension.key, np.linspace(_there(dimension.key, low), _there(dimension.key, high), BINS + 1)
    )
    places = np.linspace(0, BINS, TICKS)
    at = np.interp(places, np.arange(BINS + 1), edges)
    ticks = [
        (float(place), format_value(dimension, float(value))) for place, value in zip(places, at, strict=True)
    ]
    return Scale(dimension.key, edges.tolist(), ticks)


def _there(key: str, value: float) -> float:
    if (floor := LOG_FLOORS.get(key)) is not None:
        return float(np.log2(value + floor))
    return float(np.sqrt(value)) if key in SQUARE_ROOTS else value


def _back(key: str, scaled: NDArray[np.float64]) -> NDArray[np.float64]:
    if (floor := LOG_FLOORS.get(key)) is not None:
        return np.exp2(scaled) - floor
    return np.square(scaled) if key in SQUARE_ROOTS else scaled
