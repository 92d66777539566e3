"""Bars: a value as a mark on its dimension's usual range, and a share that is done.

They read on a dark and on a light background, and without colours: what counts is drawn in the terminal's own
colour of text, and the rest is thinner and dim.
"""

from rich.text import Text

from auralis_cli.model.dimensions import Dimension

LINE, MARK, BELOW, ABOVE = 0, 1, 2, 3
UNICODE = "─●◀▶"
ASCII = "-o<>"
DONE = {True: "━", False: "#"}


def mark_position(dimension: Dimension, value: float, cells: int) -> int:
    """The cell, 0 to cells - 1, on a bar of the usual range; -1 below it and `cells` above it."""
    share = (value - dimension.usual_low) / dimension.spread
    if share < 0:
        return -1
    if share > 1:
        return cells
    return round(share * (cells - 1))


def draw_value(dimension: Dimension, value: float, cells: int, unicode: bool) -> Text:
    """A bar with one mark; an arrow at the end when the value lies beyond the usual range."""
    signs = UNICODE if unicode else ASCII
    position = mark_position(dimension, value, cells)
    sign = signs[BELOW if position < 0 else ABOVE if position >= cells else MARK]
    position = min(max(position, 0), cells - 1)
    bar = Text(signs[LINE] * position, style="dim")
    bar.append(sign, style="not dim magenta" if sign in signs[BELOW:] else "not dim bold")
    bar.append(signs[LINE] * (cells - 1 - position))
    return bar


def draw_pair(dimension: Dimension, a: float | None, b: float | None, cells: int, unicode: bool) -> Text:
    """A bar with the marks `a` and `b`, `=` where they meet; a value beyond the range is drawn at its end."""
    cell_a = None if a is None else min(max(mark_position(dimension, a, cells), 0), cells - 1)
    cell_b = None if b is None else min(max(mark_position(dimension, b, cells), 0), cells - 1)
    line = (UNICODE if unicode else ASCII)[LINE]
    bar = Text()
    for cell in range(cells):
        if cell == cell_a == cell_b:
            bar.append("=", style="bold")
        elif cell == cell_a:
            bar.append("a", style="cyan")
        elif cell == cell_b:
            bar.append("b", style="magenta")
        else:
            bar.append(line, style="dim")
    return bar


def draw_share(share: float, cells: int, unicode: bool) -> Text:
    """A bar of which this share, 0 to 1, is done; it is full only when all is."""
    filled = min(max(int(cells * share), 0), cells)
    bar = Text(DONE[unicode] * filled, style="bold")
    bar.append((UNICODE if unicode else ASCII)[LINE] * (cells - filled), style="not bold dim")
    return bar
