"""How values are spread: all tracks behind, those that are shown in front."""

from bokeh.models import ColumnDataSource, FixedTicker
from bokeh.plotting import figure

from auralis_cli.plots.bokeh_base import ACCENT, LINE, bare_figure
from auralis_cli.report.scales import Scale


def histogram_figure(name: str, scale: Scale, height: int = 116) -> figure:
    """Bars of one width on the scale of hearing, labelled in the unit of the values; heights are shares."""
    bins = len(scale.edges) - 1
    made = bare_figure(name, height, (-0.5, bins + 0.5), (0, 1.05), min_border_left=14, min_border_right=14)
    made.yaxis.visible = False
    made.grid.visible = False
    made.xaxis.ticker = FixedTicker(ticks=[place for place, _ in scale.ticks])
    made.xaxis.major_label_overrides = dict(scale.ticks)
    source = ColumnDataSource({"left": [], "right": [], "all": [], "shown": []}, name="bars")
    made.quad("left", "right", "all", 0, source=source, fill_color=LINE, line_color=None, name="back")
    made.quad("left", "right", "shown", 0, source=source, fill_color=ACCENT, line_color=None, name="front")
    return made
