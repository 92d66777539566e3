"""The layers of a figure as Bokeh's glyphs.

Each says in its `tags` which of its colours has which name (`line_color=track-1`), so that a page can give
it those of its style sheet; until then it has those of the light ground.
"""

from collections.abc import Callable
from typing import Any, Final

from bokeh.models import ColumnDataSource
from bokeh.models.annotations import Label, Span
from bokeh.models.renderers import GlyphRenderer
from bokeh.plotting import figure

from auralis_cli.plots.bokeh_base import FONT
from auralis_cli.plots.figure import (
    Axis,
    Bars,
    Colour,
    Direction,
    Layer,
    Line,
    Numbers,
    Points,
    Rule,
    Segments,
    Shape,
    Texts,
    Tone,
    Wedges,
    with_nan,
)
from auralis_cli.plots.palette import SURFACES, Ground, hex_of

MS_PER_S: Final = 1000.0
"""Bokeh's axes of time are in ms."""
_MARKERS: Final = {
    Shape.CIRCLE: "circle",
    Shape.SQUARE: "square",
    Shape.DIAMOND: "diamond",
    Shape.DOWN: "inverted_triangle",
}


def add_layer(made: figure, axis: Axis, layer: Layer) -> None:
    """Draws the layer over those that are there; `axis` is that of x."""
    _DRAWERS[type(layer)](made, axis, layer)


def bokeh_x(axis: Axis, place: float) -> float:
    """A place on the axis of x in the units of Bokeh."""
    return place * MS_PER_S if axis.is_time else place


def _xs(axis: Axis, places: Numbers) -> Numbers:
    return [round(place * MS_PER_S, 1) for place in places] if axis.is_time else places


def _css(colour: Tone | int) -> str:
    return colour.value if isinstance(colour, Tone) else f"track-{colour + 1}"


def _paint(renderer: "GlyphRenderer[Any] | Span | Label", name: str, **colours: Colour) -> None:
    renderer.name = name or None
    named = {part: colour for part, colour in colours.items() if isinstance(colour, Tone | int)}
    renderer.tags = [f"{part}={_css(colour)}" for part, colour in named.items()]


def _hex(colour: Colour) -> str:
    return hex_of(colour, Ground.LIGHT)


def _line(made: figure, axis: Axis, layer: Line) -> None:
    source = ColumnDataSource({"x": _xs(axis, layer.x), "y": with_nan(layer.y)})
    shown = made.line(
        "x",
        "y",
        source=source,
        line_color=_hex(layer.colour),
        line_width=layer.width,
        line_alpha=layer.opacity,
        line_dash=layer.dash.value,
        line_join="round",
    )
    _paint(shown, layer.name, line_color=layer.colour)


def _segments(made: figure, axis: Axis, layer: Segments) -> None:
    ends = {"x0": _xs(axis, layer.x0), "y0": layer.y0, "x1": _xs(axis, layer.x1), "y1": layer.y1}
    look: dict[str, Any] = {
        "line_color": _hex(layer.colour),
        "line_width": layer.width,
        "line_alpha": layer.opacity,
    }
    shown = made.segment("x0", "y0", "x1", "y1", source=ColumnDataSource(ends), **look)
    _paint(shown, layer.name, line_color=layer.colour)


def _points(made: figure, axis: Axis, layer: Points) -> None:
    source = ColumnDataSource({"x": _xs(axis, layer.x), "y": with_nan(layer.y)})
    look: dict[str, Any] = {"fill_color": _hex(layer.colour), "fill_alpha": layer.opacity, "line_color": None}
    if layer.shades:
        source.data["shade"] = layer.shades
        look["fill_color"] = "shade"
    shown = made.scatter("x", "y", source=source, size=layer.size, marker=_MARKERS[layer.shape], **look)
    _paint(shown, layer.name, **({} if layer.shades else {"fill_color": layer.colour}))


def _bars(made: figure, axis: Axis, layer: Bars) -> None:
    sides = {
        "left": _xs(axis, layer.left),
        "right": _xs(axis, layer.right),
        "bottom": layer.bottom,
        "top": layer.top,
    }
    look: dict[str, Any] = {"fill_color": _hex(layer.colour), "fill_alpha": layer.opacity, "line_color": None}
    shown = made.quad("left", "right", "top", "bottom", source=ColumnDataSource(sides), **look)
    _paint(shown, layer.name, fill_color=layer.colour)


def _rule(made: figure, axis: Axis, layer: Rule) -> None:
    upright = layer.of is Direction.X
    at = bokeh_x(axis, layer.at) if upright else layer.at
    span = Span(
        location=at,
        dimension="height" if upright else "width",
        line_color=_hex(layer.colour),
        line_width=layer.width,
        line_dash=layer.dash.value,
    )
    _paint(span, "", line_color=layer.colour)
    made.add_layout(span)
    if layer.label:
        place: dict[str, Any] = (
            {"x": at, "y": 4, "y_units": "screen"} if upright else {"x": 4, "x_units": "screen", "y": at}
        )
        label = Label(
            text=layer.label,
            text_color=_hex(layer.colour),
            text_font=FONT,
            text_font_size="11px",
            background_fill_color=SURFACES[Ground.LIGHT],
            background_fill_alpha=0.75,
            x_offset=4 if upright else 0,
            y_offset=2,
            **place,
        )
        _paint(label, "", text_color=layer.colour)
        label.tags.append("background_fill_color=surface")
        made.add_layout(label)


def _wedges(made: figure, _: Axis, layer: Wedges) -> None:
    parts = {"inner": layer.inner, "outer": layer.outer, "start": layer.start, "end": layer.end}
    opacities = layer.opacities or [1.0] * len(layer.inner)
    source = ColumnDataSource({**parts, "opacity": opacities})
    edge = None if layer.edge is None else _hex(layer.edge)
    look: dict[str, Any] = {"fill_color": _hex(layer.colour), "fill_alpha": "opacity", "line_color": edge}
    shown = made.annular_wedge(0, 0, "inner", "outer", "start", "end", source=source, **look)
    _paint(
        shown,
        layer.name,
        fill_color=layer.colour,
        **({} if layer.edge is None else {"line_color": layer.edge}),
    )


def _texts(made: figure, axis: Axis, layer: Texts) -> None:
    source = ColumnDataSource({"x": _xs(axis, layer.x), "y": layer.y, "text": layer.texts})
    shown = made.text(
        "x",
        "y",
        "text",
        source=source,
        text_color=_hex(layer.colour),
        text_font={"value": FONT},
        text_font_size=f"{layer.size}px",
        text_align=layer.align,
        text_baseline="middle",
        y_offset=-layer.up,
    )
    _paint(shown, "", text_color=layer.colour)


_DRAWERS: Final[dict[type[Layer], Callable[..., None]]] = {
    Line: _line,
    Segments: _segments,
    Points: _points,
    Bars: _bars,
    Rule: _rule,
    Wedges: _wedges,
    Texts: _texts,
}
