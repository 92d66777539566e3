"""The fingerprint of one track as a panel: 7 groups, values, units, and a bar on each usual range."""

from collections.abc import Iterator
from itertools import groupby

import msgspec
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from auralis_cli.model.dimensions import Dimension, dimensions
from auralis_cli.model.record import Record
from auralis_cli.model.record_rules import Details
from auralis_cli.model.result import TrackResult
from auralis_cli.model.tags import Tags
from auralis_cli.render.formats import format_value
from auralis_cli.render.panel import FRAME, GROUP, framed
from auralis_cli.render.range_bar import draw_value
from auralis_cli.render.safe_text import safe_text
from auralis_cli.render.track_facts import (
    describe_analysis,
    describe_audio,
    describe_findings,
    describe_tags,
    explain_null,
)
from auralis_cli.render.track_name import name_or_none, shown_track

COLUMNS = 55
"""Columns beside the bar: group, label, value, unit, both ends of the usual range."""
ENDS = 13
MAX_BAR = 41
MIN_BAR = 17
"""If the bar would be shorter, the ends of the range are left out first, then the names of the groups."""


def render_track(
    result: TrackResult, record: Record, width: int, unicode: bool, *, stored: bool = True
) -> RenderableType:
    """The panel for a console of this width; `result.record` is `record`. `stored`: a new result was kept."""
    details = msgspec.convert(record.details, Details)
    name = name_or_none(record.tags)
    parts: list[RenderableType] = [
        *(Text(line, style=style) for line, style in _about(result.path, record.tags, name)),
        Text(describe_audio(details), style="bold"),
        Text(describe_analysis(result, record, details.decoder, stored=stored), style="dim"),
        Text(),
        _values(record, width - FRAME, unicode),
        Text(),
        _findings(details),
    ]
    parts += [
        Text(f"! {safe_text(warning.message)} ({warning.count:,})", style="bold")
        for warning in record.warnings
    ]
    title = Text(
        shown_track(result.path, name, unicode=unicode), style="bold", overflow="ellipsis", no_wrap=True
    )
    return framed(parts, width, unicode, title)


def _about(path: str, tags: Tags | None, name: str | None) -> Iterator[tuple[str, str]]:
    """Lines with their styles: what the tags say, and the path where it is not the title."""
    if tags is not None and (facts := describe_tags(tags, with_name=name is None)):
        yield facts, ""
    if name is not None:
        yield safe_text(path), "dim"


def _values(record: Record, width: int, unicode: bool) -> Table:
    ends = width - COLUMNS >= MIN_BAR
    groups = width - COLUMNS + ENDS >= MIN_BAR
    cells = max(1, min(MAX_BAR, width - COLUMNS + (0 if ends else ENDS) + (0 if groups else GROUP)))
    table = Table.grid(padding=(0, 1))
    if groups:
        table.add_column(style="dim", no_wrap=True, width=GROUP - 1)
    table.add_column(no_wrap=True, width=18)
    table.add_column(justify="right", no_wrap=True, width=7)
    table.add_column(style="dim", no_wrap=True, width=4)
    if ends:
        table.add_column(style="dim", justify="right", no_wrap=True, width=6)
    table.add_column(no_wrap=True, overflow="ellipsis", width=cells)
    if ends:
        table.add_column(style="dim", no_wrap=True, width=5)
    for number, (group, members) in enumerate(groupby(dimensions(), key=lambda dimension: dimension.group)):
        if number:
            table.add_row()
        for row, dimension in enumerate(members):
            name = [group if row == 0 else ""] if groups else []
            table.add_row(*name, dimension.label, *_row(dimension, record, cells, ends, unicode))
    return table


def _row(dimension: Dimension, record: Record, cells: int, ends: bool, unicode: bool) -> list[RenderableType]:
    """Value, unit, and the bar between the ends of its range; or the reason why there is no value."""
    value = record.fingerprint[dimension.key]
    row: list[RenderableType]
    if value is None:
        bar: RenderableType = Text(explain_null(record.nulls[dimension.key]))
        row = ["-", ""]
        low = high = ""
    else:
        bar = draw_value(dimension, value, cells, unicode)
        row = [format_value(dimension, value), dimension.unit]
        low, high = f"{dimension.usual_low:g}", f"{dimension.usual_high:g}"
    return [*row, low, bar, high] if ends else [*row, bar]


def _findings(details: Details) -> Table:
    table = Table.grid(padding=(0, 1))
    table.add_column(style="dim", no_wrap=True, width=9)
    table.add_column()
    for name, finding in describe_findings(details):
        table.add_row(name, finding)
    return table
