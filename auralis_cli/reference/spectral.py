"""Group spectral: centroid, rolloff and flatness, averaged over active frames."""

import librosa
import numpy as np

from auralis_cli.reference.stft import Spectrogram
from auralis_cli.reference.value import Flags, Floats, Undefined, Value

ROLLOFF_SHARE = 0.85
FLATNESS_BAND_HZ = (100.0, 10_000.0)
FLATNESS_FLOOR = 1e-8
KEYS = ("spectral_centroid", "spectral_rolloff", "spectral_flatness")


def spectral_dimensions(short: Spectrogram, active: Flags) -> dict[str, Value]:
    """Means over the active frames of the short STFT that have any magnitude at all."""
    magnitude = short.magnitude[:, active & (short.magnitude.sum(axis=0) > 0)]
    if magnitude.shape[1] == 0:
        return dict.fromkeys(KEYS, Undefined("no_active_frame"))
    centroid_hz = librosa.feature.spectral_centroid(S=magnitude, freq=short.frequency_hz)
    rolloff_hz = librosa.feature.spectral_rolloff(
        S=magnitude**2, freq=short.frequency_hz, roll_percent=ROLLOFF_SHARE
    )
    return {
        "spectral_centroid": float(centroid_hz.mean()),
        "spectral_rolloff": float(rolloff_hz.mean()),
        "spectral_flatness": _mean_flatness(magnitude, short.frequency_hz),
    }


def _mean_flatness(magnitude: Floats, frequency_hz: Floats) -> Value:
    """Geometric over arithmetic mean of the power from 100 Hz to 10 kHz, both ends included.

    Each frame is scaled to a mean power of 1 first, so that the floor of 10⁻⁸ is relative to it; the floored
    bins enter both means. Frames without power in the band are left out.
    """
    low_hz, high_hz = FLATNESS_BAND_HZ
    band = magnitude[(frequency_hz >= low_hz) & (frequency_hz <= high_hz)]
    mean_power = (band**2).mean(axis=0)
    band, mean_power = band[:, mean_power > 0], mean_power[mean_power > 0]
    if mean_power.size == 0:
        return Undefined("no_active_frame")
    scaled = band / np.sqrt(mean_power)
    return float(librosa.feature.spectral_flatness(S=scaled, amin=FLATNESS_FLOOR, power=2).mean())
