"""The layers of figures, drawn with matplotlib."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.patches import PathPatch, Wedge
from matplotlib.path import Path
from matplotlib.transforms import blended_transform_factory, offset_copy

from auralis_cli.plots.figure import (
    Bars,
    Colour,
    Dash,
    Direction,
    Layer,
    Line,
    Points,
    Rule,
    Segments,
    Shape,
    Texts,
    Wedges,
    with_nan,
)
from auralis_cli.plots.look import Look
from auralis_cli.plots.palette import SURFACES, hex_of
from auralis_cli.plots.picture_text import one_line

MOST_VECTORS: Final = 1_500
"""Points of a layer beyond which they are an image within the SVG: 50,000 shapes would be a file of 10 MB."""
MARKERS: Final = {Shape.CIRCLE: "o", Shape.SQUARE: "s", Shape.DIAMOND: "D", Shape.DOWN: "v"}
DASHES: Final[dict[Dash, Any]] = {Dash.SOLID: "solid", Dash.DASHED: (0, (4, 2.5)), Dash.DOTTED: (0, (1, 2))}
_LOWEST: Final = 2
"""The order of the first layer: above grid and axes. matplotlib has an order for each kind of shape."""
_TEXT_LETTERS: Final = 40


def draw_layers(axes: Axes, layers: Sequence[Layer], look: Look) -> None:
    """Each over those before it."""
    for at, layer in enumerate(layers):
        there = set(axes.get_children())
        _DRAWERS[type(layer)](axes, layer, look)
        for drawn in set(axes.get_children()) - there:
            drawn.set_zorder(_LOWEST + at / len(layers))


def _hex(colour: Colour, look: Look) -> str:
    return hex_of(colour, look.ground)


def _line(axes: Axes, layer: Line, look: Look) -> None:
    axes.plot(
        layer.x,
        with_nan(layer.y),
        color=_hex(layer.colour, look),
        linewidth=layer.width * look.pt_per_pixel,
        linestyle=DASHES[layer.dash],
        alpha=layer.opacity,
        solid_joinstyle="round",
    )


def _segments(axes: Axes, layer: Segments, look: Look) -> None:
    ends = np.array([layer.x0, layer.y0, layer.x1, layer.y1]).T.reshape(-1, 2, 2)
    look_of = {"linewidths": layer.width * look.pt_per_pixel, "alpha": layer.opacity}
    axes.add_collection(LineCollection(list(ends), colors=_hex(layer.colour, look), **look_of), autolim=False)


def _points(axes: Axes, layer: Points, look: Look) -> None:
    colours = layer.shades or _hex(layer.colour, look)
    size = (layer.size * look.pt_per_pixel) ** 2
    axes.scatter(
        layer.x,
        with_nan(layer.y),
        s=size,
        c=colours,
        marker=MARKERS[layer.shape],
        alpha=layer.opacity,
        linewidths=0,
        rasterized=len(layer.x) > MOST_VECTORS,
    )


def _bars(axes: Axes, layer: Bars, look: Look) -> None:
    """All as one path: a hundred rectangles of their own would be ten times the file."""
    sides = np.array([layer.left, layer.right, layer.bottom, layer.top], dtype=float)
    left, right, bottom, top = sides[:, sides[2] != sides[3]]
    if not len(left):
        return
    corners = np.stack([left, bottom, left, top, right, top, right, bottom, left, bottom], axis=1)
    codes = [Path.MOVETO, Path.LINETO, Path.LINETO, Path.LINETO, Path.CLOSEPOLY]
    path = Path(corners.reshape(-1, 2), np.tile(np.array(codes, dtype=np.uint8), len(left)))
    axes.add_patch(PathPatch(path, facecolor=_hex(layer.colour, look), edgecolor="none", alpha=layer.opacity))


def _rule(axes: Axes, layer: Rule, look: Look) -> None:
    draw = axes.axvline if layer.of is Direction.X else axes.axhline
    width = layer.width * look.pt_per_pixel
    draw(layer.at, color=_hex(layer.colour, look), linewidth=width, linestyle=DASHES[layer.dash])
    if layer.label and layer.of is Direction.Y:
        beside = blended_transform_factory(axes.transAxes, axes.transData)
        axes.text(
            1.0,
            layer.at,
            one_line(layer.label, _TEXT_LETTERS),
            transform=offset_copy(beside, axes.get_figure(root=True), -1, 1.5, units="points"),
            color=_hex(layer.colour, look),
            size="small",
            ha="right",
            va="bottom",
            bbox={"facecolor": SURFACES[look.ground], "edgecolor": "none", "alpha": 0.75, "pad": 0.5},
        )


def label_upright_rules(axes: Axes, layers: Sequence[Layer], look: Look) -> None:
    """Writes the labels of upright rules above the axes; where there are several, aslant, to have room."""
    low, high = sorted(axes.get_xlim())
    rules = [each for each in layers if isinstance(each, Rule) and each.of is Direction.X and each.label]
    for rule in (each for each in rules if low <= each.at <= high):
        above = blended_transform_factory(axes.transData, axes.transAxes)
        several = len(rules) > 1
        axes.text(
            rule.at,
            1.0,
            one_line(rule.label, _TEXT_LETTERS),
            transform=offset_copy(above, axes.get_figure(root=True), 0, 2, units="points"),
            color=_hex(rule.colour, look),
            size="small",
            rotation=65 if several else 0,
            rotation_mode="anchor",
            ha="left" if several else "center",
            va="bottom",
        )


def _wedges(axes: Axes, layer: Wedges, look: Look) -> None:
    opacities = layer.opacities or [1.0] * len(layer.inner)
    edge = "none" if layer.edge is None else _hex(layer.edge, look)
    degrees = (np.degrees(layer.start), np.degrees(layer.end))
    for inner, outer, start, end, opacity in zip(layer.inner, layer.outer, *degrees, opacities, strict=True):
        form = Wedge((0, 0), outer, *sorted((start, end)), width=outer - inner)
        form.set(facecolor=(_hex(layer.colour, look), opacity), edgecolor=edge, linewidth=look.pt_per_pixel)
        axes.add_patch(form)


def _texts(axes: Axes, layer: Texts, look: Look) -> None:
    raised = offset_copy(
        axes.transData, axes.get_figure(root=True), 0, layer.up * look.pt_per_pixel, units="points"
    )
    size = max(layer.size / 12 * look.font_pt, look.font_pt * 0.75)
    for x, y, text in zip(layer.x, layer.y, layer.texts, strict=True):
        axes.text(
            x,
            y,
            one_line(text, _TEXT_LETTERS),
            transform=raised,
            color=_hex(layer.colour, look),
            size=size,
            ha=layer.align,
            va="center_baseline",
            clip_on=True,
        )


_DRAWERS: Final[dict[type[Layer], Callable[..., None]]] = {
    Line: _line,
    Segments: _segments,
    Points: _points,
    Bars: _bars,
    Rule: _rule,
    Wedges: _wedges,
    Texts: _texts,
}
