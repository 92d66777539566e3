"""Which metrical level of a pulse a listener taps: a conditional logit over the levels.

The pulse that `tempo` finds may be wrong by a factor of 2 or 3. The probability p of each level T is
    u(T) = 1.56·ln(s/s_max + 0.02) + 0.79·ln(A(1 beat) + 0.05) + 0.09·ln(A(½ beat) + 0.05)
           - 0.53·t - 1.85·t² + 0.35·n - 0.37·n²,    p = softmax(u),
with t = log2(T/120) and n = log2(events per beat). The source of the numbers is
in `rust/FINGERPRINTING_ARCHITECTURE.md`.
"""

from dataclasses import dataclass

import numpy as np

from auralis_cli.reference.tempo_evidence import HARMONIC_FLOOR, PREFERRED_BPM, TempoEvidence
from auralis_cli.reference.value import Floats

MIN_BPM = 40.0
MAX_BPM = 260.0
RANGE_TOLERANCE = 0.005
RATIOS = (1 / 4, 1 / 3, 1 / 2, 2 / 3, 1.0, 3 / 2, 2.0, 3.0, 4.0)
SCORE_FLOOR = 0.02
REPETITION_FLOOR = 0.05
SCORE_WEIGHT = 1.56
BEAT_WEIGHT = 0.79
HALF_BEAT_WEIGHT = 0.09
TEMPO_SLOPE, TEMPO_CURVATURE = -0.53, -1.85
DENSITY_SLOPE, DENSITY_CURVATURE = 0.35, -0.37


@dataclass(frozen=True)
class MetricalLevel:
    """A tempo, and the probability that listeners tap it."""

    bpm: float
    probability: float


def weigh_levels(evidence: TempoEvidence, pulse_bpm: float) -> list[MetricalLevel]:
    """The levels of a pulse within 40-260 BPM (±0.5 %), most probable first; probabilities sum to 1."""
    tempi = np.array([ratio * pulse_bpm for ratio in RATIOS])
    low, high = MIN_BPM * (1 - RANGE_TOLERANCE), MAX_BPM * (1 + RANGE_TOLERANCE)
    inside = (tempi >= low) & (tempi <= high)
    tempi, utility = tempi[inside], _utility(evidence, tempi)[inside]
    share = np.exp(utility - utility.max())
    share /= share.sum()
    return [MetricalLevel(float(tempi[i]), float(share[i])) for i in np.argsort(-share, kind="stable")]


def _utility(evidence: TempoEvidence, tempi: Floats) -> Floats:
    """u of all nine levels; s_max is also taken over those outside the range."""
    score, own_share = evidence.score(tempi)
    score = score * np.minimum(own_share / HARMONIC_FLOOR, 1)
    relative = score / score.max() if score.max() > 0 else score
    octaves = np.log2(tempi / PREFERRED_BPM)
    density = np.log2(evidence.events_per_minute / tempi)
    return np.asarray(
        SCORE_WEIGHT * np.log(relative + SCORE_FLOOR)
        + BEAT_WEIGHT * _log_repetition(evidence, tempi, 1)
        + HALF_BEAT_WEIGHT * _log_repetition(evidence, tempi, 0.5)
        + TEMPO_SLOPE * octaves
        + TEMPO_CURVATURE * octaves**2
        + DENSITY_SLOPE * density
        + DENSITY_CURVATURE * density**2
    )


def _log_repetition(evidence: TempoEvidence, tempi: Floats, beats: float) -> Floats:
    return np.asarray(np.log(np.maximum(evidence.repetition(tempi, beats), 0) + REPETITION_FLOOR))
