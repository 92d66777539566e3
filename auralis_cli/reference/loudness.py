"""K-weighting and loudness over windows, after ITU-R BS.1770-5."""

import numpy as np
import pyloudnorm
import scipy.fft
import scipy.signal

from auralis_cli.reference.gate import decibels
from auralis_cli.reference.signal import Audio
from auralis_cli.reference.value import Floats

SURROUND_WEIGHT = 1.41
SURROUNDS = ("Ls", "Rs")
"""Speakers at 60° to 120°; those behind weigh 1 (BS.1770-5, annex 3, table 4)."""
MIN_FILTER_RATE_HZ = 44_100
"""At lower rates pyloudnorm's filters read high: there the response of the standard's tables is used."""
TABLE_RATE_HZ = 48_000
TABLES = (
    ((1.53512485958697, -2.69169618940638, 1.19839281085285), (1.0, -1.69065929318241, 0.73248077421585)),
    ((1.0, -2.0, 1.0), (1.0, -1.99004745483398, 0.99007225036621)),
)
"""Numerator and denominator of the two stages at 48 kHz, BS.1770-5 annex 1, tables 1 and 2."""
OFFSET_LU = -0.691
ABSOLUTE_GATE_LUFS = -70.0
BLOCK_S = 0.4
STEPS_PER_SECOND = 10
FINE_STEPS_PER_SECOND = 100


def integrated_loudness_lufs(audio: Audio) -> float:
    """Integrated loudness of a track of at least 0.4 s; -inf if no block passes the absolute gate.

    pyloudnorm also counts an incomplete last block, so the track is cut after its last whole step of 0.1 s.
    """
    steps = audio.length_samples * STEPS_PER_SECOND // audio.rate_hz
    whole = -(-steps * audio.rate_hz // STEPS_PER_SECOND)
    arranged = _in_pyloudnorm_order(audio)
    if arranged is not None and audio.rate_hz >= MIN_FILTER_RATE_HZ:
        meter = pyloudnorm.Meter(audio.rate_hz, filter_class="DeMan", block_size=BLOCK_S)
        return float(meter.integrated_loudness(arranged[:whole]))
    return gated_loudness_lufs(window_power(audio, BLOCK_S), relative_gate_lu=-10)


def _in_pyloudnorm_order(audio: Audio) -> Floats | None:
    """The channels in pyloudnorm's order L R C Ls Rs; None if there are others than these five and LFE."""
    if audio.channels.shape[1] <= 2:
        return audio.channels
    if set(audio.layout) - {"L", "R", "C", "LFE", "Ls", "Rs"}:
        return None
    arranged = np.zeros((audio.length_samples, 5))
    for speaker, channel in zip(audio.layout, audio.channels.T, strict=True):
        if speaker != "LFE":
            arranged[:, ("L", "R", "C", "Ls", "Rs").index(speaker)] = channel
    return arranged


def weighted_square(audio: Audio) -> Floats:
    """Σ over channels of weight · (K-weighted sample)²: mono counts once, LFE 0, surrounds 1.41, others 1."""
    total = np.zeros(audio.length_samples)
    for speaker, channel in zip(audio.layout, audio.channels.T, strict=True):
        if speaker == "LFE":
            continue
        weighted = _k_weighted(channel, audio.rate_hz)
        total += (SURROUND_WEIGHT if speaker in SURROUNDS else 1.0) * weighted**2
    return total


def _k_weighted(channel: Floats, rate_hz: int) -> Floats:
    """The channel through both stages; at low rates by its spectrum times the tables' response there."""
    if rate_hz >= MIN_FILTER_RATE_HZ:
        weighted = channel
        for stage in pyloudnorm.Meter(rate_hz, filter_class="DeMan")._filters.values():
            weighted = stage.apply_filter(weighted)
        return weighted
    # Two seconds of zeros take up what the filters add behind the end.
    size = scipy.fft.next_fast_len(channel.size + 2 * rate_hz, real=True)
    angles = 2 * np.pi * scipy.fft.rfftfreq(size, 1 / rate_hz) / TABLE_RATE_HZ
    spectrum = scipy.fft.rfft(channel, size)
    for numerator, denominator in TABLES:
        spectrum = spectrum * scipy.signal.freqz(numerator, denominator, worN=angles)[1]
    return np.asarray(scipy.fft.irfft(spectrum, size)[: channel.size])


def window_power(audio: Audio, window_s: float) -> Floats:
    """Weighted mean square of full windows of `window_s` that start at sample ⌊k·rate/10⌋."""
    square = weighted_square(audio)
    length = round(window_s * audio.rate_hz)
    starts = np.arange(0, audio.duration_s * STEPS_PER_SECOND + 1, dtype=np.int64) * audio.rate_hz
    starts //= STEPS_PER_SECOND
    starts = starts[starts + length <= audio.length_samples]
    return np.array([square[start : start + length].mean() for start in starts])


def largest_loudness_lufs(audio: Audio, window_s: float) -> float | None:
    """Largest loudness of full windows from sample ⌊k·rate/100⌋ on; None for less audio or silence."""
    starts = np.arange(audio.length_samples * FINE_STEPS_PER_SECOND // audio.rate_hz + 1) * audio.rate_hz
    starts //= FINE_STEPS_PER_SECOND
    steps = round(window_s * FINE_STEPS_PER_SECOND)
    if starts.size <= steps:
        return None
    sums = np.concatenate(([0.0], np.cumsum(weighted_square(audio))))
    power = (sums[starts[steps:]] - sums[starts[:-steps]]) / (starts[steps:] - starts[:-steps])
    return float(loudness_lufs(power.max())) if power.max() > 0 else None


def gating_blocks(audio: Audio) -> list[tuple[float, int]]:
    """The 400 ms blocks above -70 LUFS, by whole LU: loudness of their mean power, and how many."""
    power = window_power(audio, BLOCK_S)
    power = power[loudness_lufs(power) > ABSOLUTE_GATE_LUFS]
    whole = np.floor(loudness_lufs(power))
    return [
        (float(loudness_lufs(power[whole == level].mean())), int((whole == level).sum()))
        for level in np.unique(whole)
    ]


def gate_power(power: Floats, relative_gate_lu: float) -> Floats:
    """Windows of at least -70 LUFS, and at least the mean power of those plus `relative_gate_lu` (< 0)."""
    kept = power[loudness_lufs(power) >= ABSOLUTE_GATE_LUFS]
    if kept.size == 0:
        return kept
    return kept[loudness_lufs(kept) >= loudness_lufs(kept.mean()) + relative_gate_lu]


def gated_loudness_lufs(power: Floats, relative_gate_lu: float) -> float:
    """Loudness of the mean power of the windows that pass both gates; -inf if none does."""
    kept = gate_power(power, relative_gate_lu)
    return float(loudness_lufs(kept.mean())) if kept.size else -np.inf


def loudness_lufs(power: Floats) -> Floats:
    """-0.691 + 10·log10(weighted mean square)."""
    return OFFSET_LU + decibels(np.asarray(power))
