"""An album as JSON and CSV, with all gains."""

import csv
import io
import os
from collections.abc import Sequence
from typing import Annotated, Final

from msgspec import Meta

from auralis_cli.check.album_view import AlbumView, Gains, TrackView
from auralis_cli.render.json_types import PathBase64, PathText, Printed, Seconds, indented_json
from auralis_cli.render.safe_text import base64_unless_utf8, utf8_text


class GainsObject(Printed, frozen=True):
    """What brings a track or an album to the reference levels; null where nothing is audible."""

    replaygain_db: Annotated[float | None, Meta(description="To -18 LUFS, ReplayGain 2.0.")]
    replaygain_peak: Annotated[float | None, Meta(description="True peak as a share of full scale.")]
    limited_db: Annotated[
        float | None, Meta(description="The same gain, or less where the peak would rise above -1 dBTP.")
    ]
    r128_q7_8: Annotated[
        int | None,
        Meta(description="To -23 LUFS in 256ths of a dB: R128_TRACK_GAIN, R128_ALBUM_GAIN of Opus."),
    ]


class AlbumTrackObject(Printed, frozen=True):
    """One track of an album."""

    path: PathText
    path_b64: PathBase64
    artist: str | None
    title: str | None
    duration_s: Seconds
    lufs: float | None
    loudness_range_lu: float | None
    true_peak_dbtp: float | None
    plr_lu: float | None
    tempo_bpm: float | None
    key: str | None
    spectral_centroid: float | None
    standing_out: Annotated[tuple[str, ...], Meta(description="The fields in which it stands out.")]
    gains: GainsObject


class AlbumObject(Printed, frozen=True):
    """One album: loudness gated over all tracks, highest true peak, gains, tracks."""

    album: str
    folder: PathText
    folder_b64: PathBase64
    lufs: float | None
    true_peak_dbtp: float | None
    gains: GainsObject
    tracks: tuple[AlbumTrackObject, ...]


class AlbumsObject(Printed, frozen=True):
    """The output of `album --json`."""

    albums: tuple[AlbumObject, ...]


CSV_COLUMNS: Final = (
    *("album", "path", "artist", "title", "duration_s"),
    *(
        "lufs",
        "loudness_range_lu",
        "true_peak_dbtp",
        "plr_lu",
        "tempo_bpm",
        "key",
        "spectral_centroid",
        "standing_out",
    ),
    *("replaygain_track_gain_db", "replaygain_track_peak", "limited_track_gain_db", "r128_track_gain"),
    *("album_lufs", "album_true_peak_dbtp"),
    *("replaygain_album_gain_db", "replaygain_album_peak", "limited_album_gain_db", "r128_album_gain"),
)


def albums_json(views: Sequence[AlbumView]) -> bytes:
    """The object, indented."""
    return indented_json(AlbumsObject(tuple(map(_album, views))))


def albums_csv(views: Sequence[AlbumView]) -> bytes:
    """A header and a line for each track; by RFC 4180 but for the line ends. Paths byte for byte."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CSV_COLUMNS)
    for view in views:
        whole = (view.lufs, view.true_peak_dbtp, *view.gains)
        for track in view.tracks:
            facts, tags = track.track.facts, track.track.tags
            writer.writerow(
                (
                    *(view.album.name, track.track.path, tags.artist, tags.title, facts.duration_s),
                    track.track.lufs,
                    *(facts.loudness_range_lu, facts.true_peak_dbtp, facts.plr_lu, track.tempo_bpm),
                    *(facts.key, track.centroid_hz, " ".join(sorted(track.standing_out))),
                    *track.gains,
                    *whole,
                )
            )
    return os.fsencode(text.getvalue())


def _album(view: AlbumView) -> AlbumObject:
    return AlbumObject(
        album=utf8_text(view.album.name),
        folder=utf8_text(view.album.place),
        folder_b64=base64_unless_utf8(view.album.place),
        lufs=view.lufs,
        true_peak_dbtp=view.true_peak_dbtp,
        gains=_gains(view.gains),
        tracks=tuple(map(_track, view.tracks)),
    )


def _track(view: TrackView) -> AlbumTrackObject:
    track = view.track
    return AlbumTrackObject(
        path=utf8_text(track.path),
        path_b64=base64_unless_utf8(track.path),
        artist=track.tags.artist,
        title=track.tags.title,
        duration_s=track.facts.duration_s,
        lufs=track.lufs,
        loudness_range_lu=track.facts.loudness_range_lu,
        true_peak_dbtp=track.facts.true_peak_dbtp,
        plr_lu=track.facts.plr_lu,
        tempo_bpm=view.tempo_bpm,
        key=None if track.facts.key is None else utf8_text(track.facts.key),
        spectral_centroid=view.centroid_hz,
        standing_out=tuple(sorted(view.standing_out)),
        gains=_gains(view.gains),
    )


def _gains(gains: Gains) -> GainsObject:
    return GainsObject(*gains)
