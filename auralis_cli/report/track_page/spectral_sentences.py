"""What differs in the spectra of two tracks at equal loudness, in words."""

from collections.abc import Iterator
from typing import Final

from auralis_cli.render.formats import format_number
from auralis_cli.report.track_page.portrait import left_above
from auralis_cli.report.track_page.seen import SeenTrack
from auralis_cli.report.track_page.spectrum_figures import band_differences
from auralis_cli.similarity.levels import loudness_gain_db

LEAST_DB: Final = 0.5
"""Of a difference over several neighbouring bands that is told."""
_MOST_TOLD: Final = 3
_NARROWER: Final = 0.93
"""The bandwidth of a track that ends lower than the other."""
_HIGHEST_HZ: Final = 24_000.0
_HALF_BAND: Final = 2 ** (1 / 6)
_QUIET_DB: Final = 60.0
"""Bands so far under the strongest of both tracks are not told: nobody hears them beside the others."""


def spectral_differences(a: SeenTrack, b: SeenTrack) -> Iterator[str]:
    """Where one ends below the other, and the runs of bands in which b has more or less, largest first."""
    one, other = a.details.bandwidth_hz, b.details.bandwidth_hz
    shared = min(one or _HIGHEST_HZ, other or _HIGHEST_HZ)
    if one is not None and other is not None and max(one, other) * _NARROWER > min(one, other):
        ends, other_one = (b, a) if other < one else (a, b)
        low, high = (f"{format_number(edge / 1000, 1)} kHz" for edge in sorted((one, other)))
        yield f"above {low} {ends.letter} has {left_above(ends)}, {other_one.letter} goes on to {high}"
    gain = loudness_gain_db(a.record, b.record)
    parts = []
    for first, last, more in _runs(a, b, gain or 0.0, shared)[:_MOST_TOLD]:
        where = f"{_hertz(first / _HALF_BAND)} to {_hertz(last * _HALF_BAND)}"
        parts.append(f"{format_number(abs(more), 1)} dB {'more' if more > 0 else 'less'} from {where}")
    if parts:
        matched = "at equal loudness " if gain is not None else ""
        yield f"{matched}{b.letter} has {_listed(parts)}"


def _runs(a: SeenTrack, b: SeenTrack, gain_db: float, below_hz: float) -> list[tuple[float, float, float]]:
    """First and last centre and mean difference of each run of bands in which b has more, or less; the one
    that matters most first.
    """
    levels = {band.centre_hz: band.level_dbfs for band in a.trace.third_octave}
    strongest = max((level for level in levels.values() if level is not None), default=0.0)
    found: list[list[tuple[float, float]]] = [[]]
    for centre, more in band_differences(a, b, gain_db):
        level = levels.get(centre)
        told = (
            more is not None
            and level is not None
            and abs(more) >= LEAST_DB
            and centre * _HALF_BAND <= below_hz
            and max(level, level + more) > strongest - _QUIET_DB
        )
        if not told or more is None:
            found.append([])
        elif found[-1] and found[-1][-1][1] * more < 0:
            found.append([(centre, more)])
        else:
            found[-1].append((centre, more))
    wide = [run for run in found if len(run) > 1]
    wide.sort(key=lambda run: -abs(sum(more for _, more in run)))
    return [(run[0][0], run[-1][0], sum(more for _, more in run) / len(run)) for run in wide]


def _hertz(hz: float) -> str:
    return f"{hz / 1000:.2g} kHz" if hz >= 1000 else f"{float(f'{hz:.2g}'):g} Hz"


def _listed(parts: list[str]) -> str:
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last
