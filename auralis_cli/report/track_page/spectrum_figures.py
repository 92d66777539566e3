"""The long-term spectrum in third octaves, what differs in it, and the twelve pitch classes."""

import math
from collections.abc import Sequence
from typing import Final

from auralis_cli.library.musical_key import PITCH_CLASSES
from auralis_cli.plots.figure import Axis, Figure, Gappy, Layer, Line, Rule, Texts, Tone, Wedges
from auralis_cli.render.formats import format_number, with_minus
from auralis_cli.report.track_page.axes import level_ticks, pitch_axis
from auralis_cli.report.track_page.seen import SeenTrack, drawn_as, gains, shifted

_DEPTH_DB: Final = 80.0
_REACH_DB: Final = (3.0, 24.0)
"""The least and the most that the axis of differences reaches to."""
_FIFTHS: Final = tuple(7 * step % 12 for step in range(12))
_HOLE: Final = 0.25
"""Inner radius of the wheel of pitch classes."""


def spectrum_figure(tracks: Sequence[SeenTrack], *, matched: bool) -> Figure | None:
    """Level of each third octave, of the middle channel."""
    found: list[float] = []
    layers: list[Layer] = []
    told = []
    for track, gain in zip(tracks, gains(tracks, matched=matched), strict=True):
        centres, levels = _bands(track, gain)
        known = [(level, centre) for level, centre in zip(levels, centres, strict=True) if level is not None]
        if not known:
            continue
        found += [level for level, _ in known]
        layers.append(Line(centres, levels, **drawn_as(track.number, len(tracks))))
        _, centre = max(known)
        told.append(f"{track.letter} is strongest at {format_number(centre, 0)} Hz")
    if not found:
        return None
    high = math.ceil(max(found) + 3)
    low = math.floor(max(min(found) - 3, high - _DEPTH_DB))
    return Figure(
        "spectrum",
        "Long-term spectrum",
        f"Level by third octaves: {'; '.join(told)}.",
        pitch_axis(),
        Axis("level per third octave, dBFS", low, high, ticks=level_ticks(low, high)),
        layers,
        height=320,
    )


def _bands(track: SeenTrack, gain_db: float) -> tuple[list[float], Gappy]:
    bands = track.trace.third_octave
    return [band.centre_hz for band in bands], shifted([band.level_dbfs for band in bands], gain_db)


def band_differences(a: SeenTrack, b: SeenTrack, gain_db: float) -> list[tuple[float, float | None]]:
    """Centre in Hz, and how much more b has there after this gain; None where one of them has nothing."""
    levels = {band.centre_hz: band.level_dbfs for band in a.trace.third_octave}
    return [
        (
            band.centre_hz,
            None
            if band.level_dbfs is None or (level := levels.get(band.centre_hz)) is None
            else round(band.level_dbfs + gain_db - level, 2),
        )
        for band in b.trace.third_octave
    ]


def difference_figure(tracks: Sequence[SeenTrack], *, matched: bool) -> Figure | None:
    """How far the spectrum of each other track lies above that of the first."""
    layers: list[Layer] = [Rule(0.0, colour=0)]
    found: list[float] = []
    told = []
    for track, gain in zip(tracks[1:], gains(tracks, matched=matched)[1:], strict=True):
        differences = band_differences(tracks[0], track, gain)
        known = [(value, centre) for centre, value in differences if value is not None]
        if not known:
            continue
        found += [abs(value) for value, _ in known]
        look = drawn_as(track.number, len(tracks))
        layers.append(Line([centre for centre, _ in differences], [each for _, each in differences], **look))
        value, centre = max(known, key=lambda each: abs(each[0]))
        told.append(f"{track.letter} by {_signed(value)} dB at {format_number(centre, 0)} Hz")
    if not found:
        return None
    reach = min(max(sorted(found)[int(0.9 * (len(found) - 1))] * 1.5, _REACH_DB[0]), _REACH_DB[1])
    return Figure(
        "difference",
        f"Difference from {tracks[0].letter}",
        f"Spectrum of the others less that of {tracks[0].letter}; most: {'; '.join(told)}.",
        pitch_axis(),
        Axis(f"more than {tracks[0].letter}, dB", -reach, reach, ticks=level_ticks(-reach, reach)),
        layers,
        height=320,
    )


def _signed(value: float) -> str:
    return ("+" if value > 0 else "") + with_minus(format_number(value, 1))


def pitch_figure(tracks: Sequence[SeenTrack]) -> Figure | None:
    """The share of each pitch class, round the circle of fifths; a ring where all would have the same."""
    found = [(track, chroma) for track in tracks if (chroma := track.trace.chroma) is not None]
    if not found:
        return None
    most = max(max(chroma) for _, chroma in found)
    width = math.tau / 12 * 0.86 / len(found)
    layers: list[Layer] = []
    told = []
    for at, (track, chroma) in enumerate(found):
        shares = [chroma[pitch] for pitch in _FIFTHS]
        starts = [_angle(step) + (0.5 * len(found) - at - 1) * width for step in range(12)]
        outer = [_HOLE + (1 - _HOLE) * share / most for share in shares]
        ends = [start + width for start in starts]
        layers.append(Wedges([_HOLE] * 12, outer, starts, ends, track.number, name=track.letter))
        order = sorted(range(12), key=lambda pitch: -chroma[pitch])[:3]
        told.append(f"{track.letter} has most of {', '.join(PITCH_CLASSES[pitch] for pitch in order)}")
    even = _HOLE + (1 - _HOLE) / 12 / most
    layers.append(Wedges([even - 0.003], [even + 0.003], [0.0], [math.tau], Tone.MUTED))
    places = [(1.13 * math.cos(_angle(step)), 1.13 * math.sin(_angle(step))) for step in range(12)]
    names = [PITCH_CLASSES[pitch] for pitch in _FIFTHS]
    layers.append(Texts([x for x, _ in places], [y for _, y in places], names, size=13))
    axis = Axis("", -1.25, 1.25, is_shown=False)
    title, words = "Pitch classes", f"Shares of the twelve pitch classes, in fifths: {'; '.join(told)}."
    return Figure("pitches", title, words, axis, axis, layers, height=520, is_square=True)


def _angle(step: int) -> float:
    """The middle of a field: C on top, clockwise in fifths."""
    return math.pi / 2 - step * math.tau / 12
