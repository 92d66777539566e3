"""Tracks as a table: numbers first, the track last, as wide as the terminal lets it be."""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any, Final

from auralis_cli.library.fields import Field, Kind
from auralis_cli.library.musical_key import key_named
from auralis_cli.render.cells import columns_of, text_that_fits
from auralis_cli.render.formats import format_duration, format_number
from auralis_cli.render.output import write_text
from auralis_cli.render.safe_text import safe_text
from auralis_cli.render.track_name import shown_track

MEASURED_ROWS: Final = 200
"""Of these the width of the columns is taken; the rest is printed as it is read."""
GAP: Final = "  "
MIN_TRACK_COLUMNS: Final = 20
"""Where there is less room for the track, its values are written below it."""
MIN_TAG_COLUMNS: Final = 10
"""The same for another text that may be long."""

_LAST: Final = (Kind.PATH, Kind.NAME)
_MARK: Final = "* "
_NO_BREAK: Final = "\xa0"

_NARROW: Final = ("duration_s", "tempo_bpm", "key", "lufs")
_WIDER: Final = (
    (100, ("loudness_range_lu", "crest_db", "codec")),
    (130, ("spectral_centroid", "stereo_width")),
)
_FAILURES: Final = ("status", "error_code", "duration_s", "lufs")


def default_columns(width: int | None, *, has_failures: bool) -> list[str]:
    """The columns for a terminal of this width; without one, those of the widest."""
    if has_failures:  # a file that failed has no tags
        return [*_FAILURES, "path"]
    wider = [name for least, names in _WIDER if width is None or width >= least for name in names]
    return [*_NARROW, *wider, "name"]


def value_text(field: Field, value: Any) -> str:
    """A value of the view as a person reads it; `-` for none."""
    if value is None:
        return "-"
    if field.kind is Kind.DURATION and isinstance(value, float):
        return format_duration(value)
    if field.name == "year":
        return safe_text(str(value))
    if field.is_number and isinstance(value, float | int):
        return format_number(value, field.decimals)
    if field.kind in (Kind.PATH, Kind.NAME) and isinstance(value, bytes):
        return safe_text(os.fsdecode(value))
    if field.kind is Kind.FLAG:
        return {0: "no", 1: "yes"}.get(value, "-")
    if field.kind is Kind.DATE:
        day, time = str(value)[:10], str(value)[10:16]  # a tag may have anything in the place of a date
        return safe_text(day + (f" {time[1:]}" if time.startswith("T") else time))
    if field.kind is Kind.KEY and (key := key_named(value)) is not None:
        return {"camelot": key.camelot, "open_key": key.open_key}.get(
            field.name, f"{key.chord:<3} {key.camelot:<3} {key.open_key}"
        )
    return safe_text(str(value))


class TrackTable:
    """Lines of a table with these columns, in this order but for name and path of the track, which come last.

    `width`: of the terminal; None: nothing is cut. `root`: the folder that paths are shown below. `newest`:
    rows of an older analysis version than this one are marked; None: no row is that old.
    """

    def __init__(
        self,
        columns: Sequence[Field],
        *,
        width: int | None,
        unicode: bool,
        root: str | None = None,
        newest: int | None = None,
    ) -> None:
        last = [at for at, field in enumerate(columns) if field.kind in _LAST]
        self._places = [*(at for at in range(len(columns)) if at not in last), *last]
        self._fields = [columns[at] for at in self._places]
        self._width = width
        self._unicode = unicode
        self._root = "" if root is None else root
        self._newest = newest
        self._tracks = self._old = 0
        self._marks = newest is not None

    def lines(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
        """The header and a line for each row; no line at all without rows.

        Each row has the values of the columns, and after them its analysis version.
        """
        rows = iter(rows)
        measured = list(islice(rows, MEASURED_ROWS))
        if not measured:
            return
        columns = list(zip(*map(self._cells, measured), strict=True))
        measures = [self._measure(field, column) for field, column in zip(self._fields, columns, strict=True)]
        headers = [header_words(field, width) for field, width in zip(self._fields, measures, strict=True)]
        widths = [max(width, *map(len, header)) for width, header in zip(measures, headers, strict=True)]
        if self._width is not None:
            room = self._width - len(GAP) * (len(widths) - 1) - len(_MARK) * self._marks
            if (fitting := fitting_widths(self._fields, widths, room)) is None:
                yield from self._blocks(chain(measured, rows))
                return
            widths = fitting
        yield from self._header(headers, widths)
        for row in chain(measured, rows):
            yield self._line(self._fitting(row, widths), widths, is_old=self._is_old(row))

    def summary(self) -> Iterator[str]:
        """How many tracks there were, and what the mark means."""
        yield "no track matches" if not self._tracks else _tracks(self._tracks)
        if self._old:
            is_are = "is" if self._old == 1 else "are"
            yield f"* {_tracks(self._old)} {is_are} of an older analysis; a scan renews them"

    def _is_old(self, row: tuple[Any, ...]) -> bool:
        """Whether an older analysis has made the row; it is counted."""
        old = self._newest is not None and isinstance(row[-1], int) and row[-1] < self._newest
        self._tracks += 1
        self._old += old
        return old

    def _measure(self, field: Field, cells: Sequence[str]) -> int:
        """The columns for these cells: those of the widest, but of tags, which may be cut, of nearly all."""
        widths = sorted(map(columns_of, cells))
        return (
            widths[len(widths) * 9 // 10]
            if field.kind is Kind.TAG and self._width is not None
            else widths[-1]
        )

    def _cells(self, row: tuple[Any, ...]) -> list[str]:
        return [self._cell(field, row[at]) for field, at in zip(self._fields, self._places, strict=True)]

    def _cell(self, field: Field, value: Any, room: int | None = None) -> str:
        """The value as it is shown, cut to the room where it is wide."""
        if field.kind in _LAST and isinstance(value, bytes):
            return shown_track(os.fsdecode(value), None, room, unicode=self._unicode, root=self._root)
        if field.kind is Kind.NAME:
            return shown_track("", str(value), room, unicode=self._unicode)
        text = value_text(field, value)
        return text if room is None else text_that_fits(text, room, unicode=self._unicode)

    def _fitting(self, row: tuple[Any, ...], widths: Sequence[int]) -> list[str]:
        """The cells of a row. Where nothing is cut, and of what is not wide, they are whole."""
        return [
            self._cell(field, row[at], width if field.is_wide and self._width is not None else None)
            for field, at, width in zip(self._fields, self._places, widths, strict=True)
        ]

    def _header(self, headers: list[list[str]], widths: list[int]) -> Iterator[str]:
        height = max(map(len, headers), default=1)
        for line in range(height):
            words = [[*[""] * (height - len(header)), *header][line] for header in headers]
            yield self._line(words, widths, is_old=False)

    def _line(self, cells: list[str], widths: list[int], *, is_old: bool) -> str:
        mark = (_MARK if is_old else " " * len(_MARK)) if self._marks else ""
        aligned = [
            _padded(cell, width, right=field.is_number)
            for cell, width, field in zip(cells, widths, self._fields, strict=True)
        ]
        return (mark + GAP.join(aligned)).rstrip()

    def _blocks(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[str]:
        """For more columns than fit: the track, and below it each value with its name."""
        from textwrap import wrap

        width = max(self._width or 0, MIN_TRACK_COLUMNS)
        for row in rows:
            mark = _MARK if self._is_old(row) else ""
            named = list(zip(self._fields, self._cells(row), strict=True))
            tracks = [
                self._cell(field, row[at], width - len(mark))
                for field, at in zip(self._fields, self._places, strict=True)
                if field.kind in _LAST
            ]
            yield from (mark + track for track in tracks)
            named = [(field, cell) for field, cell in named if field.kind not in _LAST]
            pairs = [
                " ".join([field.name, *cell.split(), *([field.unit] if cell != "-" else [])])
                for field, cell in named
            ]
            whole = "| ".join(pair.strip().replace(" ", _NO_BREAK) + " " for pair in pairs)
            for line in wrap(whole, width - 2, break_long_words=False, break_on_hyphens=False):
                yield f"  {line.strip('| ')}".replace(_NO_BREAK, " ")


def fitting_widths(columns: Sequence[Field], widths: Sequence[int], room: int) -> list[int] | None:
    """The widths in this room: wide columns share what the others leave. None where that is too little.

    Short ones get what they need, and the rest is shared alike; the last one gets what is left over.
    """
    wide = [at for at, field in enumerate(columns) if field.is_wide]
    fitting = [
        max(width, MIN_TRACK_COLUMNS) if field.kind in _LAST else width
        for width, field in zip(widths, columns, strict=True)
    ]
    left = room - sum(width for at, width in enumerate(fitting) if at not in wide)
    for number, at in enumerate(sorted(wide, key=lambda at: fitting[at])):
        share = max(left, 0) // (len(wide) - number)
        least = MIN_TRACK_COLUMNS if columns[at].kind in _LAST else min(MIN_TAG_COLUMNS, fitting[at])
        if share < least:
            return None
        fitting[at] = min(fitting[at], share)
        left -= fitting[at]
    if wide and wide[-1] == len(columns) - 1:
        fitting[-1] += left
    return fitting


def print_lines(lines: Iterable[str]) -> None:
    """Prints them, many at once."""
    lines = iter(lines)
    while batch := list(islice(lines, MEASURED_ROWS)):
        write_text("\n".join(batch))


def _tracks(count: int) -> str:
    return "1 track" if count == 1 else f"{count:,} tracks"


def header_words(field: Field, width: int) -> list[str]:
    """The name over a column of this width, in lines that are broken between words, and its unit."""
    lines: list[str] = []
    for word in [*field.label.split(), *([field.unit] if field.unit else [])]:
        if lines and len(lines[-1]) + 1 + len(word) <= width and word != field.unit:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _padded(text: str, width: int, *, right: bool) -> str:
    blanks = " " * (width - columns_of(text))
    return blanks + text if right else text + blanks
