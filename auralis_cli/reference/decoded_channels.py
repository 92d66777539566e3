"""What is measured of the channels as they were decoded: at their own rate, offset included."""

from typing import Any

import numpy as np

from auralis_cli.reference.gate import decibels
from auralis_cli.reference.true_peak import true_peak
from auralis_cli.reference.value import Flags, Floats

MIN_RUN_SAMPLES = 3
MOST_TIMES = 20
SILENCES_DBFS = (-60.0, -70.0, -80.0, -90.0)
SILENCE_UNDER_PEAK_DB = 40.0
BLOCK_SAMPLES = 32
"""Silence is whole blocks of so many samples."""
ENDS_PER_SECOND = 20
MIN_END_DBFS = -90.0
SILENT_CHANNEL_DBFS = -200.0
FLOAT_BITS = 24
"""A 32-bit float has no more."""


def measure_channels(channels: Floats, rate_hz: int) -> dict[str, Any]:
    """The measurements of samples of shape (samples, channels), by their names in `details`."""
    levels = [_level_dbfs(channel) for channel in channels.T]
    peak, peak_at = true_peak(channels)
    end = max(1, rate_hz // ENDS_PER_SECOND)
    return {
        "true_peak_dbtp": 20 * float(np.log10(peak)) if peak else None,
        "true_peak_at_s": peak_at / rate_hz if peak else None,
        "clipping": _clipping(channels, rate_hz),
        "dc_offset": channels.mean(axis=0).tolist(),
        "channel_levels_dbfs": [level if level >= SILENT_CHANNEL_DBFS else None for level in levels],
        **_silences(channels, rate_hz),
        "start_level_db": _end_level_db(channels, channels[:end]),
        "end_level_db": _end_level_db(channels, channels[-end:]),
    }


def effective_bits(channels: Floats) -> int | None:
    """The fewest bits of which all samples are integers; None for silence, and if 24 are not enough."""
    if not channels.any():
        return None
    for bits in range(1, FLOAT_BITS + 1):
        scaled = channels * 2.0 ** (bits - 1)
        if np.array_equal(scaled, np.round(scaled)):
            return bits
    return None


def _level_dbfs(channel: Floats) -> float:
    return float(decibels(channel.var()))


def _clipping(channels: Floats, rate_hz: int) -> dict[str, Any] | None:
    """Runs of equal samples at the highest positive or the lowest negative one; overlapping ones are one."""
    highest, lowest = max(channels.max(), 0.0), min(channels.min(), 0.0)
    covered = np.zeros(channels.shape[0] + 1, dtype=bool)
    joined = np.zeros(channels.shape[0] + 1, dtype=bool)
    ceiling = 0.0
    for channel in channels.T:
        for extreme in (highest, lowest):
            for start, end in _runs((channel == extreme) & (extreme != 0)):
                if end - start >= MIN_RUN_SAMPLES:
                    ceiling = max(ceiling, abs(extreme))
                    covered[start:end] = True
                    joined[start + 1 : end] = True
    # A run begins where a covered sample does not continue any run: two that only touch stay apart.
    starts = np.flatnonzero(covered[:-1] & ~joined[:-1])
    if not starts.size:
        return None
    ends = [int(np.flatnonzero(~joined[start + 1 :])[0]) + start + 1 for start in starts]
    return {
        "runs": len(starts),
        "samples": int(covered.sum()),
        "longest_samples": int(max(np.array(ends) - starts)),
        "ceiling_dbfs": 20 * float(np.log10(ceiling)),
        "first_s": starts[0] / rate_hz,
        "times_s": (starts[:MOST_TIMES] / rate_hz).tolist(),
    }


def _runs(flags: Flags) -> list[tuple[int, int]]:
    """Start and end of each run of True."""
    changes = np.flatnonzero(np.diff(flags, prepend=False, append=False)).tolist()
    return list(zip(changes[::2], changes[1::2], strict=True))


def _silences(channels: Floats, rate_hz: int) -> dict[str, float | None]:
    """Silence at the start, at the end, and the longest between."""
    largest = np.abs(channels).max(axis=1)
    peak_dbfs = 2 * float(decibels(largest.max()))
    quiet_enough = [x for x in SILENCES_DBFS if x <= peak_dbfs - SILENCE_UNDER_PEAK_DB]
    threshold = 10 ** ((quiet_enough[0] if quiet_enough else SILENCES_DBFS[-1]) / 20)
    length = largest.size
    blocks = np.pad(largest, (0, -length % BLOCK_SAMPLES)).reshape(-1, BLOCK_SAMPLES).max(axis=1)
    silent = [
        (start * BLOCK_SAMPLES, min(length, end * BLOCK_SAMPLES)) for start, end in _runs(blocks <= threshold)
    ]
    leading = silent[0][1] if silent and silent[0][0] == 0 else 0
    trailing = length - silent[-1][0] if silent and silent[-1][1] == length and leading < length else 0
    inside = [(end - start, start) for start, end in silent if start > 0 and end < length]
    longest, at = max(inside, key=lambda each: (each[0], -each[1]), default=(0, None))
    return {
        "leading_silence_s": leading / rate_hz,
        "trailing_silence_s": trailing / rate_hz,
        "longest_silence_s": longest / rate_hz,
        "longest_silence_at_s": None if at is None else at / rate_hz,
    }


def _end_level_db(channels: Floats, end: Floats) -> float | None:
    """Level of the first or the last 50 ms about the mean of each channel, less that of the track."""
    power = end.var(axis=0).mean()
    if decibels(power) < MIN_END_DBFS:
        return None
    return float(decibels(power / channels.var(axis=0).mean()))
