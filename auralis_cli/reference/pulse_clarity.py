"""How steadily the beat interval repeats."""

import numpy as np

from auralis_cli.reference.tempo_evidence import parabola_top
from auralis_cli.reference.value import Floats

STABILITY_WINDOW_S = 12.0
STABILITY_HOP_S = 6.0
STABILITY_RANGE = (0.92, 1.08)


def rhythm_stability(envelope: Floats, frame_rate_hz: float, beat_frames: float) -> float:
    """Pulse clarity (Lartillot et al. 2008): the normalised autocorrelation at the beat, mean over windows.

    Full windows of 12 s every 6 s, or one window of the whole track if it is shorter. A window in which the
    envelope does not change counts 0.
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
