"""C1xx: clipping and peaks."""

import math
from typing import Final

from auralis_cli.check.finding import Found, Level, signed
from auralis_cli.check.limits import Limits
from auralis_cli.check.rule import Mender, Rule
from auralis_cli.check.track import Track

LOWEST_TONE_HZ: Final = 25.0
"""Of music. The lower a tone, the longer the flat top that its rounding to whole numbers makes."""
SHORTEST_RUN: Final = 3
FLOAT_BITS: Final = 25
"""Floating point has so many, and no converter has more."""


def longest_by_nature(ceiling_dbfs: float, bits: int, rate_hz: int) -> float:
    """How many equal samples the top of the lowest tone has at this level, rounded to so many bits.

    A cosine of A steps stays within half a step of its top for 2 sqrt(1 / A) radians: 3.1 samples of a tone
    of 25 Hz at full scale in 16 bits at 44.1 kHz, 10 at -20 dBFS, 50 in 8 bits.
    """
    steps = 2.0 ** (bits - 1) * 10 ** (ceiling_dbfs / 20)
    return max(SHORTEST_RUN, math.sqrt(1 / steps) / math.pi * rate_hz / LOWEST_TONE_HZ)


def clipped(track: Track, limits: Limits) -> Found | None:
    """Clipped at full scale."""
    clipping = track.facts.clipping
    if clipping is None or clipping.ceiling_dbfs < limits.clip_ceiling_dbfs:
        return None
    return _runs(track, limits)


def clipped_below(track: Track, limits: Limits) -> Found | None:
    """Clipped, and turned down afterwards."""
    clipping = track.facts.clipping
    if clipping is None or clipping.ceiling_dbfs >= limits.clip_ceiling_dbfs:
        return None
    return _runs(track, limits)


def true_peak(track: Track, limits: Limits) -> Found | None:
    """Peaks between the samples above the ceiling."""
    peak = track.facts.true_peak_dbtp
    ceiling = limits.true_peak_dbtp if track.is_lossless else limits.true_peak_lossy_dbtp
    if peak is None or peak <= ceiling:
        return None
    at = track.facts.true_peak_at_s
    return Found(
        f"true peak {signed(peak)} dBTP",
        peak,
        ceiling,
        "dBTP",
        () if at is None else (at,),
        limit_text=f"limit {signed(ceiling)}",
    )


def above_full_scale(track: Track, _: Limits) -> Found | None:
    """Samples that only floating point can hold."""
    peak = track.facts.sample_peak_dbfs
    if peak is None or peak <= 0.001 or not track.is_lossless or track.facts.channels > 2:
        return None  # more channels are mixed down first
    return Found(f"sample peak {signed(peak, 2)} dBFS", peak, 0.0, "dBFS", limit_text="limit 0")


def _runs(track: Track, limits: Limits) -> Found | None:
    clipping = track.facts.clipping
    if clipping is None:
        return None
    facts = track.facts
    bits = min(facts.effective_bits or FLOAT_BITS, FLOAT_BITS)
    natural = longest_by_nature(clipping.ceiling_dbfs, bits, facts.sample_rate_hz)
    is_fault = clipping.runs >= limits.clipped_runs or clipping.longest_samples >= limits.clipped_run_samples
    if not is_fault or clipping.longest_samples <= natural:
        return None
    runs = "1 clipped run" if clipping.runs == 1 else f"{clipping.runs:,} clipped runs"
    return Found(
        f"{runs} at {signed(clipping.ceiling_dbfs, 2)} dBFS, up to {clipping.longest_samples:,} samples long",
        float(clipping.runs),
        limits.clipped_runs,
        "runs",
        clipping.times_s or (clipping.first_s,),
        limit_text=f"limit {limits.clipped_runs:g} runs or {limits.clipped_run_samples:g} samples",
    )


RULES: Final = (
    Rule(
        code="C101",
        name="clipped",
        level=Level.ERROR,
        what="runs of equal samples at full scale",
        why="The waveform was cut off where it did not fit. Cut peaks are distortion, and no later step "
        "brings them back; an encoder and a resampler overshoot at each of them.",
        judge="Listen at the times: a crackle or a harsh edge on loud notes. In an editor the peaks are "
        "flat. Square waves of chip music are flat by nature.",
        mender=Mender.MASTERING,
        limits=("clipped_runs", "clipped_run_samples", "clip_ceiling_dbfs"),
        source="B. Katz, Mastering Audio: meters call three or more full samples in a row an over",
        of_track=clipped,
    ),
    Rule(
        code="C102",
        name="true-peak",
        level=Level.WARNING,
        what="true peak above the ceiling",
        why="Between the samples the waveform is higher than any of them. Converters and lossy encoders "
        "clip what is above full scale, and need about 1 dB of room.",
        judge="The figure is measured, not estimated. Whether it matters depends on where the master goes: "
        "services that encode ask for -1 dBTP. A lossy file has a limit of its own, because its decoder "
        "overshoots.",
        mender=Mender.MASTERING,
        limits=("true_peak_dbtp", "true_peak_lossy_dbtp"),
        source="EBU R 128: maximum true peak -1 dBTP; measured by ITU-R BS.1770-5, Annex 2",
        of_track=true_peak,
    ),
    Rule(
        code="C103",
        name="clipped-below",
        level=Level.WARNING,
        what="runs of equal samples at a ceiling below full scale",
        why="The peaks were cut off, and the level was lowered later: the file looks clean on a peak meter.",
        judge="As C101. Soft signals of few bits, low tones and square waves reach a flat top by nature.",
        mender=Mender.MASTERING,
        limits=("clipped_runs", "clipped_run_samples", "clip_ceiling_dbfs"),
        source="As C101, at the highest level that the track has",
        of_track=clipped_below,
    ),
    Rule(
        code="C104",
        name="above-full-scale",
        level=Level.WARNING,
        what="samples of a floating-point file above full scale",
        why="Only floating point can hold them: any player and any export to whole numbers cuts them off.",
        judge="Lower the level by the figure before the export. Nothing is lost yet.",
        mender=Mender.EXPORT,
        source="AES17, digital full scale",
        of_track=above_full_scale,
    ),
)
"""The rules of this module."""
