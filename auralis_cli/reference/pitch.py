"""Pitch by YIN (de Cheveigné & Kawahara 2002), and how steady it is."""

from dataclasses import dataclass

import numpy as np
import scipy.signal

from auralis_cli.reference.gate import active_levels, centred_mean_square
from auralis_cli.reference.signal import Audio
from auralis_cli.reference.value import Floats, Undefined, Value

TARGET_RATE_HZ = 22_050
PASS_BAND_HZ = 8000.0
STOP_BAND_DB = 90.0
MIN_HZ, MAX_HZ = 65, 1050
DIP_TOLERANCE = 0.01
SAME_PITCH_CENTS = 50.0
DISTANCE_FRAMES = 2
CHUNK_FRAMES = 256


@dataclass(frozen=True)
class PitchTrack:
    """Per YIN frame: the fundamental in Hz (NaN where nothing repeats) and the confidence 1 - d'."""

    f0_hz: Floats
    confidence: Floats


def pitch_stability(audio: Audio) -> Value:
    """Mean over active frames of the confidence where f0 is within 50 cents of two frames before, else 0.

    Frames 0 and 1 have no frame two before them and do not count; the earlier frame need not be active.
    """
    factor = decimation_factor(audio.rate_hz)
    window = integration_window_samples(audio.rate_hz / factor)
    track = track_pitch(audio)
    level = centred_mean_square((audio.left, audio.right), 2 * window * factor, window * factor)
    judged = active_levels(level)[DISTANCE_FRAMES:]
    if not judged.any():
        return Undefined("no_active_frame")
    cents = 1200 * np.abs(np.log2(track.f0_hz[DISTANCE_FRAMES:] / track.f0_hz[:-DISTANCE_FRAMES]))
    held = np.where(cents <= SAME_PITCH_CENTS, track.confidence[DISTANCE_FRAMES:], 0)
    return float(held[judged].mean())


def decimation_factor(rate_hz: int) -> int:
    """2^round(log2(rate/22050)), at least 1."""
    return int(2 ** max(0, round(np.log2(rate_hz / TARGET_RATE_HZ))))


def integration_window_samples(decimated_rate_hz: float) -> int:
    """W = round(1024·r/22050)."""
    return round(1024 * decimated_rate_hz / TARGET_RATE_HZ)


def decimate(samples: Floats, rate_hz: int) -> Floats:
    """Every D-th sample of the low-passed signal: flat to 8 kHz, 90 dB down at half the new rate, no delay.

    Where half the new rate is itself near 8 kHz, the pass band ends at 0.36 of the new rate instead.
    """
    factor = decimation_factor(rate_hz)
    if factor == 1:
        return samples
    new_rate_hz = rate_hz / factor
    stop_hz = new_rate_hz / 2
    pass_hz = min(PASS_BAND_HZ, 0.36 * new_rate_hz)
    taps, beta = scipy.signal.kaiserord(STOP_BAND_DB, (stop_hz - pass_hz) / (rate_hz / 2))
    low_pass = scipy.signal.firwin(taps | 1, (pass_hz + stop_hz) / 2, window=("kaiser", beta), fs=rate_hz)
    padded = np.pad(samples, low_pass.size // 2)
    return np.asarray(scipy.signal.oaconvolve(padded, low_pass, mode="valid")[::factor])


def track_pitch(audio: Audio) -> PitchTrack:
    """YIN on the decimated mid channel: frames of 2W centred every W on zero-padded ends."""
    factor = decimation_factor(audio.rate_hz)
    rate_hz = audio.rate_hz / factor
    window = integration_window_samples(rate_hz)
    min_lag, max_lag = int(rate_hz // MAX_HZ), int(np.ceil(rate_hz / MIN_HZ))
    frames = 1 + audio.length_samples // (window * factor)
    decimated = decimate(audio.mid, audio.rate_hz)
    padded = np.zeros((frames + 1) * window)
    inside = decimated[: padded.size - window]
    padded[window : window + inside.size] = inside
    framed = np.lib.stride_tricks.sliding_window_view(padded, 2 * window)[::window]
    f0_hz, confidence = [], []
    for start in range(0, frames, CHUNK_FRAMES):
        for dips in normalised_difference(framed[start : start + CHUNK_FRAMES], window, max_lag):
            lag, dip = pick_period(dips, min_lag, max_lag)
            f0_hz.append(rate_hz / lag)
            confidence.append(float(np.clip(1 - dip, 0, 1)))
    return PitchTrack(np.array(f0_hz), np.array(confidence))


def normalised_difference(framed: Floats, window: int, max_lag: int) -> Floats:
    """d' at lags 0…max_lag, shape (frames, lags): d(τ)·τ / Σ_{1…τ} d, with d(τ) = Σ_{1≤j≤W} (x_j - x_{j+τ})².

    The sum has terms 1 to W, as in equation 6 of the paper and in `librosa.yin` up to 0.10. Version 0.11 sums
    over the whole frame, extended by zeros, whose difference is not 0 at the period of a tone. d'(0) = 1 by
    definition; NaN where all differences up to a lag are 0.
    """
    frames = np.ascontiguousarray(framed)
    difference = np.empty((frames.shape[0], max_lag + 1))
    terms = frames[:, 1 : window + 1]
    for lag in range(max_lag + 1):
        difference[:, lag] = ((terms - frames[:, 1 + lag : 1 + lag + window]) ** 2).sum(axis=1)
    normalised = np.ones_like(difference)
    running = np.cumsum(difference[:, 1:], axis=1)
    lags = np.arange(1, max_lag + 1)
    with np.errstate(invalid="ignore"):
        normalised[:, 1:] = difference[:, 1:] * lags / running
    return normalised


def pick_period(dips: Floats, min_lag: int, max_lag: int) -> tuple[float, float]:
    """The period in samples and d' there; (NaN, 1) where d' is not defined.

    From the smallest lag whose d' is within 0.01 of the minimum it goes downhill to the local minimum, so
    that a tone is not read an octave too low. A parabola refines a minimum inside the range.
    """
    allowed = dips[min_lag : max_lag + 1]
    if np.isnan(allowed).any():
        return np.nan, 1.0
    lag = int(np.argmax(allowed <= allowed.min() + DIP_TOLERANCE))
    while lag + 1 < allowed.size and allowed[lag + 1] < allowed[lag]:
        lag += 1
    dip = float(allowed[lag])
    if lag in (0, allowed.size - 1):
        return float(min_lag + lag), dip
    before, after = float(allowed[lag - 1]), float(allowed[lag + 1])
    curvature = before - 2 * dip + after
    shift = 0.5 * (before - after) / curvature if curvature > 0 else 0.0
    return min_lag + lag + shift, dip
