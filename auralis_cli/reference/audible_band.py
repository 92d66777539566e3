"""Rates above 50 kHz: what lies above hearing is filtered away first of all."""

import numpy as np
import scipy.signal

from auralis_cli.reference.value import Floats

MAX_PLAIN_RATE_HZ = 50_000
MIN_RATE_HZ = 44_100
PASS_HZ = 21_000.0
MIN_STOP_HZ = 23_100.0
STOP_BAND_DB = 120.0


def audible_band(channels: Floats, rate_hz: int) -> tuple[Floats, int]:
    """The channels low-passed at 21 kHz without delay, the rate halved while it stays at 44.1 kHz or above.

    One filter does it, from 21 kHz to 23.1 kHz, or to half the new rate if that is 24 or 25 kHz.
    """
    if rate_hz <= MAX_PLAIN_RATE_HZ:
        return channels, rate_hz
    factor = 1
    while rate_hz % (2 * factor) == 0 and rate_hz // (2 * factor) >= MIN_RATE_HZ:
        factor *= 2
    new_rate_hz = rate_hz // factor
    stop_hz = MIN_STOP_HZ if new_rate_hz > MAX_PLAIN_RATE_HZ else max(MIN_STOP_HZ, new_rate_hz / 2)
    taps, beta = scipy.signal.kaiserord(STOP_BAND_DB, (stop_hz - PASS_HZ) / (rate_hz / 2))
    low_pass = scipy.signal.firwin(taps | 1, (PASS_HZ + stop_hz) / 2, window=("kaiser", beta), fs=rate_hz)
    side = low_pass.size // 2
    padded = np.pad(channels, ((side, side), (0, 0)))
    filtered = scipy.signal.oaconvolve(padded, low_pass[:, np.newaxis], mode="valid", axes=0)
    return np.asarray(filtered[::factor]), new_rate_hz
