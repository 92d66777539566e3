"""Records and tracks as an analysis would give them, for tests that need no worker."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from auralis_cli.model.dimensions import dimensions
from auralis_cli.model.record import AnalyzerName, AnalyzerVersion, Record, Track, TrackError, TrackWarning
from auralis_cli.model.tags import Tags
from auralis_cli.store.cache import Cache

ANALYZER = AnalyzerVersion(AnalyzerName.WORKER, 3, "0.1.0")
FAILURE = TrackError("nothing_decoded", "nothing of the audio decodes")
NEEDS_FFMPEG = TrackError("unsupported_codec", "needs ffmpeg", depends_on_ffmpeg=True)
MTIME_NS = 1_700_000_000_123_456_789
LATER_NS = 1_800_000_000_000_000_000

EVERY_TAG = Tags(
    title="So What",
    artist="Miles Davis",
    album_artist="Miles Davis; Bill Evans",
    album="Kind of Blue",
    genre="Jazz",
    date="1959-08-17",
    track=1,
    track_total=5,
    disc=1,
    disc_total=2,
    compilation=False,
    isrc="USSM15900113",
    musicbrainz_recording_id="a5b6ee0a-fd8e-42a5-a6ba-d4fd4ca3a0f6",
    musicbrainz_track_id="00000000-0000-0000-0000-000000000001",
    musicbrainz_album_id="00000000-0000-0000-0000-000000000002",
    musicbrainz_artist_id="00000000-0000-0000-0000-000000000003",
    musicbrainz_album_artist_id="00000000-0000-0000-0000-000000000004",
    musicbrainz_release_group_id="00000000-0000-0000-0000-000000000005",
)


def make_record(
    values: Mapping[str, float | None] | None = None,
    /,
    *,
    codec: str = "flac",
    container: str = "flac",
    content_key: str = "0123456789abcdef" * 2,
    audio_key: str | None = None,
    tags: Tags | None = None,
    warnings: tuple[TrackWarning, ...] = (),
    analyzer: AnalyzerVersion = ANALYZER,
    **more_values: float | None,
) -> Record:
    """A record of plausible values, but for those given; a None gets a reason."""
    fingerprint: dict[str, float | None] = {d.key: (d.usual_low + d.usual_high) / 3 for d in dimensions()}
    fingerprint.update(values or {}, **more_values)
    details: dict[str, Any] = {
        "duration_s": 200.5,
        "codec": codec,
        "container": container,
        "chroma": [1 / 12] * 12,
    }
    return Record(
        analyzer=analyzer.name,
        analysis_version=analyzer.analysis_version,
        worker_version=analyzer.worker_version,
        fingerprint=fingerprint,
        nulls={key: "silent" for key, value in fingerprint.items() if value is None},
        details=details,
        warnings=warnings,
        content_key=content_key,
        audio_key=audio_key,
        tags=tags,
    )


def record_at(cache: Cache, path: str) -> Record | None:
    """The record in this path's row."""
    return cache.records([path]).get(path)


def see(path: Path) -> Track:
    """The track as discovery sees it now."""
    return Track.seen(str(path), path.stat())


def write_file(path: Path, content: bytes = b"audio", mtime_ns: int = MTIME_NS) -> Track:
    """A file with this content and time, its folders made where missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    os.utime(path, ns=(mtime_ns, mtime_ns))
    return see(path)


def large_content(*, middle: bytes = b"") -> bytes:
    """2 MiB of bytes that differ everywhere; `middle` stands at 600,000, outside the file key's samples."""
    content = bytearray(index * 2_654_435_761 >> 16 & 0xFF for index in range(1 << 16)) * 32
    content[600_000 : 600_000 + len(middle)] = middle
    return bytes(content)
