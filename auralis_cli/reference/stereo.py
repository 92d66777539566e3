"""Group stereo: how wide the image is, and what a correlation meter shows."""

import numpy as np

from auralis_cli.reference.signal import Audio
from auralis_cli.reference.value import Floats, Undefined, Value
from auralis_cli.reference.variation import active_block_starts, block_length_samples

MAX_MID_SHARE = 0.1
MAX_RESIDUE = 1e-4
DEAD = 1e-6
IDENTICAL = 1e-7


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
    """ΣS² / (ΣM² + ΣS²) over the whole track, M = L + R, S = L - R, about their means."""
    mid_power = (audio.left + audio.right).var()
    side_power = (audio.left - audio.right).var()
    return float(side_power / (mid_power + side_power))


def mid_is_cancelled(audio: Audio, low_mid_power: float, long_size: int) -> bool:
    """Whether the mid is 0 or only the residue of two channels that cancel each other.

    It has at most a tenth of the power of the track, and from 20 Hz to 2 kHz at most 10⁻⁴ of it.
    `low_mid_power` is Σ|X|² of the long STFT there: `long_size`/2 times Σ m², by Parseval's theorem and as
    the squares of its windows overlap to 1.
    """
    power = (audio.left.var() + audio.right.var()) / 2
    mid_share = audio.mid.var() / power
    low_share = low_mid_power / (long_size / 2) / audio.length_samples / power
    return bool(mid_share <= MAX_MID_SHARE and low_share <= MAX_RESIDUE)


def channel_relation(audio: Audio, *, cancelled: bool) -> str:
    """What L and R of a track that is not silent have to do with each other; see `details`."""
    left, right = audio.left.var(), audio.right.var()
    if audio.channels.shape[1] == 1:
        return "mono"
    if cancelled:
        return "inverted"
    if left < DEAD * right or right < DEAD * left:
        return "left_dead" if left < right else "right_dead"
    return "identical" if _width(audio) <= IDENTICAL else "different"


def level_difference_db(audio: Audio) -> float | None:
    """Level of L less that of R; None for mono, and where one of them is silent."""
    left, right = audio.left.var(), audio.right.var()
    if audio.channels.shape[1] == 1 or not left or not right:
        return None
    return float(10 * np.log10(left / right))


def _mean_correlation(audio: Audio) -> Value:
    if active_block_starts(audio).size < 2:
        return Undefined("too_short")
    correlations = block_correlations(audio)
    return float(correlations.mean()) if correlations.size else Undefined("constant_channel")
