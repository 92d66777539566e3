"""The 25 dimensions as a table to read."""

from itertools import groupby

from rich.console import RenderableType
from rich.table import Table

from auralis_cli.model.dimensions import Dimension, dimensions


def render_dimensions() -> RenderableType:
    """Group, key, unit, usual range and meaning of each dimension."""
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("group", style="dim", no_wrap=True)
    table.add_column("key", no_wrap=True)
    table.add_column("unit", no_wrap=True)
    table.add_column("allowed", no_wrap=True)
    table.add_column("usual", no_wrap=True)
    table.add_column("meaning")
    for group, members in groupby(dimensions(), key=lambda dimension: dimension.group):
        for row, dimension in enumerate(members):
            table.add_row(
                group if row == 0 else "",
                dimension.key,
                dimension.unit or "-",
                _describe_allowed(dimension),
                f"{dimension.usual_low:g} to {dimension.usual_high:g}",
                dimension.meaning,
            )
    return table


def _describe_allowed(dimension: Dimension) -> str:
    low, high = dimension.minimum, dimension.maximum
    if low is None and high is None:
        return "any"
    if high is None:
        return f"from {low:g}"
    return f"to {high:g}" if low is None else f"{low:g} to {high:g}"
