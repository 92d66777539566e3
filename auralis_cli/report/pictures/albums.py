"""Albums as ranges of loudness: from the quietest track to the loudest, with the median."""

from typing import Final

import numpy as np

from auralis_cli.model.dimensions import keys
from auralis_cli.plots.figure import Axis, Figure, Layer, Points, Segments, Tone
from auralis_cli.report.columns import folders_of
from auralis_cli.report.pictures.planes import target_rules, target_words
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
    low, middle, high, names = (list(column) for column in zip(*shown, strict=True))
    at = [float(place) for place in range(len(shown))]
    layers: list[Layer] = [
        Segments(low, at, high, at, name="quietest to loudest track", width=7, opacity=0.45),
        Points(low, at, Tone.INK, size=4.5),
        Points(high, at, Tone.INK, size=4.5),
        Points(middle, at, Tone.ACCENT, "median", size=10),
    ]
    left, right = min(low) - 1, max(high) + 1
    x = Axis("integrated loudness, LUFS", left, right)
    ticks = list(zip(at, names, strict=True))
    y = Axis("", len(shown) - 0.4, -0.6, ticks=ticks, has_grid=False)
    words = (
        f"The loudness of {len(shown)} of {len(found):,} albums, those with the widest ranges: the widest "
        f"goes from {low[0]:.1f} to {high[0]:.1f} LUFS. {target_words()}"
    ).replace(" -", " \N{MINUS SIGN}")
    height = max(150, 75 + 20 * len(shown))
    layers = [*target_rules(left, right), *layers]
    return Figure("albums", "Loudness of albums", words, x, y, layers, height=height)
