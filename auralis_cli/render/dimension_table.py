"""The 25 dimensions as a table to read."""

from itertools import groupby

from rich.console import RenderableType
from rich.table import Table

from auralis_cli.model.dimensions import Dimension, dimensions

WIDE = 96
"""Columns from which on there is room for all. A narrower table leaves out the allowed range and gives groups
lines of their own, so that the meaning is not broken inside its words."""


def render_dimensions(width: int) -> RenderableType:
    """Group, key, unit, usual range and meaning of each dimension."""
    wide = width >= WIDE
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    if wide:
        table.add_column("group", style="dim", no_wrap=True)
    table.add_column("key", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    if wide:
        table.add_column("allowed", no_wrap=True)
    table.add_column("usual", no_wrap=True)
    table.add_column("meaning")
    for group, members in groupby(dimensions(), key=lambda dimension: dimension.group):
        if not wide:
            table.add_row(group, style="dim")
        for row, dimension in enumerate(members):
            usual = f"{dimension.usual_low:g} to {dimension.usual_high:g}"
            unit = dimension.unit or "-"
            if wide:
                name = group if row == 0 else ""
                table.add_row(
                    name, dimension.key, unit, _describe_allowed(dimension), usual, dimension.meaning
                )
            else:
                table.add_row(f"  {dimension.key}", unit, usual, dimension.meaning)
    return table


def _describe_allowed(dimension: Dimension) -> str:
    low, high = dimension.minimum, dimension.maximum
    if low is None and high is None:
        return "any"
    if high is None:
        return f"from {low:g}"
    return f"to {high:g}" if low is None else f"{low:g} to {high:g}"
