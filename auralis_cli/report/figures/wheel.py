"""The circle of fifths with both its names: major keys outside, their relative minor keys inside."""

import math
from typing import Any

from bokeh.models import ColumnDataSource
from bokeh.plotting import figure

from auralis_cli.library.musical_key import musical_keys
from auralis_cli.plots.bokeh_base import ACCENT, FONT, INK, LINE, bare_figure

_STEP = math.tau / 12
_RINGS = {"B": (0.66, 1.0), "A": (0.32, 0.66)}
"""Inner and outer radius of major and minor keys."""


def wheel_figure() -> figure:
    """24 fields in the order of the Camelot wheel, 12 on top; the page sets how strong each is."""
    made = bare_figure(
        "wheel",
        420,
        (-1.04, 1.04),
        (-1.04, 1.04),
        aspect_ratio=1,
        max_width=480,
        align="center",
        min_border=0,
    )
    made.axis.visible = False
    made.grid.visible = False
    fields: dict[str, list[Any]] = {
        name: [] for name in ("start", "end", "inner", "outer", "x", "y", "name", "code")
    }
    for key in musical_keys():
        number, ring = int(key.camelot[:-1]), key.camelot[-1]
        middle = math.pi / 2 - number * _STEP
        inner, outer = _RINGS[ring]
        radius = (inner + outer) / 2
        values = (middle - _STEP / 2, middle + _STEP / 2, inner, outer)
        places = (radius * math.cos(middle), radius * math.sin(middle), key.chord, key.camelot)
        for column, value in zip(fields.values(), (*values, *places), strict=True):
            column.append(value)
    none = [0.0] * len(musical_keys())
    source = ColumnDataSource({**fields, "strength": none, "edge": none}, name="keys")
    form = ("inner", "outer", "start", "end")
    look: dict[str, Any] = {
        "fill_color": ACCENT,
        "fill_alpha": "strength",
        "line_color": LINE,
        "name": "fields",
    }
    made.annular_wedge(0, 0, *form, source=source, **look)
    look = {"fill_color": None, "line_color": INK, "line_width": 2, "line_alpha": "edge", "name": "edges"}
    made.annular_wedge(0, 0, *form, source=source, **look)
    for text, shift, size in (("name", 7, "14px"), ("code", -8, "11px")):
        look = {"text_color": INK, "text_font": {"value": FONT}, "text_font_size": size, "name": "labels"}
        middle_of: dict[str, Any] = {"text_align": "center", "text_baseline": "middle"}
        made.text("x", "y", text, source=source, y_offset=-shift, **middle_of, **look)
    return made
