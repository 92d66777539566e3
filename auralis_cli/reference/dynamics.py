"""Group dynamics: loudness, crest factor and the balance of bass and mid."""

import numpy as np

from auralis_cli.reference.frequency import band_power
from auralis_cli.reference.loudness import BLOCK_S, integrated_loudness_lufs
from auralis_cli.reference.signal import Audio
from auralis_cli.reference.stft import Spectrogram
from auralis_cli.reference.value import Undefined, Value

MAX_RATIO_DB = 60.0


def dynamics_dimensions(audio: Audio, long: Spectrogram) -> dict[str, Value]:
    """`lufs` in LUFS, `crest_db` and `bass_mid_ratio` in dB, of a track that is not silent."""
    return {
        "lufs": _lufs(audio),
        "crest_db": _crest_db(audio),
        "bass_mid_ratio": _bass_mid_ratio_db(long),
    }


def sample_peak(audio: Audio) -> float:
    """The largest absolute sample of L and R, offset included."""
    return float(max(np.abs(x).max() for x in (audio.mixed_left, audio.mixed_right)))


def _lufs(audio: Audio) -> Value:
    if audio.duration_s < BLOCK_S:
        return Undefined("too_short")
    lufs = integrated_loudness_lufs(audio)
    return lufs if np.isfinite(lufs) else Undefined("below_gate")


def _crest_db(audio: Audio) -> float:
    """20·log10(peak / RMS), both about the means and over L and R."""
    peak = max(np.abs(x - x.mean()).max() for x in (audio.left, audio.right))
    return float(20 * np.log10(peak / np.sqrt((audio.left.var() + audio.right.var()) / 2)))


def _bass_mid_ratio_db(long: Spectrogram) -> Value:
    """10·log10(E(20-250 Hz) / E(250-2000 Hz)) within ±60 dB."""
    bass, mid = band_power(long, 20, 250), band_power(long, 250, 2000)
    if bass <= 0 and mid <= 0:
        return Undefined("mid_silent")
    with np.errstate(divide="ignore"):
        ratio_db = 10 * (np.log10(bass) - np.log10(mid))
    return float(np.clip(ratio_db, -MAX_RATIO_DB, MAX_RATIO_DB))
