"""S1xx: what is between left and right."""

from typing import Final

from auralis_cli.check.finding import Found, Level, signed
from auralis_cli.check.limits import Limits
from auralis_cli.check.rule import Mender, Rule
from auralis_cli.check.track import Track

_DEAD = {"left_dead": "left", "right_dead": "right"}


def dead_channel(track: Track, _: Limits) -> Found | None:
    """One of two channels has no sound at all."""
    side = _DEAD.get(track.facts.channel_relation or "")
    return None if side is None else Found(f"the {side} channel is silent from start to end")


def identical(track: Track, _: Limits) -> Found | None:
    """Two channels that are one."""
    if track.facts.channel_relation != "identical":
        return None
    return Found("left and right are the same")


def inverted(track: Track, _: Limits) -> Found | None:
    """One channel is the other upside down."""
    if track.facts.channel_relation != "inverted" and track.warning("polarity") is None:
        return None
    return Found("left and right cancel each other: one of them has inverted polarity")


def unbalanced(track: Track, limits: Limits) -> Found | None:
    """One side is much louder than the other."""
    difference = track.facts.level_difference_db
    if difference is None or abs(difference) <= limits.balance_db:
        return None
    louder = "left" if difference > 0 else "right"
    return Found(
        f"the {louder} channel is {abs(difference):.1f} dB louder",
        difference,
        limits.balance_db,
        "dB",
        limit_text=f"limit {limits.balance_db:g}",
    )


def out_of_phase(track: Track, limits: Limits) -> Found | None:
    """A correlation meter would stand below the limit for most of the time."""
    correlation = track.phase_correlation
    if correlation is None or correlation >= limits.correlation or inverted(track, limits) is not None:
        return None
    return Found(
        f"mean correlation {signed(correlation, 2)}",
        correlation,
        limits.correlation,
        limit_text=f"limit {signed(limits.correlation, 2)}",
    )


RULES: Final = (
    Rule(
        code="S101",
        name="dead-channel",
        level=Level.ERROR,
        what="one of two channels is silent",
        why="A cable, a track of the mixer or an export lost it: half of the music is not there.",
        judge="It lies 60 dB or more below the other. Somebody may have meant it, as in a game.",
        mender=Mender.SUPPLIER,
        source="Practice of mastering and archives; RMS of each channel",
        of_track=dead_channel,
    ),
    Rule(
        code="S102",
        name="dual-mono",
        level=Level.INFO,
        what="left and right are the same",
        why="The file is mono and stored twice. That is right for an old recording, and wrong for a stereo "
        "mix.",
        judge="Ask whether a stereo version exists. If not, one channel is enough.",
        mender=Mender.EXPORT,
        source="Practice of mastering and archives; the difference has less than -70 dB of the power",
        of_track=identical,
    ),
    Rule(
        code="S103",
        name="inverted",
        level=Level.ERROR,
        what="one channel is upside down",
        why="On one loudspeaker, in a club and on most phones the two cancel, and the music vanishes.",
        judge="Press mono: what disappears is what cancels. Inverting one channel mends it.",
        mender=Mender.EXPORT,
        source="Practice of mastering: a correlation meter stands at -1; the samples are compared",
        of_track=inverted,
    ),
    Rule(
        code="S104",
        name="unbalanced",
        level=Level.WARNING,
        what="one channel much louder than the other",
        why="A wrong gain or a worn cartridge; the singer is not in the middle.",
        judge="Listen for what should be in the middle: voice, bass, snare. Early stereo puts instruments "
        "to one side.",
        mender=Mender.MASTERING,
        limits=("balance_db",),
        source="Practice of mastering; RMS of the left channel less that of the right",
        of_track=unbalanced,
    ),
    Rule(
        code="S105",
        name="out-of-phase",
        level=Level.WARNING,
        what="correlation below the limit over the whole track",
        why="A mix that is mostly out of phase sounds hollow, and loses its loudest parts in mono.",
        judge="Press mono, and compare the loudness. Wide synthesizers and some reverberation may be meant.",
        mender=Mender.MASTERING,
        limits=("correlation",),
        source="The reading of a correlation meter, see `phase_correlation`; the limit is ours",
        of_track=out_of_phase,
    ),
)
"""The rules of this module."""
