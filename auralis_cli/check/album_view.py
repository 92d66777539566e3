"""An album as a mastering engineer looks at it: the figures of each track side by side, what stands out, and
the gains that players would apply.
"""

import math
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

import msgspec

from auralis_cli.check.album_loudness import album_loudness
from auralis_cli.check.limits import DEFAULTS
from auralis_cli.check.outliers import FEWEST_FOR_STATISTICS, robust_scores
from auralis_cli.check.targets import TARGETS
from auralis_cli.check.track import Album, Track
from auralis_cli.model.dimensions import keys

PEAK_LIMIT_DBTP: Final = -1.0
"""A gain that would lift the true peak above it is limited: EBU R 128."""
_Q7_8: Final = 256
_LOWEST_Q7_8, _HIGHEST_Q7_8 = -(1 << 15), (1 << 15) - 1


class Gains(NamedTuple):
    """What brings a track or an album to the reference levels; None where nothing is audible.

    `replaygain_db` to -18 LUFS, `replaygain_peak` the true peak as a share of full scale (ReplayGain 2.0);
    `r128_q7_8` to -23 LUFS as RFC 7845, clause 5.2.1, writes it: 256ths of a dB. `limited_db` is
    `replaygain_db`, or less where the peak would rise above -1 dBTP.
    """

    replaygain_db: float | None = None
    replaygain_peak: float | None = None
    limited_db: float | None = None
    r128_q7_8: int | None = None


class TrackView(msgspec.Struct, frozen=True):
    """One track; `standing_out` has the names of the columns in which it differs from its album."""

    track: Track
    tempo_bpm: float | None
    centroid_hz: float | None
    gains: Gains
    standing_out: frozenset[str]


class AlbumView(msgspec.Struct, frozen=True):
    """An album: its tracks in the order in which they are played, its loudness in LUFS, gated over all
    tracks, and its highest true peak in dBTP.
    """

    album: Album
    tracks: Sequence[TrackView]
    lufs: float | None
    true_peak_dbtp: float | None
    gains: Gains


class _Column(NamedTuple):
    """A figure that tracks are compared by, and the least spread that is taken for one."""

    name: str
    of: Callable[[Track], float | None]
    least_spread: float


def view(album: Album) -> AlbumView:
    """The album, whose tracks were read with their loudness blocks."""
    loudness = album_loudness(album.tracks)
    peaks = [peak for track in album.tracks if (peak := track.facts.true_peak_dbtp) is not None]
    highest = max(peaks, default=None)
    standing_out = _standing_out(album.tracks)
    tracks = [
        TrackView(
            track,
            _value(track, "tempo_bpm"),
            _value(track, "spectral_centroid"),
            gains_of(track.lufs, track.facts.true_peak_dbtp),
            frozenset(name for name, paths in standing_out.items() if track.path in paths),
        )
        for track in _as_played(album.tracks)
    ]
    return AlbumView(album, tracks, loudness, highest, gains_of(loudness, highest))


def _as_played(tracks: Sequence[Track]) -> Sequence[Track]:
    """By disc and number, where the tags have a number for each track, else by path, as they are."""
    if any(track.tags.track is None for track in tracks):
        return tracks
    return sorted(tracks, key=lambda track: (track.tags.disc or 1, track.tags.track or 0))


def gains_of(lufs: float | None, true_peak_dbtp: float | None) -> Gains:
    """The gains of audio of this loudness and true peak."""
    if lufs is None:
        return Gains()
    replaygain = TARGETS["replaygain"].lufs - lufs
    r128 = round((TARGETS["ebu-r128"].lufs - lufs) * _Q7_8)
    peak = None if true_peak_dbtp is None else 10 ** (true_peak_dbtp / 20)
    limited = replaygain if true_peak_dbtp is None else min(replaygain, PEAK_LIMIT_DBTP - true_peak_dbtp)
    return Gains(replaygain, peak, limited, min(max(r128, _LOWEST_Q7_8), _HIGHEST_Q7_8))


def _standing_out(tracks: Sequence[Track]) -> dict[str, set[str]]:
    """By column the paths of the tracks that lie far from the median of the album."""
    found = {}
    for column in _COLUMNS:
        known = [(track.path, value) for track in tracks if (value := column.of(track)) is not None]
        if len(known) < FEWEST_FOR_STATISTICS:
            continue
        scores = robust_scores([value for _, value in known], column.least_spread)
        found[column.name] = {
            path for (path, _), score in zip(known, scores, strict=True) if score > DEFAULTS.outlier_z
        }
    return found


_AT: Final = {key: at for at, key in enumerate(keys())}


def _value(track: Track, key: str) -> float | None:
    return track.values[_AT[key]]


def _octaves(track: Track, key: str) -> float | None:
    value = _value(track, key)
    return math.log2(value) if value and value > 0 else None


_COLUMNS: Final = (
    _Column("lufs", lambda track: track.lufs, 0.5),
    _Column("loudness_range_lu", lambda track: track.facts.loudness_range_lu, 1.0),
    _Column("true_peak_dbtp", lambda track: track.facts.true_peak_dbtp, 0.5),
    _Column("plr_lu", lambda track: track.facts.plr_lu, 0.5),
    _Column("tempo_bpm", lambda track: _octaves(track, "tempo_bpm"), 0.1),
    _Column("spectral_centroid", lambda track: _octaves(track, "spectral_centroid"), 0.1),
)
"""Tempo and brightness are heard in ratios, so they are compared in octaves."""
