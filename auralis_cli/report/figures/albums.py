"""Albums as ranges of loudness: from the quietest track to the loudest, with the median."""

from bokeh.models import ColumnDataSource, FixedTicker
from bokeh.plotting import figure

from auralis_cli.plots.bokeh_base import ACCENT, INK, bare_figure
from auralis_cli.report.figures.scatters import add_targets


def albums_figure() -> figure:
    """One line for each album; the page writes their names, and sets ranges and height by their number."""
    made = bare_figure("albums", 140, (-30, -5), (0.5, -0.5), min_border_left=8)
    made.xaxis.axis_label = "integrated loudness, LUFS"
    made.ygrid.visible = False
    made.yaxis.ticker = FixedTicker(ticks=[])
    made.yaxis.major_label_text_font_size = "11px"
    made.yaxis.major_tick_line_color = None
    add_targets(made)
    source = ColumnDataSource({"y": [], "low": [], "high": [], "middle": []}, name="ranges")
    made.segment(
        "low",
        "y",
        "high",
        "y",
        source=source,
        line_color=ACCENT,
        line_width=5,
        line_alpha=0.45,
        line_cap="round",
        name="spans",
    )
    made.scatter("middle", "y", source=source, size=9, fill_color=ACCENT, line_color=None, name="front")
    made.scatter("low", "y", source=source, size=4, fill_color=INK, line_color=None, name="ends")
    made.scatter("high", "y", source=source, size=4, fill_color=INK, line_color=None, name="ends")
    return made
