"""Bokeh's figures of descriptions: what is drawn, in which colours, and that nothing of it can run code."""

import math
from typing import Any

import msgspec
import pytest

pytest.importorskip("bokeh")

from bokeh.models import FixedTicker
from bokeh.models.annotations import Label, Span
from bokeh.models.renderers import GlyphRenderer

from auralis_cli.plots.bokeh_drawer import drawn, drawn_item
from auralis_cli.plots.figure import (
    Axis,
    Bars,
    Direction,
    Figure,
    Layer,
    Line,
    Points,
    Rule,
    Segments,
    Shape,
    Texts,
    Tone,
    Wedges,
)

LAYERS: list[Layer] = [
    Bars([0], [1], [0], [1], Tone.BACK),
    Line([0, 1.5], [0, None], 0, "A"),
    Segments([0], [0], [1], [1], 1),
    Points([2], [0.5], Tone.ALARM, shape=Shape.DOWN),
    Rule(0.5, label="half"),
    Rule(1.5, Direction.X),
    Wedges([0.1], [0.2], [0], [1], 2, edge=Tone.LINE),
    Texts([0], [0], ["<b>"]),
]
TIME = Axis("", 0, 60, first=0, last=120, is_time=True, link="time")
FIGURE = Figure("a", "A", "words", TIME, Axis("level", 0, 1, ticks=[(0.5, "half")]), LAYERS)


def test_every_layer_is_drawn_in_its_order_with_the_name_of_its_colour() -> None:
    made: Any = drawn(FIGURE)
    glyphs = [
        (type(each.glyph).__name__, each.tags) for each in made.renderers if isinstance(each, GlyphRenderer)
    ]
    assert glyphs == [
        ("Quad", ["fill_color=back"]),
        ("Line", ["line_color=track-1"]),
        ("Segment", ["line_color=track-2"]),
        ("Scatter", ["fill_color=error"]),
        ("AnnularWedge", ["fill_color=track-3", "line_color=line"]),
        ("Text", ["text_color=ink"]),
    ]
    spans = [(each.location, each.dimension) for each in made.select(Span)]
    assert sorted(spans) == [(0.5, "width"), (1500.0, "height")]
    assert [each.text for each in made.select(Label)] == ["half"]


@pytest.mark.parametrize(
    ("last", "label"), [(0.1, "%M:%S.%3N"), (10.0, "%M:%S.%1N"), (4000.0, "%H:%M:%S.%1N")]
)
def test_labels_between_seconds_differ(last: float, label: str) -> None:
    axis = Axis("", 0, last, first=0, last=last, is_time=True)
    made: Any = drawn(msgspec.structs.replace(FIGURE, x=axis))
    assert made.below[0].formatter.milliseconds == label


def test_time_is_in_ms_and_can_be_moved_as_far_as_there_is_something() -> None:
    made: Any = drawn(FIGURE)
    assert (made.x_range.start, made.x_range.end, made.x_range.bounds) == (0, 60_000, (0, 120_000))
    (line,) = (each for each in made.renderers if each.name == "A")
    assert line.data_source.data["x"] == [0, 1500]
    assert math.isnan(line.data_source.data["y"][1])
    assert made.tags == ["link=time", "time=1"]
    assert isinstance(made.yaxis[0].ticker, FixedTicker)
    assert made.yaxis[0].major_label_overrides == {0.5: "half"}


def test_no_figure_needs_to_run_code_of_its_own() -> None:
    """The policy of a page of tracks forbids it."""
    text = msgspec.json.encode(drawn_item(FIGURE)).decode()
    assert "CustomJS" not in text
