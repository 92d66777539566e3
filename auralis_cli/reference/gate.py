"""The gate: which frames are active, compared with the loud part of the track."""

import numpy as np

from auralis_cli.reference.value import Flags, Floats

MIN_LEVEL_DBFS = -90.0
LOUD_PERCENTILE = 95
MAX_BELOW_LOUD_DB = 40.0
"""How far below the loud percentile a frame may lie."""


def decibels(power: Floats) -> Floats:
    """10·log10(power); -inf for 0."""
    with np.errstate(divide="ignore"):
        return 10 * np.log10(power)


def centred_mean_square(square: Floats, size: int, hop: int) -> Floats:
    """Mean of x² over frames of `size` samples centred every `hop`, zero-padded at both ends.

    `size` is an even multiple of `hop`; there are 1 + ⌊length/hop⌋ frames. The sums of single hops are added;
    differences of a long running sum would lose the precision of quiet frames.
    """
    frames = 1 + square.size // hop
    hops_per_frame = size // hop
    padded = np.zeros((frames + hops_per_frame - 1) * hop)
    inside = square[: padded.size - size // 2]
    padded[size // 2 : size // 2 + inside.size] = inside
    hop_sums = padded.reshape(-1, hop).sum(axis=1)
    return np.convolve(hop_sums, np.ones(hops_per_frame), mode="valid") / size


def active_levels(mean_square: Floats) -> Flags:
    """Which levels are at least -90 dBFS, and at most 40 dB below the 95th percentile of those.

    The percentile is that of the levels in decibels.
    """
    level_dbfs = decibels(mean_square)
    audible = level_dbfs >= MIN_LEVEL_DBFS
    if not audible.any():
        return audible
    loud_dbfs = np.percentile(level_dbfs[audible], LOUD_PERCENTILE)
    return audible & (level_dbfs >= loud_dbfs - MAX_BELOW_LOUD_DB)


def active_spectra(frame_power: Floats) -> Flags:
    """Which long frames have Σ|X|² > 0, and are at most 40 dB below the 95th percentile of those."""
    positive = frame_power > 0
    if not positive.any():
        return positive
    level_db = decibels(frame_power)
    return positive & (level_db >= np.percentile(level_db[positive], LOUD_PERCENTILE) - MAX_BELOW_LOUD_DB)
