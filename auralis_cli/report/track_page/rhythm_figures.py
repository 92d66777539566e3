"""The strength of onsets with the grid of the tempo: a few seconds of it, which can be moved."""

from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from auralis_cli.model.trace import Series
from auralis_cli.plots.figure import Axis, Figure, Layer, Line, Segments, Tone
from auralis_cli.render.formats import clock, format_number
from auralis_cli.report.track_page.seen import SeenTrack, shifted
from auralis_cli.similarity.coordinates import TEMPO

SHOWN_S: Final = 12.0
LEAST_SHARE: Final = 0.3
"""Of the onsets that lie on the grid; a fifth does by chance, and of less than this no grid is drawn."""


def rhythm_figures(tracks: Sequence[SeenTrack]) -> Iterator[Figure]:
    """One for each track that has onsets; they move together."""
    found = [(track, series) for track in tracks if (series := _onsets(track)) is not None]
    if not found:
        return
    ends = [(track.times(series)[0], track.times(series)[-1] + series.step_s) for track, series in found]
    first, last = min(start for start, _ in ends), max(end for _, end in ends)
    shown = min(SHOWN_S, last - first)
    start = round((first + last - shown) / 2)
    for track, series in found:
        axis = Axis("", start, start + shown, first=first, last=last, is_time=True, link="rhythm")
        at, values = track.times(series, middle=True), shifted(series.values, 0.0, 3)
        strength = Line(at, values, track.number)
        seen = [
            value
            for place, value in zip(at, values, strict=True)
            if value and start <= place <= start + shown
        ]
        high = max(seen, default=1.0)
        layers: list[Layer] = [strength]
        words = f"Onset strength of {track.letter}, {shown:.0f} s from {clock(start)}"
        beats, tempo = track.trace.beats, track.record.fingerprint[TEMPO]
        if beats is not None and beats.share >= LEAST_SHARE:
            every = np.arange(beats.phase_s - track.lag_s, last, beats.period_s)
            grid = every[every >= first].round(3).tolist()
            low, top = [0.0] * len(grid), [high] * len(grid)
            layers.insert(0, Segments(grid, low, grid, top, Tone.MUTED, width=1, opacity=0.7))
            words += f"; {100 * beats.share:.0f} % of all onsets lie on the grid of the tempo"
        title = f"Onsets of {track.letter}" + ("" if tempo is None else f", {format_number(tempo, 1)} BPM")
        name = f"onsets-{track.letter.lower()}"
        strengths = Axis("onset strength", 0.0, 1.05 * high, ticks=[(0.0, "0")], has_grid=False)
        yield Figure(name, title, f"{words}.", axis, strengths, layers, height=150)


def _onsets(track: SeenTrack) -> Series | None:
    """As exact as there is: an excerpt from the middle, else the largest of each step of the whole track."""
    return track.series("onset_excerpt") or track.series("onset_strength")
