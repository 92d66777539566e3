"""The tempo that a listener would tap, and how steadily its beat repeats."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from auralis_cli.reference.value import Floats, Undefined

SHORTEST_TRACK_S = 4.0
LOCAL_MEAN_S = 0.5
TEMPI_BPM = np.geomspace(40, 260, 800)
LAG_WEIGHTS = {1: 2.0, 2: 1.0, 4: 1.0, 8: 1.0}
LAG_TOLERANCE = 0.01
FOURIER_WINDOW_S = 12.0
FOURIER_HOP_S = 3.0
FOURIER_TOLERANCE = 0.004
FOURIER_POINTS = 1 << 17
HARMONIC_FLOOR = 0.05
PREFERRED_BPM = 120.0
REFINEMENT = {1: 0.02, 2: 0.012, 4: 0.008, 8: 0.004, 16: 0.0025, 32: 0.0015}
REFINEMENT_REACH_FRAMES = 2
LEAST_PEAK = 0.1
LONGEST_LAG_SHARE = 0.7
RANGE_TOLERANCE = 0.005
ALTERNATIVE_RATIOS = (1 / 3, 1 / 2, 2 / 3, 3 / 2, 2.0, 3.0)
STABILITY_WINDOW_S = 12.0
STABILITY_HOP_S = 6.0
STABILITY_RANGE = (0.92, 1.08)


@dataclass(frozen=True)
class Tempo:
    """The winning tempo: its beat in frames, its salience a(T)/5, and other metrical levels.

    alternatives: (BPM, score relative to the winner's) of the levels at simple ratios, best first.
    """

    LEAST_SALIENCE: ClassVar[float] = 0.05

    bpm: float
    beat_frames: float
    salience: float
    alternatives: tuple[tuple[float, float], ...]


def tempo_envelope(flux: Floats, frame_rate_hz: float) -> Floats:
    """Flux minus its local mean over 0.5 s (Hann-weighted), clipped at 0.

    The weight of a frame k away is ½(1 + cos(2πk / 0.5 s)); at the ends of the track the mean is taken over
    the frames that exist.
    """
    width = LOCAL_MEAN_S * frame_rate_hz
    offsets = np.arange(-int(width / 2), int(width / 2) + 1)
    weights = 0.5 * (1 + np.cos(2 * np.pi * offsets / width))
    reach = offsets.size // 2
    total = np.convolve(flux, weights)[reach : reach + flux.size]
    weight = np.convolve(np.ones(flux.size), weights)[reach : reach + flux.size]
    return np.maximum(flux - total / weight, 0)


def estimate_tempo(envelope: Floats, frame_rate_hz: float, duration_s: float) -> Tempo | Undefined:
    """The tempo whose lags repeat and whose harmonics stand out, near 120 BPM when in doubt.

    score(T) = a(T) · √(F(T) + F(2T) + F(4T)) · exp(-½ log2(T/120)²), and 0 where F(T) is under 5 % of
    max(F(2T), F(4T)). Undefined: a track under 4 s, or one in which no tempo scores.
    """
    if duration_s < SHORTEST_TRACK_S:
        return Undefined("too_short")
    correlation = autocorrelation(envelope)
    lag_strength = lag_salience(correlation, frame_rate_hz)
    score = lag_strength * _harmonic_strength(envelope, frame_rate_hz)
    score *= np.exp(-0.5 * np.log2(TEMPI_BPM / PREFERRED_BPM) ** 2)
    best = int(np.argmax(score))
    if not score[best] > 0:
        return Undefined("no_pulse")
    beat_frames = refine_lag(correlation, 60 * frame_rate_hz / float(TEMPI_BPM[best]))
    bpm = tempo_in_range(60 * frame_rate_hz / beat_frames)
    return Tempo(
        bpm=bpm,
        beat_frames=60 * frame_rate_hz / bpm,
        salience=float(lag_strength[best]) / sum(LAG_WEIGHTS.values()),
        alternatives=_alternatives(score, best),
    )


def tempo_in_range(bpm: float) -> float:
    """The refinement may leave 40-260: within 0.5 % the end itself counts, beyond it the next octave in."""
    slowest, fastest = TEMPI_BPM[0], TEMPI_BPM[-1]
    if bpm > fastest * (1 + RANGE_TOLERANCE):
        return bpm / 2
    if bpm < slowest * (1 - RANGE_TOLERANCE):
        return bpm * 2
    return float(np.clip(bpm, slowest, fastest))


def autocorrelation(envelope: Floats) -> Floats:
    """A(l) = [Σ e_t·e_{t+l} / (n - l)] / [Σ e_t² / n] of the mean-removed envelope; all 0 for a flat one."""
    centred = envelope - envelope.mean()
    frames = centred.size
    power = float((centred**2).sum())
    if power <= 0:
        return np.zeros(frames)
    spectrum = np.fft.rfft(centred, 2 * frames)
    products = np.fft.irfft(np.abs(spectrum) ** 2, 2 * frames)[:frames]
    return np.asarray(products / (frames - np.arange(frames)) / (power / frames))


def lag_salience(correlation: Floats, frame_rate_hz: float) -> Floats:
    """a(T) = 2·A(1 beat) + A(2) + A(4) + A(8), clipped at 0, at each of the 800 tempi.

    Each A is the largest within ±1 % of its lag; a lag beyond half the track counts 0.
    """
    strength = np.zeros(TEMPI_BPM.size)
    for index, bpm in enumerate(TEMPI_BPM):
        beat_frames = 60 * frame_rate_hz / bpm
        for beats, weight in LAG_WEIGHTS.items():
            lag = beats * beat_frames
            if lag <= correlation.size / 2:
                strength[index] += weight * largest_within(
                    correlation, lag * (1 - LAG_TOLERANCE), lag * (1 + LAG_TOLERANCE)
                )
    return np.maximum(strength, 0)


def largest_within(values: Floats, low: float, high: float) -> float:
    """The largest value of the line through `values` between two fractional positions."""
    whole = np.arange(np.ceil(low), np.floor(high) + 1)
    positions = np.concatenate(([low], whole, [high]))
    first = int(low)
    near = values[first : int(high) + 2]
    return float(np.interp(positions - first, np.arange(near.size), near).max())


def _harmonic_strength(envelope: Floats, frame_rate_hz: float) -> Floats:
    spectrum = mean_spectrum(envelope, frame_rate_hz)
    per_bpm = FOURIER_POINTS / (60 * frame_rate_hz)

    def at(tempi_bpm: Floats) -> Floats:
        bins = tempi_bpm * per_bpm
        reach = 1 + FOURIER_TOLERANCE
        return np.array([largest_within(spectrum, b * (2 - reach), b * reach) for b in bins])

    once, twice, four_times = at(TEMPI_BPM), at(2 * TEMPI_BPM), at(4 * TEMPI_BPM)
    strength = np.sqrt(once + twice + four_times)
    return np.where(once < HARMONIC_FLOOR * np.maximum(twice, four_times), 0, strength)


def mean_spectrum(envelope: Floats, frame_rate_hz: float) -> Floats:
    """Mean magnitude spectrum of full 12 s Hann windows (mean removed) every 3 s, on a fine grid.

    A shorter track is one window of its own length.
    """
    length = min(round(FOURIER_WINDOW_S * frame_rate_hz), envelope.size)
    hop = round(FOURIER_HOP_S * frame_rate_hz)
    window = 0.5 * (1 - np.cos(2 * np.pi * np.arange(length) / length))
    starts = range(0, envelope.size - length + 1, hop)
    total = np.zeros(FOURIER_POINTS // 2 + 1)
    for start in starts:
        piece = envelope[start : start + length]
        total += np.abs(np.fft.rfft((piece - piece.mean()) * window, FOURIER_POINTS))
    return total / len(starts)


def refine_lag(correlation: Floats, beat_frames: float) -> float:
    """The beat read off ever longer multiples of its lag, each by the parabola through a local peak of A.

    A multiple without a local peak in reach, or whose peak is under 0.1 or under half of the best so far, is
    skipped.
    """
    longest = LONGEST_LAG_SHARE * correlation.size
    best_peak = 0.0
    for beats, share in REFINEMENT.items():
        lag = beats * beat_frames
        reach = max(share * lag, REFINEMENT_REACH_FRAMES)
        low, high = max(1, int(np.ceil(lag - reach))), int(np.floor(lag + reach))
        if high + 1 > longest:
            break
        top = low + int(np.argmax(correlation[low : high + 1]))
        before, peak, after = correlation[top - 1 : top + 2]
        if peak < before or peak < after:
            continue
        shift, height = parabola_top(before, peak, after)
        if height < max(LEAST_PEAK, best_peak / 2):
            continue
        best_peak = max(best_peak, height)
        beat_frames = (top + shift) / beats
    return beat_frames


def parabola_top(before: float, peak: float, after: float) -> tuple[float, float]:
    """Offset and height of the extremum of the parabola through three neighbours; (0, peak) when flat."""
    curvature = before - 2 * peak + after
    if curvature == 0:
        return 0.0, float(peak)
    shift = 0.5 * (before - after) / curvature
    return float(shift), float(peak - 0.25 * (before - after) * shift)


def _alternatives(score: Floats, best: int) -> tuple[tuple[float, float], ...]:
    found = []
    for ratio in ALTERNATIVE_RATIOS:
        near = np.abs(TEMPI_BPM / (ratio * TEMPI_BPM[best]) - 1) <= 0.04
        if near.any():
            index = int(np.argmax(np.where(near, score, -1)))
            if score[index] > 0:
                found.append((float(TEMPI_BPM[index]), float(score[index] / score[best])))
    return tuple(sorted(found, key=lambda pair: -pair[1]))


def rhythm_stability(envelope: Floats, frame_rate_hz: float, beat_frames: float) -> float:
    """Pulse clarity (Lartillot et al. 2008): the normalised autocorrelation at the beat, mean over windows.

    Full windows of 12 s every 6 s, or one of the whole track when it is shorter. In a window without any
    change of the envelope nothing repeats: it counts 0.
    """
    length = min(round(STABILITY_WINDOW_S * frame_rate_hz), envelope.size)
    hop = round(STABILITY_HOP_S * frame_rate_hz)
    starts = range(0, envelope.size - length + 1, hop)
    return float(np.mean([_clarity(envelope[s : s + length], beat_frames) for s in starts]))


def _clarity(window: Floats, beat_frames: float) -> float:
    """The parabolic peak of rho over 0.92 to 1.08 beats, clipped to 0-1; at the ends, rho itself."""
    centred = window - window.mean()
    low, high = STABILITY_RANGE
    lags = range(int(np.ceil(low * beat_frames)), int(np.floor(high * beat_frames)) + 1)
    rho = np.array([_overlap_correlation(centred, lag) for lag in lags if lag < centred.size])
    if rho.size == 0:
        return 0.0
    top = int(np.argmax(rho))
    height = float(rho[top])
    if 0 < top < rho.size - 1:
        _, height = parabola_top(rho[top - 1], rho[top], rho[top + 1])
    return float(np.clip(height, 0, 1))


def _overlap_correlation(centred: Floats, lag: int) -> float:
    early, late = centred[:-lag], centred[lag:]
    norm = np.sqrt((early**2).sum() * (late**2).sum())
    return float((early * late).sum() / norm) if norm > 0 else 0.0
