"""Draws descriptions of figures with Bokeh, for pages.

Texts are drawn on a canvas, never as HTML.
"""

from typing import Any, Final

from bokeh.embed import json_item
from bokeh.models import Axis as BokehAxis
from bokeh.models import (
    DatetimeTicker,
    DatetimeTickFormatter,
    FixedTicker,
    LogTickFormatter,
    NoOverlap,
    PanTool,
    Range1d,
)
from bokeh.plotting import figure

from auralis_cli.plots.bokeh_base import bare_figure
from auralis_cli.plots.bokeh_layers import add_layer, bokeh_x
from auralis_cli.plots.figure import Axis, Figure

_HOUR_S: Final = 3600.0
_SCALES: Final = ("microseconds", "milliseconds", "seconds", "minsec", "minutes", "hourmin", "hours", "days")
_LABEL_GAP: Final = 8
"""Pixels between labels of an axis; those that would be nearer are left out."""


def drawn_item(described: Figure) -> dict[str, Any]:
    """The figure as JSON for BokehJS."""
    return dict(json_item(drawn(described)))


def drawn(described: Figure) -> figure:
    """The figure as Bokeh's model, with what the page needs in its `tags`: the links of its axes."""
    x, y = described.x, described.y
    options: dict[str, Any] = {}
    if described.is_square:
        options |= {"aspect_ratio": 1, "max_width": described.height, "align": "center", "min_border": 0}
    elif not y.is_shown:  # room for the halves of the first and the last label
        options |= {"min_border_left": 14, "min_border_right": 14}
    if x.is_time:
        options["x_axis_type"] = "datetime"
    elif x.is_log:
        options["x_axis_type"] = "log"
    if y.is_log:
        options["y_axis_type"] = "log"
    made = bare_figure(
        described.name, described.height, (bokeh_x(x, x.low), bokeh_x(x, x.high)), (y.low, y.high), **options
    )
    made.tags = [f"link={x.link}", f"time={int(x.is_time)}"]
    _dress(made.xaxis[0], x)
    _dress(made.yaxis[0], y)
    made.xgrid.visible, made.ygrid.visible = x.has_grid and x.is_shown, y.has_grid and y.is_shown
    if x.first is not None and x.last is not None:
        first, last = bokeh_x(x, x.first), bokeh_x(x, x.last)
        made.x_range = Range1d(start=bokeh_x(x, x.low), end=bokeh_x(x, x.high), bounds=(first, last))
        move = PanTool(dimensions="width")
        made.add_tools(move)
        made.toolbar.active_drag = move
    for layer in described.layers:
        add_layer(made, x, layer)
    return made


def _dress(shown: BokehAxis, axis: Axis) -> None:
    shown.visible = axis.is_shown
    shown.axis_label = axis.label or None
    if axis.ticks is not None:
        shown.ticker = FixedTicker(ticks=[place for place, _ in axis.ticks])
        shown.major_label_overrides = dict(axis.ticks)
    elif axis.is_time:
        shown.ticker, shown.formatter = DatetimeTicker(desired_num_ticks=6), _clock(axis)
        shown.major_label_policy = NoOverlap(min_distance=_LABEL_GAP)
    elif axis.is_log:
        shown.formatter = LogTickFormatter(min_exponent=9)


def _clock(axis: Axis) -> DatetimeTickFormatter:
    """`02:30` on every scale, with hours where there are any, with tenths between seconds, and with
    thousandths where there is no more than a second.
    """
    last = axis.high if axis.last is None else axis.last
    parts = "%1N" if last > 1 else "%3N"
    whole = "%M:%S" if last < _HOUR_S else "%H:%M:%S"
    made = DatetimeTickFormatter()
    for scale in _SCALES:
        setattr(made, scale, f"{whole}.{parts}" if scale in _SCALES[:2] else whole)
    return made
