"""All 25 dimensions of one file, each a number or a reason."""

from typing import Any

import numpy as np

from auralis_cli.reference.bandwidth import bandwidth
from auralis_cli.reference.chroma import Chroma, constant_q_chroma
from auralis_cli.reference.decoded_channels import measure_channels
from auralis_cli.reference.decoding import load
from auralis_cli.reference.dynamics import dynamics_dimensions, sample_peak
from auralis_cli.reference.frequency import BANDS_HZ, band_power, frequency_dimensions
from auralis_cli.reference.gate import active_levels, centred_mean_square
from auralis_cli.reference.harmonic import harmonic_dimensions
from auralis_cli.reference.key import estimate_key
from auralis_cli.reference.loudness import gating_blocks, largest_loudness_lufs
from auralis_cli.reference.signal import Audio, frame_size_samples
from auralis_cli.reference.spectral import spectral_dimensions
from auralis_cli.reference.stereo import (
    block_correlations,
    channel_relation,
    level_difference_db,
    mid_is_cancelled,
    stereo_dimensions,
)
from auralis_cli.reference.stft import Spectrogram, long_stft, short_stft
from auralis_cli.reference.tempo import Tempo
from auralis_cli.reference.temporal import silence_ratio, temporal_dimensions
from auralis_cli.reference.value import Flags, Undefined, Value
from auralis_cli.reference.variation import loudness_range_lu, variation_dimensions

GROUPS: dict[str, tuple[str, ...]] = {
    "frequency": tuple(BANDS_HZ),
    "dynamics": ("lufs", "crest_db", "bass_mid_ratio"),
    "temporal": ("tempo_bpm", "rhythm_stability", "transient_density", "silence_ratio"),
    "spectral": ("spectral_centroid", "spectral_rolloff", "spectral_flatness"),
    "harmonic": ("harmonic_ratio", "pitch_stability", "chroma_energy"),
    "variation": ("dynamic_range_variation", "loudness_variation_std", "peak_consistency"),
    "stereo": ("stereo_width", "phase_correlation"),
}
KEYS = tuple(key for keys in GROUPS.values() for key in keys)

OF_THE_MID_CHANNEL = (
    *GROUPS["frequency"],
    "bass_mid_ratio",
    "tempo_bpm",
    "rhythm_stability",
    "transient_density",
    *GROUPS["spectral"],
    *GROUPS["harmonic"],
)
"""Dimensions of the mid channel: undefined if it is cancelled although L and R are not."""


def analyze(path: str) -> dict[str, Any]:
    """Decode a file and compute its fingerprint; see `analyze_audio` for the result."""
    return analyze_audio(load(path))


def analyze_audio(audio: Audio) -> dict[str, Any]:
    """{"fingerprint": all 25 keys, a float or None; "nulls": {key: reason}; "details": {…}}."""
    details: dict[str, Any] = {
        "duration_s": audio.duration_s,
        "samples": audio.stream_samples,
        "sample_rate_hz": audio.stream_rate_hz,
        "channels": audio.channels.shape[1],
        "decoder": audio.decoder,
        "non_finite_samples": audio.non_finite_samples,
        **measure_channels(audio.stream_channels, audio.stream_rate_hz),
        "max_momentary_lufs": largest_loudness_lufs(audio, 0.4),
        "max_short_term_lufs": largest_loudness_lufs(audio, 3.0),
        "loudness_blocks": gating_blocks(audio),
    }
    if peak := sample_peak(audio):
        details["sample_peak_dbfs"] = float(20 * np.log10(peak))
    if audio.is_silent:
        dimensions: dict[str, Value] = dict.fromkeys(KEYS, Undefined("silent"))
        return _result(dimensions | {"silence_ratio": 1.0, "transient_density": 0.0}, details)
    details["level_difference_db"] = level_difference_db(audio)
    active = active_short_frames(audio)
    dimensions = stereo_dimensions(audio) | variation_dimensions(audio)
    details["loudness_range_lu"] = loudness_range_lu(audio)
    correlations = block_correlations(audio)
    if correlations.size:
        details["lowest_correlation"] = float(np.percentile(correlations, 5))
    long = long_stft(audio)
    details["mid_cancelled"] = mid_is_cancelled(audio, band_power(long, 20, 2000), long.size_samples)
    details["channel_relation"] = channel_relation(audio, cancelled=details["mid_cancelled"])
    if not details["mid_cancelled"]:
        details["bandwidth_hz"], details["bandwidth_edge_db"] = bandwidth(audio, long) or (None, None)
        dimensions |= _mid_dimensions(audio, long, active, details)
    else:
        dimensions |= dynamics_dimensions(audio, long)
        dimensions |= {"silence_ratio": silence_ratio(active)}
        dimensions |= dict.fromkeys(OF_THE_MID_CHANNEL, Undefined("mid_silent"))
    return _result(dimensions, details)


def active_short_frames(audio: Audio) -> Flags:
    """Which frames of the short STFT pass the gate."""
    size = frame_size_samples(audio.rate_hz)
    return active_levels(centred_mean_square((audio.left, audio.right), size, size // 4))


def _mid_dimensions(
    audio: Audio, long: Spectrogram, active: Flags, details: dict[str, Any]
) -> dict[str, Value]:
    dimensions = frequency_dimensions(long) | dynamics_dimensions(audio, long)
    chroma = constant_q_chroma(long)
    short = short_stft(audio)
    temporal, tempo = temporal_dimensions(audio, short, active)
    dimensions |= temporal | spectral_dimensions(short, active) | harmonic_dimensions(audio, short, chroma)
    details.update(_chroma_details(chroma) | _tempo_details(tempo))
    return dimensions


def _chroma_details(chroma: Chroma) -> dict[str, Any]:
    if chroma.classes.shape[1] == 0:
        return {}
    mean = chroma.classes.mean(axis=1)
    details: dict[str, Any] = {"chroma": mean.tolist(), "tuning_thirds": chroma.tuning_thirds}
    if (key := estimate_key(mean)) is not None:
        details["key"], details["key_strength"] = key
    return details


def _tempo_details(tempo: Tempo | None) -> dict[str, Any]:
    if tempo is None:
        return {}
    alternatives = [{"bpm": level.bpm, "score": level.probability} for level in tempo.alternatives]
    return {"tempo_confidence": tempo.probability, "tempo_alternatives": alternatives}


def _result(dimensions: dict[str, Value], details: dict[str, Any]) -> dict[str, Any]:
    fingerprint: dict[str, float | None] = {}
    nulls: dict[str, str] = {}
    for key in KEYS:
        value = dimensions[key]
        if isinstance(value, Undefined):
            fingerprint[key], nulls[key] = None, value.reason
        elif not np.isfinite(value):
            raise ArithmeticError(f"{key} is {value}: the reference has a defect; report the file")
        else:
            fingerprint[key] = float(value)
    return {"fingerprint": fingerprint, "nulls": nulls, "details": details}
