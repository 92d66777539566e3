"""The frame that the panels of `show` and `compare` share, and its measures in columns."""

from collections.abc import Sequence

from rich.box import ASCII, ROUNDED
from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.text import Text

FRAME = 4
"""Columns of the border and its padding."""
GROUP = 10
"""Columns of the group's name, which a narrow console leaves out."""


def framed(parts: Sequence[RenderableType], width: int, unicode: bool, title: Text | None = None) -> Panel:
    """The parts, one below the other, in a frame of this width."""
    box = ROUNDED if unicode else ASCII
    return Panel(Group(*parts), title=title, title_align="left", box=box, width=width)
