"""The console for results on stdout, which may be a terminal, a pipe, or without Unicode."""

import io
import os
import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from auralis_cli.render.safe_text import safe_text

WIDTH = 100
"""The most columns of a panel, and the number where stdout has no width of its own."""


class SafeConsole(Console):
    """A console whose every text is made safe, whoever gave it; only rich's own codes steer the terminal."""

    def __init__(self, **options: Any) -> None:
        super().__init__(markup=False, emoji=False, highlight=False, **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """The segments of what is printed."""
        for segment in super().render(renderable, options):
            if segment.control or segment.text.isprintable():
                yield segment
            else:
                safe = "\n".join(map(safe_text, segment.text.split("\n")))
                yield Segment(safe, segment.style)


def open_console() -> Console:
    """A console on stdout that prints text unchanged: no markup, no emoji, no highlighted numbers.

    A character that the output's encoding lacks becomes a question mark instead of an error.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDTH
    console = SafeConsole(width=width)
    console.width = min(console.width, WIDTH)
    return console


def draws_unicode(console: Console) -> bool:
    """Whether lines and dots can be drawn with Unicode; if not, ASCII is used."""
    return console.encoding.lower().startswith("utf")
