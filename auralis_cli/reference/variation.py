"""Group variation: how crest factor, loudness and peaks change along the track."""

import numpy as np
import numpy.typing as npt

from auralis_cli.reference.gate import active_levels
from auralis_cli.reference.loudness import gate_power, loudness_lufs, window_power
from auralis_cli.reference.signal import Audio
from auralis_cli.reference.value import Floats, Undefined, Value

SHORT_TERM_S = 3.0
RELATIVE_GATE_LU = -20.0
LOUDNESS_RANGE_PERCENTILES = (10, 95)


def variation_dimensions(audio: Audio) -> dict[str, Value]:
    """`dynamic_range_variation` in dB, `loudness_variation_std` in LU, `peak_consistency` 0-1."""
    dimensions: dict[str, Value] = {"loudness_variation_std": _loudness_deviation_lu(audio)}
    starts = active_block_starts(audio)
    if starts.size < 2:
        return dimensions | dict.fromkeys(
            ("dynamic_range_variation", "peak_consistency"), Undefined("too_short")
        )
    peaks = _block_peaks(audio, starts)
    rms = np.sqrt(block_mean_squares(audio, starts))
    return dimensions | {
        "dynamic_range_variation": float(np.std(20 * np.log10(peaks / rms))),
        "peak_consistency": float(1 / (1 + np.std(peaks) / np.mean(peaks))),
    }


def block_length_samples(audio: Audio) -> int:
    """Half a second: ⌊rate/2⌋."""
    return audio.rate_hz // 2


def active_block_starts(audio: Audio) -> npt.NDArray[np.int64]:
    """First samples ⌊k·rate/4⌋ of the full half-second blocks that pass the gate."""
    count = 1 + 4 * audio.length_samples // audio.rate_hz
    starts = np.arange(count, dtype=np.int64) * audio.rate_hz // 4
    starts = starts[starts + block_length_samples(audio) <= audio.length_samples]
    return starts[active_levels(block_mean_squares(audio, starts))]


def block_mean_squares(audio: Audio, starts: npt.NDArray[np.int64]) -> Floats:
    """Mean of x² over L and R about their means in each block."""
    length = block_length_samples(audio)
    blocks = [slice(start, start + length) for start in starts]
    return np.array([(audio.left[block].var() + audio.right[block].var()) / 2 for block in blocks])


def _block_peaks(audio: Audio, starts: npt.NDArray[np.int64]) -> Floats:
    """The sample of L and R farthest from the mean of its channel in each block."""
    length = block_length_samples(audio)
    blocks = [slice(start, start + length) for start in starts]
    channels = (audio.left, audio.right)
    return np.array([max(np.abs(x[block] - x[block].mean()).max() for x in channels) for block in blocks])


def loudness_range_lu(audio: Audio) -> float | None:
    """Loudness range of EBU Tech 3342: 95th minus 10th percentile of gated short-term loudness."""
    kept = _short_term_lufs(audio)
    if kept is None or not kept.size:
        return None
    low, high = np.percentile(kept, LOUDNESS_RANGE_PERCENTILES)
    return float(high - low)


def _loudness_deviation_lu(audio: Audio) -> Value:
    """Standard deviation of gated short-term loudness: as EBU Tech 3342, but without its percentiles."""
    kept = _short_term_lufs(audio)
    if kept is None:
        return Undefined("too_short")
    return float(np.std(kept)) if kept.size else Undefined("below_gate")


def _short_term_lufs(audio: Audio) -> Floats | None:
    """The loudness of the 3 s windows that pass both gates; None for a track shorter than a window."""
    if audio.length_samples < SHORT_TERM_S * audio.rate_hz:
        return None
    return loudness_lufs(gate_power(window_power(audio, SHORT_TERM_S), RELATIVE_GATE_LU))
