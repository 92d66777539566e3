"""The console for results on stdout, which may be a terminal, a pipe, or without Unicode."""

import io
import os
import sys

from rich.console import Console

WIDTH = 100
"""The most columns of a panel, and the number where stdout has no width of its own."""


def open_console() -> Console:
    """A console on stdout that prints text unchanged: no markup, no emoji, no highlighted numbers.

    A character that the output's encoding lacks becomes a question mark instead of an error.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDTH
    console = Console(width=width, markup=False, emoji=False, highlight=False)
    console.width = min(console.width, WIDTH)
    return console


def draws_unicode(console: Console) -> bool:
    """Whether lines and dots can be drawn with Unicode; if not, ASCII is used."""
    return console.encoding.lower().startswith("utf")
