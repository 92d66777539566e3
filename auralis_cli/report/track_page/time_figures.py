"""Loudness, peaks and the stereo field over time, with clipping and silences marked."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from auralis_cli.plots.figure import (
    Axis,
    Dash,
    Figure,
    Gappy,
    Layer,
    Line,
    Numbers,
    Points,
    Rule,
    Segments,
    Shape,
    Tone,
)
from auralis_cli.render.formats import clock, format_number, with_minus
from auralis_cli.report.track_page.axes import level_ticks, whole_time
from auralis_cli.report.track_page.seen import SeenTrack, drawn_as, gains, shifted
from auralis_cli.report.track_page.smoothing import slower, smoothed

_DEPTH_LU: Final = 24.0
"""What is so far under the loudest is left out, but for a twentieth: fades would press the music together."""
_PEAK_STEP_S: Final = 1.0
_MEAN_S: Final = 3.0
"""The stereo field is drawn as a running mean of so many seconds, as long as those of short-term loudness."""
_PEAK_DEPTH_DB: Final = 24.0
_ROW: Final = 0.09
"""Height of a row of marks below the curves, as a share of theirs."""
_LABEL: Final = 0.11
"""Room for the words above full scale, as a share of what lies below."""
_LEAST_SPAN_LU: Final = 6.0
_SAME_LEVEL: Final = 0.01
_LEAST_SILENCE_S: Final = 0.2
STEREO: Final = (
    ("correlation", "Correlation of left and right", "correlation", (-1.05, 1.05)),
    ("width", "Stereo width", "share of the side", (0.0, 1.0)),
    ("balance_db", "Balance", "left over right, dB", None),
)
"""Series, title, label of the axis, its range."""


def loudness_figure(tracks: Sequence[SeenTrack], *, matched: bool) -> Figure | None:
    """Short-term loudness (3 s) of each track, or momentary (0.4 s) of a shorter one; its integrated value as
    a dashed line; marks below.
    """
    layers: list[Layer] = []
    lines: list[tuple[int, Numbers, Gappy]] = []
    found: list[float] = []
    kinds = set()
    for track, gain in zip(tracks, gains(tracks, matched=matched), strict=True):
        series = track.series("short_term_lufs") or track.series("momentary_lufs")
        if series is None:
            continue
        levels = shifted(series.values, gain)
        found += [level for level in levels if level is not None]
        kinds.add(series.name)
        lines.append((track.number, track.times(series), levels))
    if not found:
        return None
    kind = "short-term loudness" if "short_term_lufs" in kinds else "momentary loudness"
    low, high = _range(found)
    for number, at, levels in lines:
        shown = [None if level is None or level < low else level for level in levels]
        layers.append(Line(at, shown, **drawn_as(number, len(tracks))))
    layers += _integrated_rules(tracks, high - low, matched=matched)
    marks, letters, bottom = _marks(tracks, low, high)
    return Figure(
        "loudness",
        "Loudness over time",
        f"{kind.capitalize()} over time. {_integrated(tracks)}",
        whole_time(tracks),
        Axis(f"{kind}, LUFS", bottom, high, ticks=[*letters, *level_ticks(low, high)]),
        [*layers, *marks],
        height=320,
    )


def _range(levels: list[float]) -> tuple[float, float]:
    high = float(np.ceil(max(levels) + 1))
    low = max(min(levels) - 1, min(high - _DEPTH_LU, float(np.percentile(levels, 5))))
    return float(np.floor(min(low, high - _LEAST_SPAN_LU))), high


def _integrated_rules(tracks: Sequence[SeenTrack], span: float, *, matched: bool) -> Iterator[Rule]:
    """The integrated loudness of each track, but for those that others have already."""
    told: list[float] = []
    for track, gain in zip(tracks, gains(tracks, matched=matched), strict=True):
        if track.lufs is None:
            continue
        level = track.lufs + gain
        nearest = min((abs(level - other) for other in told), default=span)
        if nearest >= _SAME_LEVEL * span:
            label = f"{with_minus(format_number(level, 1))} LUFS" if nearest >= _ROW * span else ""
            yield Rule(round(level, 2), colour=track.number, label=label)
            told.append(level)


def _integrated(tracks: Sequence[SeenTrack]) -> str:
    told = [
        f"{track.letter} has {with_minus(format_number(track.lufs, 1))} LUFS in all"
        for track in tracks
        if track.lufs is not None
    ]
    return f"{'; '.join(told)}." if told else ""


def silences(track: SeenTrack) -> list[tuple[float, float]]:
    """Where it is silent: its start, its end, and its longest pause."""
    details, end = track.details, track.trace.duration_s
    found = [(0.0, details.leading_silence_s), (end - details.trailing_silence_s, end)]
    if details.longest_silence_at_s is not None:
        found.append((details.longest_silence_at_s, details.longest_silence_at_s + details.longest_silence_s))
    return [(first, last) for first, last in found if last - first >= _LEAST_SILENCE_S]


def _marks(
    tracks: Sequence[SeenTrack], low: float, high: float
) -> tuple[list[Layer], list[tuple[float, str]], float]:
    """A row below the curves for each track with marks, their letters, and where the lowest row ends."""
    row = _ROW * (high - low)
    layers: list[Layer] = []
    ticks: list[tuple[float, str]] = []
    place = low
    for track in tracks:
        pauses = silences(track)
        clipped = [] if track.details.clipping is None else track.details.clipping.times_s
        if not pauses and not clipped:
            continue
        place -= row
        at = [place] * len(pauses)
        first, last = (track.places([pause[end] for pause in pauses]) for end in (0, 1))
        layers.append(Segments(first, at, last, at, colour=track.number, width=7, opacity=0.5))
        layers.append(
            Points(track.places(clipped), [place] * len(clipped), Tone.ALARM, size=9, shape=Shape.DIAMOND)
        )
        ticks.append((place, track.letter))
    return layers, ticks, place - (0.7 * row if layers else 0.0)


def peak_figure(tracks: Sequence[SeenTrack], *, matched: bool) -> Figure | None:
    """The highest sample of each second, full scale, the true peak, and the clipped runs."""
    layers: list[Layer] = [Rule(0.0, colour=Tone.ALARM, dash=Dash.SOLID, label="full scale")]
    found: list[float] = [0.0]
    told = []
    for track, gain in zip(tracks, gains(tracks, matched=matched), strict=True):
        series = track.series("peak_dbfs")
        if series is None:
            continue
        series = slower(series, _PEAK_STEP_S)
        levels = shifted(series.values, gain)
        found += [level for level in levels if level is not None]
        layers.append(Line(track.times(series, middle=True), levels, **drawn_as(track.number, len(tracks))))
        details = track.details
        if details.true_peak_dbtp is not None and details.true_peak_at_s is not None:
            peak = round(details.true_peak_dbtp + gain, 2)
            found.append(peak)
            layers.append(
                Points(
                    track.places([details.true_peak_at_s]), [peak], track.number, size=11, shape=Shape.DOWN
                )
            )
            highest = with_minus(format_number(peak, 1))
            told.append(
                f"the true peak of {track.letter} is {highest} dBTP at {clock(details.true_peak_at_s)}"
            )
        if details.clipping is not None:
            at = track.places(details.clipping.times_s)
            height = [round(details.clipping.ceiling_dbfs + gain, 2)] * len(at)
            layers.append(Points(at, height, Tone.ALARM, size=9, shape=Shape.DIAMOND))
    if len(layers) == 1:
        return None
    high = max(1.0, max(found) + 0.5)
    low = max(min(np.percentile(found, 5) - 1, high - 6), high - _PEAK_DEPTH_DB)
    high = max(high, -_LABEL * low)
    return Figure(
        "peaks",
        "Peaks over time",
        f"Highest sample of each second: {'; '.join(told) or 'no true peak was measured'}.",
        whole_time(tracks),
        Axis("sample peak, dBFS", float(low), float(high), ticks=level_ticks(float(low), float(high))),
        layers,
        height=220,
    )


def stereo_figures(tracks: Sequence[SeenTrack]) -> Iterator[Figure]:
    """Correlation, width and balance over time, of tracks with two channels and more than one value."""
    for name, title, label, fixed in STEREO:
        found = [
            (track, series)
            for track in tracks
            if (series := track.series(name)) is not None and len(series.values) > 1
        ]
        if not found:
            continue
        layers: list[Layer] = [
            Line(
                track.times(series, middle=True),
                smoothed(series, _MEAN_S),
                **drawn_as(track.number, len(tracks)),
            )
            for track, series in found
        ]
        told = []
        for track, series in found:
            known = [value for value in series.values if value is not None]
            median = with_minus(format_number(float(np.median(known)), 1 if fixed is None else 2))
            told.append(f"{track.letter} {median}")
        every = [value for _, series in found for value in series.values if value is not None]
        low, high = fixed or _balance_range(every)
        ticks = None if fixed is not None else level_ticks(low, high)
        if low < 0 < high:
            layers.insert(0, Rule(0.0, dash=Dash.DOTTED))
        yield Figure(
            name.replace("_", "-"),
            title,
            f"{title} over time; medians: {', '.join(told)}.",
            whole_time(tracks),
            Axis(label, low, high, ticks=ticks),
            layers,
            height=190,
        )


def _balance_range(values: list[float]) -> tuple[float, float]:
    reach = min(max(float(np.percentile(np.abs(values), 99)) + 1, 3.0), 24.0)
    return -reach, reach
