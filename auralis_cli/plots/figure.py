"""What a figure shows, without who draws it: axes, and layers that lie over each other.

One description is drawn into HTML pages and into pictures. Numbers are in the units of the axes. Colours are
names (`Tone`) or the number of a track; `palette.py` has them for a light and a dark ground. Texts are plain:
no markup of any kind is read in them.
"""

from collections.abc import Sequence
from enum import StrEnum
from math import nan
from typing import TypeAlias

import msgspec

Numbers: TypeAlias = Sequence[float]
Gappy: TypeAlias = Sequence[float | None]
"""None where there is no value: a line has a gap there, a point is left out."""


def with_nan(values: Gappy) -> list[float]:
    """The values as drawing libraries take them: NaN where there is none."""
    return [nan if value is None else value for value in values]


class Tone(StrEnum):
    """A colour by its part in the figure."""

    INK = "ink"
    MUTED = "muted"
    LINE = "line"
    BACK = "back"
    """What lies behind the values that are meant."""
    ACCENT = "accent"
    ALARM = "error"


class Shade(msgspec.Struct, frozen=True):
    """A colour of its own, `#rrggbb`, the same on both grounds."""

    hex: str


Colour: TypeAlias = Tone | int | Shade
"""A number, from 0, is the colour of that track."""


class Dash(StrEnum):
    """How a line is drawn."""

    SOLID = "solid"
    DASHED = "dashed"
    DOTTED = "dotted"


class Shape(StrEnum):
    """The mark of a point."""

    CIRCLE = "circle"
    SQUARE = "square"
    DIAMOND = "diamond"
    DOWN = "down"
    """A triangle that points down."""


class Direction(StrEnum):
    """Along which axis."""

    X = "x"
    Y = "y"


class Axis(msgspec.Struct, frozen=True):
    """One axis, from `low` to `high`; `low` may be the larger one, then it runs backwards.

    `first` and `last`: how far there is something to see, where that is more than what is shown at first.
    `is_log`: equal ratios are equally wide. `is_time`: seconds, written as a clock shows them. `ticks`:
    places and what is written there, in place of what the drawer chooses. Axes of a page with the same `link`
    move together.
    """

    label: str
    low: float
    high: float
    first: float | None = None
    last: float | None = None
    is_log: bool = False
    is_time: bool = False
    ticks: list[tuple[float, str]] | None = None
    has_grid: bool = True
    is_shown: bool = True
    link: str = ""


class Line(msgspec.Struct, frozen=True, tag=True):
    """A curve through n places. `name` stands in the legend; curves of one name are one entry."""

    x: Numbers
    y: Gappy
    colour: Colour = Tone.ACCENT
    name: str = ""
    width: float = 1.6
    dash: Dash = Dash.SOLID
    opacity: float = 1.0


class Segments(msgspec.Struct, frozen=True, tag=True):
    """n straight lines that do not touch, from (x0, y0) to (x1, y1)."""

    x0: Numbers
    y0: Numbers
    x1: Numbers
    y1: Numbers
    colour: Colour = Tone.ACCENT
    name: str = ""
    width: float = 1.6
    opacity: float = 1.0


class Points(msgspec.Struct, frozen=True, tag=True):
    """n marks of so many pixels across. `shades`: the colour of each, `#rrggbb`, in place of `colour`."""

    x: Numbers
    y: Gappy
    colour: Colour = Tone.ACCENT
    name: str = ""
    size: float = 8.0
    shape: Shape = Shape.CIRCLE
    opacity: float = 1.0
    shades: list[str] = []


class Bars(msgspec.Struct, frozen=True, tag=True):
    """n rectangles without an edge."""

    left: Numbers
    right: Numbers
    bottom: Numbers
    top: Numbers
    colour: Colour = Tone.ACCENT
    name: str = ""
    opacity: float = 1.0


class Rule(msgspec.Struct, frozen=True, tag=True):
    """A line across the whole figure at one place of the axis `of`; `label` is written at its end."""

    at: float
    of: Direction = Direction.Y
    colour: Colour = Tone.MUTED
    label: str = ""
    width: float = 1.2
    dash: Dash = Dash.DASHED


class Wedges(msgspec.Struct, frozen=True, tag=True):
    """n parts of rings round (0, 0). Angles are radians, anticlockwise from the right."""

    inner: Numbers
    outer: Numbers
    start: Numbers
    end: Numbers
    colour: Colour = Tone.ACCENT
    name: str = ""
    opacities: Numbers = ()
    """One for each; none: all are opaque."""
    edge: Colour | None = None


class Texts(msgspec.Struct, frozen=True, tag=True):
    """n words, each with its middle at a place, or a few pixels above it (`up`)."""

    x: Numbers
    y: Numbers
    texts: list[str]
    colour: Colour = Tone.INK
    size: int = 12
    """Pixels."""
    up: float = 0.0
    align: str = "center"
    """`left`, `center` or `right`: where the place lies in the text."""


Layer: TypeAlias = Line | Segments | Points | Bars | Rule | Wedges | Texts


class Figure(msgspec.Struct, frozen=True):
    """A figure. Layers are drawn in their order, the last on top.

    `name`: letters, digits and hyphens, its own in a page. `title`: what it shows, for a heading. `words`:
    the alternative text for those who cannot see it, with the figures that matter. `height`: pixels, where it
    is as wide as its place. `is_square`: one unit is equally long on both axes.
    """

    name: str
    title: str
    words: str
    x: Axis
    y: Axis
    layers: list[Layer]
    height: int = 260
    is_square: bool = False

    def legend(self) -> list[tuple[str, Colour]]:
        """The names of the layers that have one, each once, with its colour."""
        found: dict[str, Colour] = {}
        for layer in self.layers:
            if not isinstance(layer, Rule | Texts) and layer.name:
                found.setdefault(layer.name, layer.colour)
        return list(found.items())


class Sheet(msgspec.Struct, frozen=True):
    """Small figures side by side, each below its title, as one picture; on a page each stands alone."""

    name: str
    title: str
    words: str
    figures: list[Figure]
