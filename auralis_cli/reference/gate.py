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


def centred_frames(length: int, size: int, hop: int) -> list[slice]:
    """The samples of the track in each of 1 + ⌊length/hop⌋ frames of `size`, centred every `hop`."""
    centres = range(0, length + 1, hop)
    return [slice(max(0, centre - size // 2), min(length, centre + size // 2)) for centre in centres]


def centred_mean_square(channels: tuple[Floats, ...], size: int, hop: int) -> Floats:
    """Σ (x - mean)² / size of each centred frame, averaged over the channels.

    The mean is that of the frame's samples in the track: an offset has no level. Padding counts as silence.
    """
    frames = centred_frames(channels[0].size, size, hop)
    return np.array([np.mean([_scatter(x[frame]) for x in channels]) / size for frame in frames])


def _scatter(samples: Floats) -> float:
    return float(samples.var() * samples.size) if samples.size else 0.0


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
