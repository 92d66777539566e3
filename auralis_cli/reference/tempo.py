"""The tempo that a listener would tap."""

from dataclasses import dataclass

import numpy as np

from auralis_cli.reference.metrical_level import MAX_BPM, MIN_BPM, MetricalLevel, weigh_levels
from auralis_cli.reference.tempo_evidence import HARMONIC_FLOOR, LAG_WEIGHTS, parabola_top, read_envelope
from auralis_cli.reference.value import Floats, Undefined

MIN_TRACK_S = 4.0
LOCAL_MEAN_S = 0.5
TEMPI_BPM = np.geomspace(MIN_BPM, MAX_BPM, 800)
MIN_SALIENCE = 0.05
MIN_PROBABILITY = 0.01
REFINEMENT = {1: 0.02, 2: 0.012, 4: 0.008, 8: 0.004, 16: 0.0025, 32: 0.0015}
REFINEMENT_REACH_FRAMES = 2
MIN_PEAK = 0.1
MAX_LAG_SHARE = 0.7


@dataclass(frozen=True)
class Tempo:
    """The tempo, its probability among the levels of its pulse, and the other levels, best first."""

    bpm: float
    beat_frames: float
    probability: float
    alternatives: tuple[MetricalLevel, ...]


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
    """The tempo of the strongest pulse, at the metrical level that listeners most probably tap.

    The pulse is the best of 800 tempi by `TempoEvidence.score`; a tempo whose own F is below 5 % of its
    double's or quadruple's does not count. Its salience is a(T)/5. Undefined for a track under 4 s
    (`too_short`), and without a pulse or with a salience below 0.05 (`no_pulse`).
    """
    if duration_s < MIN_TRACK_S:
        return Undefined("too_short")
    evidence = read_envelope(envelope, frame_rate_hz)
    score, own_share = evidence.score(TEMPI_BPM)
    score = np.where(own_share < HARMONIC_FLOOR, 0, score)
    pulse_bpm = TEMPI_BPM[[int(np.argmax(score))]]
    salience = float(evidence.periodicity(pulse_bpm)[0]) / sum(LAG_WEIGHTS.values())
    if not score.max() > 0 or salience < MIN_SALIENCE:
        return Undefined("no_pulse")

    def refined(bpm: float) -> float:
        beat_frames = refine_lag(evidence.correlation, 60 * frame_rate_hz / bpm)
        return float(np.clip(60 * frame_rate_hz / beat_frames, MIN_BPM, MAX_BPM))

    beat_frames = refine_lag(evidence.correlation, 60 * frame_rate_hz / float(pulse_bpm[0]))
    levels = weigh_levels(evidence, 60 * frame_rate_hz / beat_frames)
    best, *others = (MetricalLevel(refined(level.bpm), level.probability) for level in levels)
    return Tempo(
        bpm=best.bpm,
        beat_frames=60 * frame_rate_hz / best.bpm,
        probability=best.probability,
        alternatives=tuple(level for level in others if level.probability >= MIN_PROBABILITY),
    )


def refine_lag(correlation: Floats, beat_frames: float) -> float:
    """Measures the beat on ever longer multiples of its lag, each by a parabola through a local peak of A.

    A multiple is skipped if it has no local peak in reach, or one below 0.1 or below half of the best so far.
    """
    max_lag = MAX_LAG_SHARE * correlation.size
    best_peak = 0.0
    for beats, share in REFINEMENT.items():
        lag = beats * beat_frames
        reach = max(share * lag, REFINEMENT_REACH_FRAMES)
        low, high = max(1, int(np.ceil(lag - reach))), int(np.floor(lag + reach))
        if high + 1 > max_lag:
            break
        top = low + int(np.argmax(correlation[low : high + 1]))
        before, peak, after = correlation[top - 1 : top + 2]
        if peak < before or peak < after:
            continue
        shift, height = parabola_top(before, peak, after)
        if height < max(MIN_PEAK, best_peak / 2):
            continue
        best_peak = max(best_peak, height)
        beat_frames = (top + shift) / beats
    return beat_frames
