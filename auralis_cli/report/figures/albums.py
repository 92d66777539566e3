"""Albums as ranges of loudness: from the quietest track to the loudest, with the median."""

from typing import Final

import numpy as np

from auralis_cli.model.dimensions import keys
from auralis_cli.plots.figure import Axis, Figure, Layer, Points, Segments, Tone
from auralis_cli.render.formats import with_minus
from auralis_cli.report.columns import folders_of
from auralis_cli.report.figures.planes import target_rules, target_words
from auralis_cli.report.tracks import ReportTracks

MOST: Final = 30
_LEAST: Final = 2
"""Tracks of an album that have a loudness."""


def albums_picture(tracks: ReportTracks, *, paths: bool) -> Figure | None:
    """The albums of the widest ranges, at most 30; None where there is no album of two tracks."""
    loudness = tracks.values[:, keys().index("lufs")]
    numbers, labels = folders_of(tracks, shown=paths)
    levels: dict[int, list[float]] = {}
    for folder, level in zip(numbers, loudness.tolist(), strict=True):
        if np.isfinite(level):
            levels.setdefault(folder, []).append(level)
    found = [
        (min(each), float(np.median(each)), max(each), labels[at])
        for at, each in levels.items()
        if len(each) >= _LEAST
    ]
    if not found:
        return None
    shown = sorted(found, key=lambda album: (album[0] - album[2], album[3]))[:MOST]
    low, high = (with_minus(f"{level:.1f}") for level in (shown[0][0], shown[0][2]))
    words = (
        f"The loudness of {len(shown)} of {len(found):,} albums, those with the widest ranges: the widest "
        f"goes from {low} to {high} LUFS. {target_words()}"
    )
    return _figure(shown, words, labelled=True)


def empty_albums() -> Figure:
    """For a page, which fills the layers with the albums of the shown tracks; its text names the targets."""
    return _figure([], "", labelled=False)


def _figure(albums: list[tuple[float, float, float, str]], words: str, *, labelled: bool) -> Figure:
    """Of quietest track, median, loudest track and name each. Layers: spans, both ends, medians."""
    low, middle, high = ([float(album[column]) for album in albums] for column in range(3))
    at = [float(place) for place in range(len(albums))]
    left, right = (min(low) - 1, max(high) + 1) if albums else (-30.0, -5.0)
    layers: list[Layer] = [
        *target_rules(left, right, labelled=labelled),
        Segments(low, at, high, at, name="quietest to loudest track", width=7, opacity=0.45),
        Points(low, at, Tone.INK, size=4.5),
        Points(high, at, Tone.INK, size=4.5),
        Points(middle, at, Tone.ACCENT, "median", size=10),
    ]
    ticks = [(place, name) for place, (*_, name) in zip(at, albums, strict=True)]
    y = Axis("", max(1, len(albums)) - 0.4, -0.6, ticks=ticks, has_grid=False)
    x = Axis("integrated loudness, LUFS", left, right)
    height = max(150, 75 + 20 * len(albums))
    return Figure("albums", "Loudness of albums", words, x, y, layers, height=height)
