"""Group spectral: centroid, rolloff and flatness, averaged over active frames."""

import librosa
import numpy as np

from auralis_cli.reference.stft import Spectrogram
from auralis_cli.reference.value import Flags, Floats, Undefined, Value

ROLLOFF_SHARE = 0.85
FLATNESS_BAND_HZ = (100.0, 10_000.0)
FLATNESS_FLOOR = 1e-8
FRAMES_AT_ONCE = 4096
KEYS = ("spectral_centroid", "spectral_rolloff", "spectral_flatness")


def spectral_dimensions(short: Spectrogram, active: Flags) -> dict[str, Value]:
    """Means over the active frames of the short STFT whose magnitude is not 0.

    Frames do not depend on each other. Some thousands at a time keep librosa's copies of them small.
    """
    frames = np.flatnonzero(active & (short.magnitude.sum(axis=0) > 0))
    if frames.size == 0:
        return dict.fromkeys(KEYS, Undefined("no_active_frame"))
    centroid_hz, rolloff_hz, flatness = [], [], []
    for part in np.array_split(frames, 1 + frames.size // FRAMES_AT_ONCE):
        magnitude = short.magnitude[:, part]
        centroid_hz.append(librosa.feature.spectral_centroid(S=magnitude, freq=short.frequency_hz)[0])
        rolloff_hz.append(
            librosa.feature.spectral_rolloff(
                S=magnitude**2, freq=short.frequency_hz, roll_percent=ROLLOFF_SHARE
            )[0]
        )
        flatness.append(_flatness(magnitude, short.frequency_hz))
    return {
        "spectral_centroid": _mean(centroid_hz),
        "spectral_rolloff": _mean(rolloff_hz),
        "spectral_flatness": _mean(flatness),
    }


def _flatness(magnitude: Floats, frequency_hz: Floats) -> Floats:
    """Geometric over arithmetic mean of the power from 100 Hz to 10 kHz, both ends included.

    Each frame is first scaled to a mean power of 1, so the floor of 10⁻⁸ is relative to that. Bins raised to
    the floor count in both means. Frames without power in the band do not count.
    """
    low_hz, high_hz = FLATNESS_BAND_HZ
    band = magnitude[(frequency_hz >= low_hz) & (frequency_hz <= high_hz)]
    mean_power = (band**2).mean(axis=0)
    band, mean_power = band[:, mean_power > 0], mean_power[mean_power > 0]
    if mean_power.size == 0:
        return np.zeros(0)
    scaled = band / np.sqrt(mean_power)
    return np.asarray(librosa.feature.spectral_flatness(S=scaled, amin=FLATNESS_FLOOR, power=2)[0])


def _mean(parts: list[Floats]) -> Value:
    values = np.concatenate(parts)
    return float(values.mean()) if values.size else Undefined("no_active_frame")
