"""Draws descriptions of figures as SVG and PNG with matplotlib: without a browser, a window or a display.

The same figure gives the same bytes with the same matplotlib: no date, no random names. Fonts are those that
matplotlib brings along. Its `pyplot`, whose state is global, is not used; a `matplotlibrc` changes nothing.
"""

import contextlib
import io
import math
import re
import warnings
from collections.abc import Iterator
from html import escape
from typing import Any, Final

import matplotlib
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from auralis_cli.plots.figure import Bars, Figure, Line, Points, Segments, Sheet, Tone, Wedges
from auralis_cli.plots.look import MADE_BY, MM_PER_INCH, PNG_DPI, Look, Width
from auralis_cli.plots.palette import SURFACES, hex_of
from auralis_cli.plots.picture_axes import dress
from auralis_cli.plots.picture_layers import DASHES, MARKERS, draw_layers, label_upright_rules
from auralis_cli.plots.picture_text import one_line, xml_text

_POINTS_PER_INCH: Final = 72
_MM_PER_PIXEL: Final = {Width.COLUMN: 0.2, Width.WIDE: 0.27}
"""The height of a picture for each pixel of the height that the figure has on a page."""
_SQUARE_MM: Final = {Width.COLUMN: 78, Width.WIDE: 120}
_CELLS: Final = {Width.COLUMN: 3, Width.WIDE: 5}
_CELL_RATIO: Final = 0.62
_PATH: Final = re.compile(r'(<path (?:[a-z-]+="[^"]*" )*?d=")([^"]*)')
_DIGITS: Final = re.compile(r"(\.\d\d)\d+")
"""Of a place in points: 0.01 is a printer's dot at 7,200 dots per inch."""
_LEGEND_LETTERS: Final = 48
_LETTER_EM: Final = 0.6
_LEGEND_MARK_EM: Final = 3.2
_LEGEND_LINE_EM: Final = 1.75


def svg_of(described: Figure | Sheet, look: Look) -> str:
    """The picture as SVG: text is text, many points are an image; title and words are in it."""
    with _settings():
        file = io.StringIO()
        nothing: dict[str, Any] = dict.fromkeys(("Date", "Creator", "Format", "Type"))
        _canvas(described, look).savefig(file, format="svg", dpi=PNG_DPI, metadata=nothing)
    shorter = _PATH.sub(lambda path: path[1] + _DIGITS.sub(r"\1", path[2]), file.getvalue())
    head, opening, rest = re.split(r"(<svg [^>]*>)", shorter, maxsplit=1)
    head = re.sub(r"<!DOCTYPE[^>]*>\s*", "", head)  # names an address, and nobody needs it
    told = f"<title>{_xml(described.title)}</title><desc>{_xml(described.words)}</desc>"
    opening = opening.replace("<svg ", '<svg role="img" ')
    return f"{head}<!-- {MADE_BY} -->\n{opening}\n {told}{rest}"


def png_of(described: Figure | Sheet, look: Look) -> bytes:
    """The picture as PNG with 300 dots per inch; title and words are in its texts."""
    with _settings():
        file = io.BytesIO()
        told = {"Title": xml_text(described.title), "Description": xml_text(described.words)}
        _canvas(described, look).savefig(
            file, format="png", dpi=PNG_DPI, metadata={"Software": MADE_BY, **told}
        )
    return file.getvalue()


def _xml(text: str) -> str:
    return escape(xml_text(text), quote=False)


@contextlib.contextmanager
def _settings() -> Iterator[None]:
    """matplotlib's own defaults for a while, texts without markup, and nothing random."""
    wanted: dict[Any, Any] = {
        **{name: value for name, value in matplotlib.rcParamsDefault.items() if "backend" not in name},
        "text.parse_math": False,
        "svg.fonttype": "none",
        "svg.hashsalt": "auralis",
        "font.sans-serif": ["DejaVu Sans", "Verdana", "sans-serif"],
    }
    with matplotlib.rc_context(wanted), warnings.catch_warnings():
        # A letter that no font has is drawn as a box; in an SVG the viewer finds one.
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        warnings.filterwarnings("ignore", message="findfont: .*")
        yield


def _canvas(described: Figure | Sheet, look: Look) -> Canvas:
    made = Canvas(layout="constrained", facecolor=SURFACES[look.ground])
    matplotlib.rcParams["font.size"] = look.font_pt  # within `_settings`
    if isinstance(described, Sheet):
        _fill_sheet(made, described, look)
    else:
        _fill(made, described, look)
    return made


def _fill(made: Canvas, described: Figure, look: Look) -> None:
    entries = _legend(described, look)
    columns, lines = _legend_form(entries, look)
    pixel = _MM_PER_PIXEL[look.width]
    height = (_SQUARE_MM[look.width] if described.is_square else described.height * pixel) / MM_PER_INCH
    below = lines * _LEGEND_LINE_EM * look.font_pt / _POINTS_PER_INCH
    made.set_size_inches(look.width_in, height + below)
    axes = made.add_subplot()
    _draw(axes, described, look, (6 if look.width is Width.COLUMN else 10, max(3, round(height * 2.2))))
    if described.is_square and not described.x.is_shown:
        _fill_place(axes, look.width_in, height)
    if entries:
        made.legend(
            handles=entries,
            loc="outside lower center",
            ncols=columns,
            frameon=False,
            labelcolor=hex_of(Tone.INK, look.ground),
            borderpad=0.2,
            columnspacing=1.2,
            handlelength=1.4,
        )


def _draw(axes: Axes, described: Figure, look: Look, most_ticks: tuple[int, int]) -> None:
    axes.set_facecolor(SURFACES[look.ground])
    draw_layers(axes, described.layers, look)
    dress(axes, described.x, described.y, look, most_ticks)
    label_upright_rules(axes, described.layers, look)
    if described.is_square:
        axes.set_aspect("equal")


def _fill_place(axes: Axes, wide: float, tall: float) -> None:
    """Shows more of the plane, where that has no axes, until it has the form of its place."""
    (left, right), (bottom, top) = axes.get_xlim(), axes.get_ylim()
    unit = max((right - left) / wide, (top - bottom) / tall)
    middle_x, middle_y = (left + right) / 2, (bottom + top) / 2
    axes.set_xlim(middle_x - unit * wide / 2, middle_x + unit * wide / 2)
    axes.set_ylim(middle_y - unit * tall / 2, middle_y + unit * tall / 2)


def _fill_sheet(made: Canvas, sheet: Sheet, look: Look) -> None:
    columns = min(_CELLS[look.width], len(sheet.figures))
    rows = math.ceil(len(sheet.figures) / columns)
    made.set_size_inches(look.width_in, rows * _CELL_RATIO * look.width_in / columns)
    for at, described in enumerate(sheet.figures):
        axes = made.add_subplot(rows, columns, at + 1)
        _draw(axes, described, look, (4, 3))
        title = one_line(described.title, _LEGEND_LETTERS)
        axes.set_title(title, size=look.font_pt, color=hex_of(Tone.INK, look.ground), pad=3)
        axes.tick_params(labelsize=look.font_pt * 0.85)


def _legend(described: Figure, look: Look) -> list[Line2D | Patch]:
    """A line, a mark or a field for each name."""
    names = described.legend()
    first: dict[str, Any] = {}
    for layer in described.layers:
        first.setdefault(getattr(layer, "name", ""), layer)
    found: list[Line2D | Patch] = []
    for name, colour in names:
        layer, shade, label = first[name], hex_of(colour, look.ground), one_line(name, _LEGEND_LETTERS)
        if isinstance(layer, Bars | Wedges):
            found.append(Patch(color=shade, label=label, linewidth=0))
        elif isinstance(layer, Points):
            mark = Line2D([], [], color=shade, linestyle="none", label=label, marker=MARKERS[layer.shape])
            mark.set(markersize=0.6 * look.font_pt, markeredgewidth=0)
            found.append(mark)
        elif isinstance(layer, Line | Segments):
            dash: Any = DASHES[layer.dash] if isinstance(layer, Line) else "solid"
            opacity, width = layer.opacity, min(layer.width * look.pt_per_pixel, 3)
            found.append(
                Line2D([], [], color=shade, linestyle=dash, alpha=opacity, linewidth=width, label=label)
            )
    return found


def _legend_form(entries: list[Line2D | Patch], look: Look) -> tuple[int, int]:
    """Columns and lines of a legend that is no wider than the picture."""
    if not entries:
        return 1, 0
    longest = max(len(str(entry.get_label())) for entry in entries) * _LETTER_EM + _LEGEND_MARK_EM
    columns = int(look.width_in * _POINTS_PER_INCH / look.font_pt / longest)
    columns = max(1, min(columns, len(entries)))
    return columns, math.ceil(len(entries) / columns)
