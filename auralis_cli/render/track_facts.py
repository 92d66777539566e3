"""What a panel says besides the 25 values: format, origin, key, tempo, levels; why a value is missing."""

from collections.abc import Iterator

from auralis_cli.library.musical_key import PITCH_CLASSES, key_named
from auralis_cli.model.record import Record
from auralis_cli.model.record_rules import Details
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.model.tags import Tags
from auralis_cli.render.format_names import format_name
from auralis_cli.render.formats import format_duration
from auralis_cli.render.safe_text import safe_text

SHOWN_PITCH_CLASSES = 3
CHANNEL_WORDS = {1: "mono", 2: "stereo"}
ORIGINS = {
    Status.ANALYSED: "analysed now",
    Status.CACHED: "known",
    Status.MOVED: "known from its former path",
    Status.RETAGGED: "known by its audio, with other tags",
}


def describe_audio(details: Details) -> str:
    """Duration, format, rate, depth, channels."""
    parts = [
        format_duration(details.duration_s),
        format_name(details.codec, details.container),
        f"{details.sample_rate_hz / 1000:g} kHz" if details.sample_rate_hz else "",
        f"{details.bit_depth} bit" if details.bit_depth else "",
        CHANNEL_WORDS.get(details.channels, f"{details.channels} channels") if details.channels else "",
    ]
    return " | ".join(part for part in parts if part)


def describe_tags(tags: Tags, *, with_name: bool) -> str:
    """Album, its artist, disc and track number, date, genre; `with_name` also artist or title."""
    parts = [tags.artist, tags.title] if with_name else []
    parts.append(tags.album)
    if tags.album_artist and tags.album_artist != tags.artist:
        parts.append(f"album by {tags.album_artist}")
    for word, number, total in (
        ("disc", tags.disc, tags.disc_total),
        ("track", tags.track, tags.track_total),
    ):
        if number is not None:
            parts.append(f"{word} {number}" + (f" of {total}" if total else ""))
    parts += [tags.date, tags.genre]
    return " | ".join(safe_text(part) for part in parts if part)


def describe_analysis(result: TrackResult, record: Record, decoder: str, *, stored: bool) -> str:
    """Where the numbers come from, and whether a new result was kept."""
    origin = ORIGINS.get(result.status, str(result.status))
    if result.taken_from is not None:
        how = {Status.CACHED: "of the same audio in ", Status.RETAGGED: "before in "}.get(result.status, "")
        origin += f" {how}{safe_text(result.taken_from)}"
    if result.status is Status.ANALYSED and not stored:
        origin += ", not stored"
    maker = f"analysis {record.analysis_version} by {record.analyzer} {safe_text(record.worker_version)}"
    return f"{origin} | {maker}{' | decoded by ffmpeg' if decoder == 'ffmpeg' else ''}"


def describe_findings(details: Details) -> Iterator[tuple[str, str]]:
    """Name and sentence of each finding about this audio: key, tempo levels, loudness range, peaks."""
    if details.key is not None:
        known = key_named(details.key)
        notes = [] if known is None else [f"Camelot {known.camelot}", f"Open Key {known.open_key}"]
        notes += [] if details.key_strength is None else [f"strength {details.key_strength:.2f}"]
        yield "key", safe_text(details.key) + (f" ({', '.join(notes)})" if notes else "")
    if details.chroma is not None and len(details.chroma) == len(PITCH_CLASSES):
        ranked = sorted(zip(details.chroma, PITCH_CLASSES, strict=True), reverse=True)[:SHOWN_PITCH_CLASSES]
        yield "pitches", "most power in " + ", ".join(f"{name} {100 * share:.0f} %" for share, name in ranked)
    if details.tempo_confidence is not None:
        others = [f"{other.bpm:.1f} BPM (score {other.score:.2f})" for other in details.tempo_alternatives]
        yield "tempo", "; or ".join([f"confidence {details.tempo_confidence:.2f}", *others])
    if details.loudness_range_lu is not None:
        yield "loudness", f"range {details.loudness_range_lu:.1f} LU"
    if details.sample_peak_dbfs is not None:
        peaks = [f"highest sample {details.sample_peak_dbfs:z.1f} dBFS"]
        if details.true_peak_dbtp is not None:
            peaks.append(f"true peak {details.true_peak_dbtp:z.1f} dBTP")
        yield "peak", ", ".join(peaks)
    if (clipping := details.clipping) is not None:
        runs = "1 run" if clipping.runs == 1 else f"{clipping.runs} runs"
        first = f"first at {format_duration(clipping.first_s)}"
        yield "clipped", f"{runs} at {clipping.ceiling_dbfs:z.1f} dBFS, {clipping.samples} samples, {first}"
    if details.lowest_correlation is not None:
        yield (
            "stereo",
            f"correlation falls to {details.lowest_correlation:.2f} (5th percentile of the blocks)",
        )


NULL_REASONS = {
    "silent": "nothing to hear: no sample above -200 dBFS",
    "mid_silent": "left and right cancel: their sum is silent",
    "too_short": "the track is too short",
    "below_gate": "nothing passes the loudness gate",
    "no_pulse": "no steady pulse",
    "no_active_frame": "no frame passes the level gate",
    "constant_channel": "a channel is constant",
}


def explain_null(reason: str) -> str:
    """The reason in words; a code of a newer worker is shown as it is."""
    return NULL_REASONS.get(reason, reason.replace("_", " "))
