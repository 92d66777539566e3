"""Which figures a page has."""

from collections.abc import Iterator
from typing import Any, Final

from bokeh.embed import json_item
from bokeh.plotting import figure

from auralis_cli.model.dimensions import keys
from auralis_cli.plots.bokeh_drawer import drawn_item
from auralis_cli.report.figures.albums import empty_albums
from auralis_cli.report.figures.histograms import empty_histogram
from auralis_cli.report.figures.planes import PLANES, ends_of
from auralis_cli.report.figures.scatters import map_figure, plane_figure
from auralis_cli.report.figures.wheel import wheel_figure
from auralis_cli.report.scales import Scale
from auralis_cli.report.tracks import ReportTracks

_TALL: Final = ("tempo", "year")


def page_figures(tracks: ReportTracks, scales: list[Scale]) -> dict[str, Any]:
    """The figures as JSON for BokehJS, each by the id of its place in the page."""
    described = {"wheel": wheel_figure([]), "albums": empty_albums()}
    for scale in scales:
        height = 200 if scale.key in _TALL else 116
        described[f"bars-{scale.key}"] = empty_histogram(scale, scale.key, height)
    points = {name: json_item(made) for name, made in _points(tracks)}
    return points | {name: drawn_item(figure) for name, figure in described.items()}


def _points(tracks: ReportTracks) -> Iterator[tuple[str, figure]]:
    yield "map", map_figure(len(tracks))
    loudness = ends_of(tracks.values[:, keys().index("lufs")])
    for name, label in PLANES.items():
        if tracks.has(name):
            yield (
                f"plane-{name}",
                plane_figure(name, len(tracks), label, loudness, ends_of(tracks.numbers[name])),
            )
