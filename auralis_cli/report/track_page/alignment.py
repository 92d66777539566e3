"""Where the music of one track lies in time, compared with the same music in another one."""

from collections.abc import Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from auralis_cli.report.track_page.seen import SeenTrack
from auralis_cli.report.track_page.smoothing import running_mean

MAX_LAG_S: Final = 20.0
_GRID_S: Final = 0.1
_DEPTH_LU: Final = 30.0
"""Below the loudest; instead of what is quieter: how deep a pause is says nothing about where it is."""
_WINDOW_S: Final = 2.0
_CHANGES_ALIKE, _LEVELS_ALIKE = 0.65, 0.95
"""Correlations of one recording: of the loudness less its running mean of that window, or of itself. Pairs of
different tracks reached 0.55 (of 741) and 0.90 (of 2,346); copies pushed 12 dB into a limiter or strongly
compressed mostly 0.7 to 0.99. Where a copy is not recognised, its curves stay where they are.
"""
_LEAST_OVERLAP: Final = 0.5
"""Of the shorter curve."""


def aligned(tracks: Sequence[SeenTrack]) -> list[SeenTrack]:
    """The tracks, each with its lag behind the first where it has the same music at another time."""
    first = tracks[0]
    return [first, *(msgspec.structs.replace(other, lag_s=lag_s(first, other)) for other in tracks[1:])]


def lag_s(a: SeenTrack, b: SeenTrack) -> float:
    """How much later the music of a comes in b, to a step of the series; 0 where it is not found in b."""
    series = a.series("momentary_lufs"), b.series("momentary_lufs")
    if series[0] is None or series[1] is None:
        return 0.0
    curves = _curve(a), _curve(b)
    changes = _changes(curves[0]), _changes(curves[1])
    least = int(_LEAST_OVERLAP * min(map(len, curves)))
    reach = int(MAX_LAG_S / _GRID_S)
    found = [(_alike(*_overlap(*changes, lag), least), lag) for lag in range(-reach, reach + 1)]
    alike, lag = max(found, key=lambda each: (each[0], -abs(each[1])))
    if alike < _CHANGES_ALIKE and _alike(*_overlap(*curves, lag), least) < _LEVELS_ALIKE:
        return 0.0
    step_s = max(each.step_s for each in series if each is not None)
    return round(lag * _GRID_S, 1) if abs(lag * _GRID_S) >= step_s else 0.0


def _curve(track: SeenTrack) -> NDArray[np.float64]:
    """Loudness at equal times from 0 on, of every track with the same steps; NaN where none is measured."""
    series = track.series("momentary_lufs")
    assert series is not None
    quiet = max(value for value in series.values if value is not None) - _DEPTH_LU
    levels = [quiet if value is None else max(value, quiet) for value in series.values]
    measured = series.start_s + series.step_s * np.arange(len(levels))
    at = np.arange(0.0, track.trace.duration_s, _GRID_S)
    curve: NDArray[np.float64] = np.interp(at, measured, levels, left=np.nan, right=np.nan)
    return curve


def _changes(curve: NDArray[np.float64]) -> NDArray[np.float64]:
    """Without what is slow: parts and fades are in the same places of many tracks."""
    known = np.isfinite(curve)
    return curve - running_mean(np.where(known, curve, 0.0), known, int(_WINDOW_S / _GRID_S))


def _overlap(
    a: NDArray[np.float64], b: NDArray[np.float64], lag: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    late = b[max(lag, 0) :]
    early = a[max(-lag, 0) :]
    length = min(len(early), len(late))
    return early[:length], late[:length]


def _alike(a: NDArray[np.float64], b: NDArray[np.float64], least: int) -> float:
    """Correlation; 0 where there is too little of both, or no change in one."""
    both = np.isfinite(a) & np.isfinite(b)
    a, b = a[both], b[both]
    if len(a) < max(least, 2) or not a.std() or not b.std():
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])
