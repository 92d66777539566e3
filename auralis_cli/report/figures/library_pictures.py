"""Which pictures there are of a library, from the cache alone."""

from collections.abc import Collection, Iterator
from typing import Final

import numpy as np

from auralis_cli.model.dimensions import dimensions, keys
from auralis_cli.plots.figure import Figure, Sheet
from auralis_cli.report.figures.albums import albums_picture
from auralis_cli.report.figures.histograms import (
    dimension_histogram,
    name_of,
    sheet_of,
    tempo_histogram,
    year_histogram,
)
from auralis_cli.report.figures.planes import PLANES, map_picture, plane_picture
from auralis_cli.report.figures.wheel import wheel_figure
from auralis_cli.report.library import ReportLibrary
from auralis_cli.report.scales import scales
from auralis_cli.report.tracks import ReportTracks

NAMES: Final = (
    *("map", "keys", "tempo", "years", "loudness-range", "true-peak", "sample-peak", "albums", "dimensions"),
    *(name_of(dimension) for dimension in dimensions()),
)
"""All there can be."""


def library_pictures(
    library: ReportLibrary, *, paths: bool, names: Collection[str] = NAMES
) -> list[Figure | Sheet]:
    """Those that the selected tracks have values for.

    `paths`: whether names of folders may be told. The map, which takes long, is made only if `names` has it.
    Raises CacheError, QueryError; ConfigError where the query finds nothing.
    """
    found = [*_pictures(library.tracks, paths=paths)]
    return [map_picture(library.places), *found] if "map" in names else found


def _pictures(tracks: ReportTracks, *, paths: bool) -> Iterator[Figure | Sheet]:
    if any(tracks.texts["key"]):
        yield wheel_figure(tracks.texts["key"])
    tempi = tracks.values[:, keys().index("tempo_bpm")]
    if np.isfinite(tempi).any():
        yield tempo_histogram(tempi)
    if np.isfinite(tracks.numbers["year"]).any():
        yield year_histogram(tracks.numbers["year"])
    loudness = tracks.values[:, keys().index("lufs")]
    for name in PLANES:
        if (np.isfinite(loudness) & np.isfinite(tracks.numbers[name])).any():
            yield plane_picture(tracks, name)
    albums = albums_picture(tracks, paths=paths)
    if albums is not None:
        yield albums
    by_key = {scale.key: scale for scale in scales(tracks.values)}
    histograms = [
        dimension_histogram(dimension, by_key[dimension.key], tracks.values[:, at])
        for at, dimension in enumerate(dimensions())
        if dimension.key in by_key
    ]
    if histograms:
        yield sheet_of(histograms, len(tracks))
        yield from histograms
