"""Group frequency: the share of seven bands in the power of the track."""

import numpy as np

from auralis_cli.reference.stft import Spectrogram
from auralis_cli.reference.value import Floats, Undefined, Value

BANDS_HZ: dict[str, tuple[float, float]] = {
    "sub_bass_pct": (20, 100),
    "bass_pct": (100, 500),
    "low_mid_pct": (500, 1000),
    "mid_pct": (1000, 2000),
    "upper_mid_pct": (2000, 4000),
    "presence_pct": (4000, 8000),
    "air_pct": (8000, 20_000),
}


def track_power(long: Spectrogram) -> Floats:
    """|X|² of the long STFT summed over all frames, per bin."""
    return np.asarray((long.magnitude**2).sum(axis=1))


def band_power(long: Spectrogram, low_hz: float, high_hz: float) -> float:
    """Power of the bins whose centre lies in [low, high)."""
    inside = (long.frequency_hz >= low_hz) & (long.frequency_hz < high_hz)
    return float(track_power(long)[inside].sum())


def frequency_dimensions(long: Spectrogram) -> dict[str, Value]:
    """Seven shares in percent of the power from 20 Hz to 20 kHz; they add up to 100.

    Undefined if the mid channel has no power between these limits.
    """
    power = {key: band_power(long, *edges) for key, edges in BANDS_HZ.items()}
    total = sum(power.values())
    if total <= 0:
        return dict.fromkeys(BANDS_HZ, Undefined("mid_silent"))
    return {key: 100 * value / total for key, value in power.items()}
