"""Group stereo: how wide the image is, and what a correlation meter shows."""

import numpy as np

from auralis_cli.reference.signal import Audio
from auralis_cli.reference.value import Floats, Undefined, Value
from auralis_cli.reference.variation import active_block_starts, block_length_samples


def stereo_dimensions(audio: Audio) -> dict[str, Value]:
    """`stereo_width` 0-1 and `phase_correlation` -1…1 of a track that is not silent."""
    return {"stereo_width": _width(audio), "phase_correlation": _mean_correlation(audio)}


def block_correlations(audio: Audio) -> Floats:
    """Pearson correlation of L and R in each active block in which neither channel is constant."""
    length = block_length_samples(audio)
    correlations = []
    for start in active_block_starts(audio):
        left, right = audio.left[start : start + length], audio.right[start : start + length]
        if np.ptp(left) > 0 and np.ptp(right) > 0:
            correlations.append(np.corrcoef(left, right)[0, 1])
    return np.array(correlations)


def _width(audio: Audio) -> float:
    """ΣS² / (ΣM² + ΣS²) over the whole track, M = L + R, S = L - R."""
    mid_power = float(((audio.left + audio.right) ** 2).sum())
    side_power = float(((audio.left - audio.right) ** 2).sum())
    return side_power / (mid_power + side_power)


def _mean_correlation(audio: Audio) -> Value:
    if active_block_starts(audio).size < 2:
        return Undefined("too_short")
    correlations = block_correlations(audio)
    return float(correlations.mean()) if correlations.size else Undefined("constant_channel")
