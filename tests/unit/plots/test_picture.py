"""Pictures of descriptions: the same bytes each time, hostile text as text, many points as an image."""

import subprocess
import sys
from xml.etree import ElementTree

import msgspec
import pytest

pytest.importorskip("matplotlib")

import matplotlib

from auralis_cli.plots.figure import (
    Axis,
    Bars,
    Dash,
    Direction,
    Figure,
    Layer,
    Line,
    Points,
    Rule,
    Segments,
    Shade,
    Shape,
    Sheet,
    Texts,
    Tone,
    Wedges,
)
from auralis_cli.plots.look import Look, Width
from auralis_cli.plots.palette import SURFACES, TRACKS, Ground
from auralis_cli.plots.picture import png_of, svg_of
from auralis_cli.plots.picture_axes import clock, plain_number

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = '</text><script>attack()</script> $\\frac{1}{0}$ "&\x00\x1b[31m\u202egnp \ud800'
LAYERS: list[Layer] = [
    Bars([0, 1], [1, 2], [0, 0], [1, 0], Tone.BACK),
    Line([0, 1, 2], [0, None, 1], 0, "A", dash=Dash.DASHED),
    Segments([0], [0], [1], [1], 1, "B"),
    Points([2, 1], [0.5, None], Tone.ALARM, HOSTILE, shape=Shape.DOWN),
    Points([2], [0.5], shades=["#123456"]),
    Rule(0.5, label="half"),
    Rule(1.5, Direction.X, label=HOSTILE),
    Wedges([0.1], [0.2], [0], [1], 2, edge=Tone.LINE),
    Texts([0, 1], [0.2, 0.3], ["<b>", '<path d="0.123456"']),
]
FIGURE = Figure("all", "All <layers>", 'Words & "quotes"', Axis("x", 0, 2), Axis("y", 0, 1), LAYERS)
COLUMN = Look()


def texts_of(svg: str) -> list[str]:
    return [text.text or "" for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_the_same_figure_gives_the_same_bytes() -> None:
    assert svg_of(FIGURE, COLUMN) == svg_of(FIGURE, COLUMN)
    assert png_of(FIGURE, COLUMN) == png_of(FIGURE, COLUMN)
    assert "date" not in svg_of(FIGURE, COLUMN).lower()


def test_title_and_words_are_for_those_who_cannot_see_it() -> None:
    root = ElementTree.fromstring(svg_of(FIGURE, COLUMN))
    assert root.get("role") == "img"
    assert [(child.tag, child.text) for child in root][:2] == [
        (f"{SVG}title", FIGURE.title),
        (f"{SVG}desc", FIGURE.words),
    ]


def test_texts_are_text_and_hostile_ones_are_shown_as_they_are() -> None:
    svg = svg_of(FIGURE, COLUMN)
    shown = "</text><script>attack()</script> $\\frac"
    assert sum(text.startswith(shown) for text in texts_of(svg)) == 2  # legend and rule
    assert '<path d="0.123456"' in texts_of(svg)  # of a place it would be 0.12
    assert {"<b>", "half", "A", "B", "x", "y"} <= set(texts_of(svg))
    assert "<script" not in svg
    assert not any(character in svg for character in "\x00\x1b\u202e\ud800")


def test_names_of_ten_kilobytes_are_cut() -> None:
    ticks = [(0.0, "long " * 2000)]
    figure = msgspec.structs.replace(FIGURE, x=Axis("w" * 10_000, 0, 2, ticks=ticks))
    assert max(map(len, texts_of(svg_of(figure, COLUMN)))) <= 80


def test_nothing_asks_for_another_file() -> None:
    figure = msgspec.structs.replace(FIGURE, layers=[Points([1.0] * 2000, [0.5] * 2000)])
    for svg in (svg_of(FIGURE, COLUMN), svg_of(figure, COLUMN)):
        addresses = [
            value
            for part in ElementTree.fromstring(svg).iter()
            for name, value in part.items()
            if "href" in name
        ]
        assert addresses
        assert all(address.startswith(("#", "data:image/png;base64,")) for address in addresses)
        assert "DOCTYPE" not in svg


def test_layers_lie_over_each_other_in_their_order() -> None:
    layers: list[Layer] = [
        Segments([0], [0.5], [2], [0.5], Shade("#111111")),
        Points([1], [0.5], Shade("#222222")),
        Bars([0], [2], [0], [1], Shade("#333333")),
        Line([0, 2], [0.5, 0.5], Shade("#444444")),
        Rule(0.5, colour=Shade("#555555"), dash=Dash.SOLID),
        Points([1], [0.5], Shade("#666666")),
    ]
    for order in (layers, layers[::-1]):
        svg = svg_of(msgspec.structs.replace(FIGURE, layers=order), COLUMN)
        shades = [svg.rindex(f"#{digit * 6}") for digit in "123456"]
        assert shades == sorted(shades, reverse=order is not layers)


def test_many_points_are_one_image_and_few_are_shapes() -> None:
    places = [at / 50_000 for at in range(50_000)]
    many = msgspec.structs.replace(FIGURE, layers=[Points(places, places, size=2.2)])
    few = msgspec.structs.replace(FIGURE, layers=[Points(places[:100], places[:100])])
    assert svg_of(many, COLUMN).count("<image") == 1
    assert len(svg_of(many, COLUMN)) < 100_000
    assert (svg_of(few, COLUMN).count("<image"), svg_of(few, COLUMN).count("<use") >= 100) == (0, True)


@pytest.mark.parametrize(("width", "mm"), [(Width.COLUMN, 85), (Width.WIDE, 180)])
@pytest.mark.parametrize("ground", Ground)
def test_it_is_as_wide_as_a_column_or_a_page(width: Width, mm: float, ground: Ground) -> None:
    look = Look(width, ground)
    root = ElementTree.fromstring(svg_of(FIGURE, look))
    assert float(root.get("viewBox", "").split()[2]) == pytest.approx(mm / 25.4 * 72, abs=0.01, rel=0)
    svg = svg_of(FIGURE, look)
    assert SURFACES[ground] in svg
    assert TRACKS[ground][0] in svg
    png = png_of(FIGURE, look)
    assert int.from_bytes(png[16:20], "big") == round(mm / 25.4 * 300 - 0.5)
    assert b"drawn by auralis" in png


def test_a_square_figure_has_one_scale_and_a_sheet_its_titles() -> None:
    ring = Figure("r", "R", "", Axis("", -1, 1, is_shown=False), Axis("", -1, 1, is_shown=False), LAYERS[7:8])
    square = msgspec.structs.replace(ring, is_square=True)
    sheet = Sheet("s", "S", "", [msgspec.structs.replace(ring, title=f"No. {at}") for at in range(7)])
    assert svg_of(square, COLUMN) != svg_of(ring, COLUMN)
    assert texts_of(svg_of(sheet, COLUMN)) == [f"No. {at}" for at in range(7)]


def test_nobody_else_s_settings_are_used_or_changed() -> None:
    before = svg_of(FIGURE, COLUMN)
    with matplotlib.rc_context({"font.size": 30, "svg.fonttype": "path", "axes.grid": True}):
        mine = dict(matplotlib.rcParams)
        assert svg_of(FIGURE, COLUMN) == before
        assert dict(matplotlib.rcParams) == mine


def test_it_needs_no_pyplot_and_no_display() -> None:
    code = """if True:
        import sys
        from auralis_cli.plots.figure import Axis, Figure
        from auralis_cli.plots.look import Look
        from auralis_cli.plots.picture import png_of, svg_of
        figure = Figure("a", "A", "", Axis("x", 0, 1), Axis("y", 0, 1), [])
        svg_of(figure, Look()), png_of(figure, Look())
        assert "matplotlib.pyplot" not in sys.modules
    """
    subprocess.run([sys.executable, "-c", code], check=True, env={"PYTHONPATH": ":".join(sys.path)})


def test_numbers_and_times_are_short() -> None:
    assert [plain_number(value) for value in (0.0, -0.0, 0.30000000000000004, -14.0, 999, 20_000, 2500)] == [
        *("0", "0", "0.3", "\N{MINUS SIGN}14", "999", "20k", "2.5k")
    ]
    assert [clock(125, 5), clock(3725, 60), clock(59.96, 0.5), clock(1.25, 0.1)] == [
        *("2:05", "1:02:05", "1:00.0", "0:01.2")
    ]
