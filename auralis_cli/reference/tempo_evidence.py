"""Two measures of a tempo envelope: its autocorrelation A, and its mean Fourier spectrum F.

Both are functions of the tempo T in BPM; a beat lasts 60·frame_rate/T frames.
"""

from dataclasses import dataclass

import numpy as np

from auralis_cli.reference.value import Floats

LAG_WEIGHTS = {1: 2.0, 2: 1.0, 4: 1.0, 8: 1.0}
LAG_TOLERANCE = 0.01
FOURIER_WINDOW_S = 12.0
FOURIER_HOP_S = 3.0
FOURIER_TOLERANCE = 0.004
FOURIER_POINTS = 1 << 17
HARMONIC_FLOOR = 0.05
PREFERRED_BPM = 120.0


@dataclass(frozen=True)
class TempoEvidence:
    """A at whole frames of lag and F on the fine grid of `mean_spectrum`, of one envelope."""

    correlation: Floats
    spectrum: Floats
    events_per_minute: float
    frame_rate_hz: float

    def repetition(self, tempi_bpm: Floats, beats: float) -> Floats:
        """A at a lag of `beats` beats: the largest within ±1 % of it; 0 for a lag over half of the track."""
        lags = beats * 60 * self.frame_rate_hz / tempi_bpm
        return np.array(
            [
                largest_within(self.correlation, lag * (1 - LAG_TOLERANCE), lag * (1 + LAG_TOLERANCE))
                if lag <= self.correlation.size / 2
                else 0.0
                for lag in lags
            ]
        )

    def periodicity(self, tempi_bpm: Floats) -> Floats:
        """a(T) = 2·A(1 beat) + A(2) + A(4) + A(8), clipped at 0: 5 for a perfect pulse."""
        weighted = [weight * self.repetition(tempi_bpm, beats) for beats, weight in LAG_WEIGHTS.items()]
        return np.asarray(np.maximum(np.sum(weighted, axis=0), 0))

    def pulse_strength(self, tempi_bpm: Floats) -> Floats:
        """F(T): the largest magnitude within ±0.4 % of so many pulses a minute, 0 past the spectrum."""
        bins = tempi_bpm * FOURIER_POINTS / (60 * self.frame_rate_hz)
        low, high = bins * (1 - FOURIER_TOLERANCE), bins * (1 + FOURIER_TOLERANCE)
        last = self.spectrum.size - 1
        return np.array(
            [
                largest_within(self.spectrum, a, min(b, last)) if a <= last else 0.0
                for a, b in zip(low, high, strict=True)
            ]
        )

    def score(self, tempi_bpm: Floats) -> tuple[Floats, Floats]:
        """a(T)·√(F(T) + F(2T) + F(4T))·exp(-½ log2(T/120)²), and F(T) / max(F(2T), F(4T))."""
        once, twice, four_times = (self.pulse_strength(k * tempi_bpm) for k in (1, 2, 4))
        preference = np.exp(-0.5 * np.log2(tempi_bpm / PREFERRED_BPM) ** 2)
        score = self.periodicity(tempi_bpm) * np.sqrt(once + twice + four_times) * preference
        above = np.maximum(twice, four_times)
        return score, np.divide(once, above, out=np.ones_like(once), where=above > 0)


def read_envelope(envelope: Floats, frame_rate_hz: float) -> TempoEvidence:
    """Both measures of an envelope, and how often it peaks."""
    return TempoEvidence(
        correlation=autocorrelation(envelope),
        spectrum=mean_spectrum(envelope, frame_rate_hz),
        events_per_minute=count_events(envelope) * 60 * frame_rate_hz / envelope.size,
        frame_rate_hz=frame_rate_hz,
    )


def count_events(envelope: Floats) -> int:
    """Frames above the one before, not below the one after, and above the mean; at least 1."""
    before, here, after = envelope[:-2], envelope[1:-1], envelope[2:]
    peaks = (here > before) & (here >= after) & (here > envelope.mean())
    return max(1, int(np.count_nonzero(peaks)))


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


def largest_within(values: Floats, low: float, high: float) -> float:
    """The largest value of the line through `values` between two fractional positions."""
    whole = np.arange(np.ceil(low), np.floor(high) + 1)
    positions = np.concatenate(([low], whole, [high]))
    first = int(low)
    near = values[first : int(high) + 2]
    return float(np.interp(positions - first, np.arange(near.size), near).max())


def parabola_top(before: float, peak: float, after: float) -> tuple[float, float]:
    """Offset and height of the extremum of the parabola through three neighbours; (0, peak) when flat."""
    curvature = before - 2 * peak + after
    if curvature == 0:
        return 0.0, float(peak)
    shift = 0.5 * (before - after) / curvature
    return float(shift), float(peak - 0.25 * (before - after) * shift)
