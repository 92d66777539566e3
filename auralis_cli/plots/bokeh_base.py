"""What all figures have in common: no frame, no logo, colours that the page sets for light and dark."""

from typing import Any, Final

from bokeh.models import PanTool, Plot, Range1d, WheelZoomTool
from bokeh.plotting import figure

from auralis_cli.plots.figure import Tone
from auralis_cli.plots.palette import Ground, hex_of

FONT: Final = "system-ui, sans-serif"
MUTED, LINE = (hex_of(tone, Ground.LIGHT) for tone in (Tone.MUTED, Tone.LINE))
"""Until `theme.js` replaces them by those of the style sheet."""


def bare_figure(
    name: str, height: int, x: tuple[float, float], y: tuple[float, float], **options: Any
) -> figure:
    """A figure as wide as its place on the page; the tools are buttons of the page, not of Bokeh."""
    made = figure(
        name=name,
        height=height,
        sizing_mode="stretch_width",
        x_range=Range1d(start=x[0], end=x[1]),
        y_range=Range1d(start=y[0], end=y[1]),
        tools=options.pop("tools", ""),
        toolbar_location=None,
        background_fill_color=None,
        border_fill_color=None,
        outline_line_color=None,
        **options,
    )
    for axis in (*made.xaxis, *made.yaxis):
        axis.axis_line_color = LINE
        axis.major_tick_line_color = LINE
        axis.minor_tick_line_color = None
        axis.major_label_text_font = axis.axis_label_text_font = FONT
        axis.major_label_text_font_size = axis.axis_label_text_font_size = "12px"
        axis.axis_label_text_font_style = "normal"
        axis.major_label_text_color = axis.axis_label_text_color = MUTED
    made.xgrid.grid_line_color = made.ygrid.grid_line_color = LINE
    return made


def move_tools(made: Plot) -> None:
    """Dragging moves the figure, the wheel and two fingers zoom."""
    pan, wheel = PanTool(), WheelZoomTool(zoom_on_axis=False)
    made.add_tools(pan, wheel)
    made.toolbar.active_drag = pan
    made.toolbar.active_scroll = wheel
