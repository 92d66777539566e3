"""What one track is like, in sentences of figures, and the words that comparisons have in common with it."""

from collections.abc import Iterator
from typing import Final

import numpy as np

from auralis_cli.library.musical_key import key_named
from auralis_cli.render.formats import clock, format_number, with_minus
from auralis_cli.report.track_page.seen import SeenTrack
from auralis_cli.similarity.coordinates import TEMPO

BALANCE_DB: Final = 0.5
"""A smaller one is not told."""
_ENDS_EARLY: Final = 0.9
"""Share of half the rate, or of what CDs have, below which a bandwidth is told."""
_DEEP_DB: Final = 20.0
"""Encoders cut by this or more; above an edge that is less deep there is something left."""
_WINDOW_S: Final = 3.0


def portrait(track: SeenTrack) -> list[str]:
    """What one track is like."""
    return [*_own_loudness(track), *_own_peaks(track), *_own_sound(track), *_own_music(track)]


def _own_loudness(track: SeenTrack) -> Iterator[str]:
    if track.lufs is None:
        yield "It has no loudness: nothing in it passes the gate, or it is too short."
        return
    text = f"Its loudness is {level(track.lufs)} LUFS"
    if track.details.loudness_range_lu is not None:
        text += f", with a loudness range of {format_number(track.details.loudness_range_lu, 1)} LU"
    series = track.series("short_term_lufs")
    if series is not None:
        loudest, at = max((value, at) for at, value in enumerate(series.values) if value is not None)
        when = clock(max(0.0, series.start_s + at * series.step_s - _WINDOW_S))
        text += f"; the loudest three seconds, from {when}, have {level(loudest)} LUFS"
    yield f"{text}."


def _own_peaks(track: SeenTrack) -> Iterator[str]:
    details = track.details
    if details.true_peak_dbtp is not None and details.true_peak_at_s is not None:
        text = f"Its true peak is {level(details.true_peak_dbtp)} dBTP, at {clock(details.true_peak_at_s)}"
        if track.lufs is not None:
            above = details.true_peak_dbtp - track.lufs
            text += f", {format_number(abs(above), 1)} dB {'above' if above >= 0 else 'below'} its loudness"
    elif details.sample_peak_dbfs is not None:
        text = f"Its highest sample is at {level(details.sample_peak_dbfs)} dBFS"
    else:
        return
    clipping = details.clipping
    if clipping is None:
        yield f"{text}; it has no clipped run."
    else:
        yield f"{text}; it has {runs(clipping.runs)}, the first at {clock(clipping.first_s)}."


def _own_sound(track: SeenTrack) -> Iterator[str]:
    bandwidth, highest = track.details.bandwidth_hz, track.details.sample_rate_hz / 2
    parts = []
    if bandwidth is not None and bandwidth < _ENDS_EARLY * min(highest, 22_050.0):
        parts.append(f"above {format_number(bandwidth / 1000, 1)} kHz it has {left_above(track)}")
    field = stereo_field(track)
    if track.details.channels == 1:
        parts.append("it has one channel")
    if field is not None:
        parts.append(f"its median stereo width is {field[0]:.2f}")
        if abs(field[1]) >= BALANCE_DB:
            parts.append(
                f"it leans {format_number(abs(field[1]), 1)} dB to the {'left' if field[1] > 0 else 'right'}"
            )
    if parts:
        text = "; ".join(parts)
        yield f"{text[0].upper()}{text[1:]}."


def _own_music(track: SeenTrack) -> Iterator[str]:
    tempo, key = track.record.fingerprint[TEMPO], key_named(track.details.key)
    parts = [] if key is None else [f"its key is estimated as {key.name} ({key.camelot})"]
    if tempo is None:
        parts.append("it has no steady pulse")
    else:
        sure = track.details.tempo_confidence
        parts.append(
            f"its tempo {'is estimated ' if key is None else ''}as {format_number(tempo, 1)} BPM"
            + ("" if sure is None else f" (confidence {sure:.2f})")
        )
    text = ", ".join(parts)
    yield f"{text[0].upper()}{text[1:]}."


def stereo_field(track: SeenTrack) -> tuple[float, float] | None:
    """Medians of width and balance; None for mono."""
    width, balance = track.series("width"), track.series("balance_db")
    if width is None or balance is None:
        return None
    middle = [
        float(np.median([value for value in each.values if value is not None])) for each in (width, balance)
    ]
    return middle[0], middle[1]


def left_above(track: SeenTrack) -> str:
    """What there is above its bandwidth, in a word."""
    return "nothing" if (track.details.bandwidth_edge_db or 0.0) >= _DEEP_DB else "little"


def runs(count: int) -> str:
    """`no clipped run`, `1 clipped run`, `1,204 clipped runs`."""
    return f"{count:,} clipped run{'' if count == 1 else 's'}" if count else "no clipped run"


def level(value: float) -> str:
    """A level with one decimal and a minus sign as in print."""
    return with_minus(format_number(value, 1))
