"""The console for results on stdout: terminal, pipe, NO_COLOR and ASCII encodings."""

import io
import os
import sys

from rich.console import Console

WIDTH = 100
"""Panels are never wider; a pipe, which has no width, gets all of it."""


def open_console() -> Console:
    """A console on stdout that takes text literally: no markup, no emoji, no highlighting of numbers.

    A character that the output's encoding lacks becomes a question mark instead of an error.
    """
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")
    width = None if sys.stdout.isatty() or "COLUMNS" in os.environ else WIDTH
    console = Console(width=width, markup=False, emoji=False, highlight=False)
    console.width = min(console.width, WIDTH)
    return console


def draws_unicode(console: Console) -> bool:
    """Whether lines and dots can be drawn; else they are made of ASCII."""
    return console.encoding.lower().startswith("utf")
