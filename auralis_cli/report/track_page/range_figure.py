"""The 25 dimensions, each on the range that music usually has."""

from collections.abc import Sequence
from itertools import groupby
from typing import Final

from auralis_cli.model.dimensions import Dimension, dimensions
from auralis_cli.plots.figure import Axis, Figure, Layer, Points, Segments, Shape, Tone
from auralis_cli.report.track_page.seen import SeenTrack

_BEYOND: Final = 0.12
"""Where a value beyond the usual range is drawn, in widths of the range."""
_GAP: Final = 0.6
"""Between groups, in rows."""
_SIZE: Final = 9.0
_SPREAD: Final = 0.7
"""In how much of a row the marks of several tracks lie, one below the other."""


def range_figure(tracks: Sequence[SeenTrack]) -> Figure:
    """A row for each dimension: a line from one end of its usual range to the other, and the tracks on it."""
    rows: list[tuple[float, Dimension]] = []
    place = 0.0
    for _, members in groupby(dimensions(), key=lambda dimension: dimension.group):
        for dimension in members:
            rows.append((place, dimension))
            place += 1.0
        place += _GAP
    places = [y for y, _ in rows]
    none, whole = [0.0] * len(rows), [1.0] * len(rows)
    layers: list[Layer] = [Segments(none, places, whole, places, Tone.LINE, width=6)]
    told = []
    for track in tracks:
        xs, beyond = [], []
        below = _SPREAD * ((track.number + 0.5) / len(tracks) - 0.5)
        known = [(y, d, value) for y, d in rows if (value := track.record.fingerprint[d.key]) is not None]
        for _, dimension, value in known:
            share = (value - dimension.usual_low) / dimension.spread
            xs.append(round(min(max(share, -_BEYOND), 1 + _BEYOND), 4))
            if not 0 <= share <= 1:
                beyond.append(dimension.label)
        ys = [y + below for y, _, _ in known]
        shape = Shape.CIRCLE if track.number == 0 else Shape.DIAMOND
        layers.append(Points(xs, ys, track.number, track.letter, size=_SIZE, shape=shape))
        told.append(f"{track.letter} is beyond it in {', '.join(beyond) or 'none'}")
    ends = [(0.0, "usual low"), (1.0, "usual high")]
    labels = [(y, dimension.label) for y, dimension in rows]
    return Figure(
        "ranges",
        "The 25 dimensions on their usual ranges",
        f"Each value on the range that nine of ten pieces of music have: {'; '.join(told)}.",
        Axis("", -0.2, 1.2, ticks=ends),
        Axis("", place - _GAP, -1.0, ticks=labels, has_grid=False),
        layers,
        height=620,
    )
