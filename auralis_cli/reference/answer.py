"""The analysis of a file in the form of the worker's protocol, with its content key."""

from typing import Any

import numpy as np
import xxhash

from auralis_cli.model.record import TrackWarning
from auralis_cli.reference.decoded_channels import effective_bits
from auralis_cli.reference.decoding import Decoded, Samples, audio_of, decode
from auralis_cli.reference.fingerprint import analyze_audio

OPTIONAL_DETAILS = (
    *("tempo_confidence", "chroma", "key", "key_strength"),
    *("loudness_range_lu", "sample_peak_dbfs", "lowest_correlation", "true_peak_dbtp", "true_peak_at_s"),
    *("max_momentary_lufs", "max_short_term_lufs", "level_difference_db", "channel_relation"),
    *(
        "bandwidth_hz",
        "bandwidth_edge_db",
        "clipping",
        "longest_silence_at_s",
        "start_level_db",
        "end_level_db",
    ),
)

ALWAYS_MEASURED = (
    *("loudness_blocks", "dc_offset", "channel_levels_dbfs"),
    *("leading_silence_s", "trailing_silence_s", "longest_silence_s"),
)


def analyse_file(path: str, ffmpeg: str | None) -> dict[str, Any]:
    """The fields of a `done` message. Raises UndecodableError."""
    decoded = decode(path, ffmpeg)
    audio = audio_of(decoded)
    result = analyze_audio(audio)
    return {
        "fingerprint": result["fingerprint"],
        "nulls": result["nulls"],
        "details": _details(decoded, result["details"], result["fingerprint"]["lufs"]),
        "warnings": _warnings(
            decoded, audio.non_finite_samples, result["details"].get("mid_cancelled", False)
        ),
        "content_key": content_key(decoded.samples, decoded.rate_hz),
    }


def content_key(samples: Samples, rate_hz: int) -> str:
    """The hash of the decoded audio: XXH3-128 over rate, length and the XXH3-128 of each channel's floats.

    It equals the worker's key if both decode to the same bits, as they do for lossless codecs.
    """
    summary = np.uint32(rate_hz).astype("<u4").tobytes() + np.uint64(len(samples)).astype("<u8").tobytes()
    for channel in samples.T:
        digest = xxhash.xxh3_128_intdigest(np.ascontiguousarray(channel, dtype="<f4").tobytes())
        summary += digest.to_bytes(16, "little")
    return xxhash.xxh3_128_hexdigest(summary)


def _details(decoded: Decoded, found: dict[str, Any], lufs: float | None) -> dict[str, Any]:
    return {
        "duration_s": found["duration_s"],
        "samples": found["samples"],
        "sample_rate_hz": decoded.rate_hz,
        "channels": found["channels"],
        "bit_depth": decoded.bit_depth,
        "container": decoded.container,
        "codec": decoded.codec,
        "decoder": decoded.decoder,
        "tempo_alternatives": found.get("tempo_alternatives", []),
        **{name: found.get(name) for name in OPTIONAL_DETAILS},
        **{name: found[name] for name in ALWAYS_MEASURED},
        "plr_lu": _plr_lu(found, lufs),
        "effective_bits": effective_bits(decoded.samples.astype(np.float64)) if decoded.bit_depth else None,
        "missing_samples": decoded.missing,
        "damaged_samples": 0,
    }


def _plr_lu(found: dict[str, Any], lufs: float | None) -> float | None:
    peak = found["true_peak_dbtp"]
    return None if peak is None or lufs is None else peak - lufs


def _warnings(decoded: Decoded, non_finite: int, mid_cancelled: bool) -> tuple[TrackWarning, ...]:
    warnings = []
    if decoded.missing:
        promised = len(decoded.samples) + decoded.missing
        why = f"{decoded.missing} of {promised} samples per channel are missing at the end of the file"
        warnings.append(TrackWarning("truncated", why, decoded.missing))
    if non_finite:
        why = f"{non_finite} samples are not finite numbers or beyond +20 dBFS; as damage they count as 0"
        warnings.append(TrackWarning("non_finite_samples", why, non_finite))
    if mid_cancelled:
        why = "left and right cancel each other: the polarity of one channel is inverted"
        warnings.append(TrackWarning("polarity", why, 1))
    return tuple(warnings)
