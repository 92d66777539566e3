"""Small histograms for a terminal: bars that stand, bars that lie."""

from collections.abc import Sequence
from typing import Final

_EIGHTHS: Final = " ▁▂▃▄▅▆▇█"
_LYING: Final = " ▏▎▍▌▋▊▉█"


def standing_bars(counts: Sequence[int], *, height: int, cells: int, unicode: bool) -> list[str]:
    """Lines, top first, in which each count is a bar of so many cells; whatever is not 0 can be seen."""
    most = max(counts, default=0) or 1
    steps = len(_EIGHTHS) - 1 if unicode else 1
    heights = [(-(-count * height * steps // most)) for count in counts]
    lines = []
    for row in reversed(range(height)):
        filled = [min(max(each - row * steps, 0), steps) for each in heights]
        signs = [_EIGHTHS[each] if unicode else " #"[each] for each in filled]
        lines.append("".join(sign * cells for sign in signs).rstrip())
    return lines


def lying_bar(share: float, cells: int, *, unicode: bool) -> str:
    """A bar for a share from 0 to 1, at most so many cells long; whatever is not 0 can be seen."""
    if not unicode:
        return "#" * max(round(share * cells), share > 0)
    eighths = max(round(share * cells * 8), share > 0)
    return "█" * (eighths // 8) + _LYING[eighths % 8].strip()


def axis(marks: Sequence[tuple[int, str]], cells: int) -> str:
    """A line with texts that begin at these cells, as far as they fit."""
    line = ""
    for place, text in marks:
        if place >= len(line) + (1 if line else 0) and place + len(text) <= cells:
            line = line.ljust(place) + text
    return line
