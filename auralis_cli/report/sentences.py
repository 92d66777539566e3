"""What a library sounds like, in five sentences of figures."""

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Final

import numpy as np

from auralis_cli.check.targets import TARGETS
from auralis_cli.library.musical_key import key_named
from auralis_cli.model.dimensions import dimensions, keys
from auralis_cli.render.formats import clock, format_number, format_value, with_minus
from auralis_cli.report.tracks import ReportTracks
from auralis_cli.similarity.matrix import Floats

STREAMING_LUFS: Final = TARGETS["streaming"].lufs
"""The level to which most services turn down what is louder."""
_TEMPO_WIDTH: Final = 20
_MUCH: Final = 0.1
"""Share of tracks beyond an end of a usual range that is worth telling: twice that of music at large."""


def sentences(tracks: ReportTracks) -> list[str]:
    """Up to five, in plain English: none about what no track has."""
    told: tuple[Callable[[ReportTracks], Iterator[str]], ...] = (
        _length,
        _loudness,
        _tempo,
        _keys,
        _character,
    )
    return [sentence for tell in told for sentence in tell(tracks)]


def _length(tracks: ReportTracks) -> Iterator[str]:
    lengths = _known(tracks.numbers["duration_s"])
    if not len(lengths):
        return
    low, middle, high = (clock(float(value)) for value in np.percentile(lengths, (25, 50, 75)))
    text = f"Half of the tracks last between {low} and {high}; the median is {middle}"
    years = _known(tracks.numbers["year"])
    if len(years) >= len(tracks) / 2:
        first, last = (int(year) for year in np.percentile(years, (5, 95)))
        text += (
            f", and nine of ten dated ones are from {first} to {last}"
            if first < last
            else f", mostly of {first}"
        )
    yield f"{text}."


def _loudness(tracks: ReportTracks) -> Iterator[str]:
    levels = _known(_values(tracks, "lufs"))
    if not len(levels):
        return
    low, middle, high = (
        with_minus(format_number(float(value), 1)) for value in np.percentile(levels, (5, 50, 95))
    )
    louder = share_text(float((levels > STREAMING_LUFS).mean()))
    yield (
        f"The median loudness is {middle} LUFS and nine of ten tracks lie between {low} and {high}; "
        f"{louder} are louder than {with_minus(format_number(STREAMING_LUFS, 0))} LUFS, so most streaming "
        "services would turn them down."
    )


def _tempo(tracks: ReportTracks) -> Iterator[str]:
    tempi = _known(_values(tracks, "tempo_bpm"))
    if not len(tempi):
        return
    counts = Counter((tempi // _TEMPO_WIDTH * _TEMPO_WIDTH).astype(int).tolist())
    start, count = max(counts.items(), key=lambda item: (item[1], -item[0]))
    text = (
        f"The median tempo is {np.median(tempi):.0f} BPM and the commonest range {start} to "
        f"{start + _TEMPO_WIDTH}, with {share_text(count / len(tempi))} of the tracks that have a tempo"
    )
    without = len(tracks) - len(tempi)
    yield f"{text}; {share_text(without / len(tracks))} of all have none." if without else f"{text}."


def _keys(tracks: ReportTracks) -> Iterator[str]:
    found = [key for key in map(key_named, tracks.texts["key"]) if key is not None]
    if not found:
        return
    counts = Counter(found)
    key, count = max(counts.items(), key=lambda item: (item[1], -item[0].order))
    minor = sum(key.name.endswith("minor") for key in found)
    yield (
        f"The commonest estimated key is {key.name} ({key.camelot}), with {share_text(count / len(found))} "
        f"of the tracks that have one; {share_text(minor / len(found))} of those are in a minor key."
    )


def _character(tracks: ReportTracks) -> Iterator[str]:
    """Where the library differs most from music at large: by the shares beyond the usual ranges."""
    beyond = []
    for dimension in dimensions():
        values = _known(_values(tracks, dimension.key))
        if len(values):
            above, below = (
                float((values > dimension.usual_high).mean()),
                float((values < dimension.usual_low).mean()),
            )
            beyond += [
                (above, "above", dimension.usual_high, dimension),
                (below, "below", dimension.usual_low, dimension),
            ]
    beyond.sort(key=lambda each: -each[0])
    told = {dimension.key: (share, side, end, dimension) for share, side, end, dimension in reversed(beyond)}
    farthest = sorted((each for each in told.values() if each[0] >= _MUCH), key=lambda each: -each[0])[:2]
    if not farthest:
        if beyond:
            yield (
                f"In no dimension do {share_text(_MUCH)} of the tracks lie above what is usual for music, or "
                "below it, where 5 % would be expected: the library has no one-sided sound."
            )
        return
    parts = [
        f"{share_text(share)} of the tracks lie {side} {with_minus(format_value(dimension, end))}"
        f"{_unit(dimension.unit)} in {dimension.label}"
        for share, side, end, dimension in farthest
    ]
    yield f"Compared with music at large, {' and '.join(parts)}; {share_text(0.05)} would be expected."


def share_text(share: float) -> str:
    """`37 %`; `0.4 %` and `99.6 %` near the ends, so that only none is 0 and only all are 100."""
    percent = 100 * share
    if 0 < percent < 1 or 99 < percent < 100:
        return f"{min(max(percent, 0.1), 99.9):.1f}\N{NO-BREAK SPACE}%"
    return f"{percent:.0f}\N{NO-BREAK SPACE}%"


def _unit(unit: str) -> str:
    return f" {unit}" if unit else ""


def _values(tracks: ReportTracks, key: str) -> Floats:
    return tracks.values[:, keys().index(key)]


def _known(values: Floats) -> Floats:
    return values[np.isfinite(values)]
