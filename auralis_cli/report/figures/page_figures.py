"""Which figures a page has."""

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
from bokeh.embed import json_item
from bokeh.plotting import figure

from auralis_cli.model.dimensions import keys
from auralis_cli.report.figures.albums import albums_figure
from auralis_cli.report.figures.histograms import histogram_figure
from auralis_cli.report.figures.scatters import map_figure, plane_figure
from auralis_cli.report.figures.wheel import wheel_figure
from auralis_cli.report.scales import Scale, known
from auralis_cli.report.tracks import ReportTracks
from auralis_cli.similarity.matrix import Floats

_TALL: Final = ("tempo", "year")
_PLANES: Final = {
    "loudness_range_lu": "loudness range, LU",
    "true_peak_dbtp": "true peak, dBTP",
    "sample_peak_dbfs": "sample peak, dBFS",
}


def page_figures(tracks: ReportTracks, scales: list[Scale]) -> dict[str, Any]:
    """The figures as JSON for BokehJS, each by the id of its place in the page."""
    return {name: json_item(made) for name, made in _figures(tracks, scales)}


def _figures(tracks: ReportTracks, scales: list[Scale]) -> Iterator[tuple[str, figure]]:
    yield "map", map_figure(len(tracks))
    yield "wheel", wheel_figure()
    yield "albums", albums_figure()
    for scale in scales:
        height = 200 if scale.key in _TALL else 116
        yield f"bars-{scale.key}", histogram_figure(scale.key, scale, height)
    loudness = _ends(tracks.values[:, keys().index("lufs")])
    for name, label in _PLANES.items():
        if tracks.has(name):
            ends = _ends(tracks.numbers[name])
            yield f"plane-{name}", plane_figure(name, len(tracks), label, loudness, ends)


def _ends(values: Floats) -> tuple[float, float]:
    there = known(values)
    if not len(there):
        return 0.0, 1.0
    low, high = (float(value) for value in np.percentile(there, (0.2, 99.8)))
    margin = max(0.06 * (high - low), 0.5)
    return low - margin, high + margin
