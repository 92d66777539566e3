"""Which of several copies to keep, and what each of the others lacks, in words."""

from collections.abc import Sequence
from typing import Final

from auralis_cli.library.duplicates.track import DuplicateTrack

_FULL_BANDWIDTH_HZ: Final = 20_000
"""Above it nobody hears a difference, and encoders that are called transparent end there."""
_BANDWIDTH_STEP_HZ: Final = 2_000
_LENGTH_STEP_S: Final = 1.0
_CLIPPED: Final = 1_000
"""Samples in runs at the ceiling that count as one step of clipping."""


def best_first(tracks: Sequence[DuplicateTrack]) -> list[DuplicateTrack]:
    """The tracks, the one to keep first."""
    return sorted(tracks, key=lambda track: (*(-each for each in _merits(track)), track.path))


def shortcoming(best: DuplicateTrack, other: DuplicateTrack) -> str | None:
    """The first thing in which the other is worse than the best; None where they are equally good."""
    for better, worse, word in zip(_merits(best), _merits(other), _words(best, other), strict=True):
        if worse < better:
            return word
    return None


def _merits(track: DuplicateTrack) -> tuple[float, ...]:
    """What counts, most important first; more is better."""
    facts = track.facts
    clipped = 0 if facts.clipping is None else 1 + facts.clipping.samples // _CLIPPED
    bandwidth = min(facts.bandwidth_hz or _FULL_BANDWIDTH_HZ, _FULL_BANDWIDTH_HZ) // _BANDWIDTH_STEP_HZ
    return (
        not track.is_damaged,
        facts.is_lossless,
        facts.channels,
        bandwidth,
        facts.sample_rate_hz,
        facts.effective_bits or facts.bit_depth or 0,
        -clipped,
        facts.duration_s // _LENGTH_STEP_S,
        0.0 if facts.is_lossless else round(track.kilobits_per_s / 8),
    )


def _words(best: DuplicateTrack, other: DuplicateTrack) -> tuple[str, ...]:
    facts = other.facts
    bits = facts.effective_bits or facts.bit_depth
    return (
        "damaged or cut short",
        "lossy",
        "mono" if facts.channels == 1 else f"{facts.channels} channels",
        f"nothing above {(facts.bandwidth_hz or 0) / 1000:.0f} kHz",
        f"{facts.sample_rate_hz / 1000:g} kHz",
        f"{bits} bits",
        "clips more",
        f"{best.facts.duration_s - facts.duration_s:.1f} s shorter",
        f"{other.kilobits_per_s:.0f} kb/s",
    )
