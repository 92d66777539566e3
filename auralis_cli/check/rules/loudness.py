"""L1xx: loudness."""

from collections.abc import Iterator
from statistics import median
from typing import Final

from auralis_cli.check.finding import Found, Level, signed
from auralis_cli.check.limits import Limits
from auralis_cli.check.rule import Mender, Rule
from auralis_cli.check.track import Album, Track

FEWEST = 3
"""Of fewer tracks none is off."""
SHORT_S = 60.0
"""The range of what is shorter says little: Tech 3342 counts windows of 3 s."""


def off_target(track: Track, limits: Limits) -> Found | None:
    """Not as loud as is wanted; nothing without a target."""
    target, loudness = limits.target_lufs, track.lufs
    if target is None or loudness is None or abs(loudness - target) <= limits.target_tolerance_lu:
        return None
    return Found(
        f"loudness {loudness:.1f} LUFS, {signed(loudness - target)} LU from the target",
        loudness,
        target,
        "LUFS",
        limit_text=f"target {target:g}, within {limits.target_tolerance_lu:g} LU",
    )


def off_album(album: Album, limits: Limits) -> Iterator[tuple[Track | None, Found]]:
    """Much louder or softer than its album: than half of the tracks are. One loud track moves a mean."""
    heard = [(track, track.lufs) for track in album.tracks if track.lufs is not None]
    if len(heard) < FEWEST or not album.is_one:
        return
    usual = median(loudness for _, loudness in heard)
    for track, loudness in heard:
        if abs(loudness - usual) <= limits.album_loudness_lu:
            continue
        yield (
            track,
            Found(
                f"loudness {loudness:.1f} LUFS, {signed(loudness - usual)} LU from its album",
                loudness - usual,
                limits.album_loudness_lu,
                "LU",
                limit_text=f"limit {limits.album_loudness_lu:g} from {usual:.1f} LUFS",
            ),
        )


def extreme_range(track: Track, limits: Limits) -> Found | None:
    """A loudness range that music hardly has."""
    extent = track.facts.loudness_range_lu
    if extent is None or track.facts.duration_s < SHORT_S:
        return None
    low, high = limits.range_low_lu, limits.range_high_lu
    if low <= extent <= high:
        return None
    return Found(
        f"loudness range {extent:.1f} LU",
        extent,
        low if extent < low else high,
        "LU",
        limit_text=f"limit {low:g} to {high:g}",
    )


def crushed(track: Track, limits: Limits) -> Found | None:
    """Peaks hardly above the loudness: limited hard."""
    ratio = track.facts.plr_lu
    if ratio is None or ratio >= limits.plr_lu:
        return None
    return Found(
        f"peak to loudness ratio {ratio:.1f} LU",
        ratio,
        limits.plr_lu,
        "LU",
        limit_text=f"limit {limits.plr_lu:g}",
    )


def short_term(track: Track, limits: Limits) -> Found | None:
    """Louder for three seconds than is allowed; nothing without a limit."""
    loudest, limit = track.facts.max_short_term_lufs, limits.short_term_lufs
    if limit is None or loudest is None or loudest <= limit:
        return None
    return Found(
        f"short-term loudness up to {loudest:.1f} LUFS", loudest, limit, "LUFS", limit_text=f"limit {limit:g}"
    )


RULES: Final = (
    Rule(
        code="L101",
        name="off-target",
        level=Level.WARNING,
        what="loudness outside of the target",
        why="A delivery has a loudness: a programme for broadcasting is refused, and a service turns a "
        "track down or up.",
        judge="The figure is that of the whole track, gated. Set the target in auralis.toml or with "
        "--target; without one the rule is silent.",
        mender=Mender.MASTERING,
        limits=("target_lufs", "target_tolerance_lu"),
        source="EBU R 128: -23.0 LUFS; AES TD1008: music for streaming; ReplayGain 2.0: -18 LUFS",
        of_track=off_target,
    ),
    Rule(
        code="L102",
        name="off-album",
        level=Level.INFO,
        is_on=False,
        what="loudness far from that of its album",
        why="Within an album, a track that leaps out of the rest was often mastered in another session.",
        judge="Play it between its neighbours. An interlude or a ballad may well be soft.",
        mender=Mender.MASTERING,
        limits=("album_loudness_lu",),
        source="AES TD1008: albums keep the relations of their tracks; the limit is ours",
        of_album=off_album,
    ),
    Rule(
        code="L103",
        name="range",
        level=Level.INFO,
        what="loudness range smaller or larger than that of music",
        why="A range near 0 is a drone, a test signal or a wall of sound; a very large one has passages "
        "that nobody hears in a car, or a part at a wrong level.",
        judge="Look at soft and loud passages. Orchestral music reaches 20 LU.",
        mender=Mender.MASTERING,
        limits=("range_low_lu", "range_high_lu"),
        source="EBU Tech 3342 for the measure; the limits are ours",
        of_track=extreme_range,
    ),
    Rule(
        code="L104",
        name="crushed",
        level=Level.INFO,
        is_on=False,
        what="peaks hardly above the loudness",
        why="A small ratio of peak to loudness is what hard limiting leaves. Where loudness is normalised, "
        "it brings no more loudness, only less punch.",
        judge="Compare with the mix at equal loudness. Some genres want it.",
        mender=Mender.MASTERING,
        limits=("plr_lu",),
        source="E. Skovenborg, Measures of Microdynamics, AES Convention 137 (2014); the limit is ours",
        of_track=crushed,
    ),
    Rule(
        code="L105",
        name="short-term",
        level=Level.WARNING,
        what="short-term loudness above the limit",
        why="Advertisements and trailers have a limit for their loudest three seconds.",
        judge="Set the limit short_term_lufs in auralis.toml; without one the rule is silent.",
        mender=Mender.MASTERING,
        limits=("short_term_lufs",),
        source="EBU R 128 s1: at most -18.0 LUFS; measured by EBU Tech 3341",
        of_track=short_term,
    ),
)
"""The rules of this module."""
