"""Axes that several figures of the page have, and ticks at round numbers."""

import math
from collections.abc import Sequence
from typing import Final

from auralis_cli.plots.figure import Axis
from auralis_cli.render.formats import with_minus
from auralis_cli.report.track_page.seen import SeenTrack

_ROUND: Final = (1, 2, 3, 6, 10, 12, 20)
_MAX_TICKS: Final = 7
_EDGES_HZ: Final = (22.4, 22_400.0)
"""Of the third octaves of 25 Hz and 20 kHz."""


def whole_time(tracks: Sequence[SeenTrack]) -> Axis:
    """All of every track. The figures over time move together."""
    first = min(-track.lag_s for track in tracks)
    last = max(track.trace.duration_s - track.lag_s for track in tracks)
    return Axis("", first, last, first=first, last=last, is_time=True, link="time")


def level_ticks(low: float, high: float) -> list[tuple[float, str]]:
    """Round numbers from low to high, at most seven."""
    step = next((each for each in _ROUND if (high - low) / each < _MAX_TICKS), _ROUND[-1])
    first = math.ceil(low / step) * step
    return [(float(at), with_minus(str(at))) for at in range(first, math.floor(high) + 1, step)]


def pitch_axis() -> Axis:
    """Frequency, in octaves."""
    octaves = (31.5, 63, 125, 250, 500, 1000, 2000, 4000, 8000, 16000)
    ticks = [(float(hz), f"{hz / 1000:g}k" if hz >= 1000 else f"{hz:g}") for hz in octaves]
    return Axis("frequency, Hz", *_EDGES_HZ, is_log=True, ticks=ticks)
