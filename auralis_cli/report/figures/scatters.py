"""Tracks as points: the map, loudness range and peak against loudness; coloured and selected alike."""

import math

from bokeh.models import ColumnDataSource, LassoSelectTool, LinearColorMapper
from bokeh.models.annotations import Span
from bokeh.plotting import figure

from auralis_cli.check.targets import TARGETS
from auralis_cli.plots.bokeh_base import MUTED, bare_figure, move_tools

_SIZES = ((500, 10, 0.22), (5_000, 7, 0.14), (20_000, 5, 0.09), (math.inf, 4, 0.06))
"""Up to so many tracks: pixels across, and the opacity of what is not shown."""


def map_figure(tracks: int) -> figure:
    """Places have no unit, so there are no axes; the page sets ranges of one scale, and the height."""
    made = bare_figure("map", 560, (-1.3, 1.3), (-1.3, 1.3), output_backend="webgl", min_border=0)
    made.axis.visible = False
    made.grid.visible = False
    _points(made, tracks)
    made.add_tools(LassoSelectTool(continuous=False))
    return made


def plane_figure(
    name: str, tracks: int, y_label: str, x: tuple[float, float], y: tuple[float, float]
) -> figure:
    """Something against the loudness."""
    made = bare_figure(name, 360, x, y, output_backend="webgl")
    made.xaxis.axis_label = "integrated loudness, LUFS"
    made.yaxis.axis_label = y_label
    add_targets(made)
    _points(made, tracks)
    return made


def add_targets(made: figure) -> None:
    """Dashed lines at the levels of streaming, players and broadcasting."""
    for target in TARGETS.values():
        made.add_layout(Span(location=target.lufs, dimension="height", line_color=MUTED, line_dash="dashed"))


def _points(made: figure, tracks: int) -> None:
    """The more points, the smaller each, and the fainter those that are not shown."""
    size, faint = next((size, faint) for most, size, faint in _SIZES if tracks <= most)
    source = ColumnDataSource({"x": [], "y": [], "shade": []}, name="points")
    mapper = LinearColorMapper(palette=["#888888"], low=0, high=1, name="mapper", nan_color="#8a8f98")
    made.scatter(
        "x",
        "y",
        source=source,
        size=size,
        fill_color={"field": "shade", "transform": mapper},
        line_color=None,
        fill_alpha=0.75,
        nonselection_fill_alpha=faint,
        nonselection_line_alpha=0,
        selection_fill_alpha=0.95,
        name="glyphs",
    )
    move_tools(made)
