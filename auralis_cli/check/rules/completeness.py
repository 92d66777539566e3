"""T1xx: whether all of a track is there."""

import os
from typing import Final

from auralis_cli.check.albums import album_folder
from auralis_cli.check.finding import Found, Level, signed
from auralis_cli.check.limits import Limits
from auralis_cli.check.rule import Mender, Rule
from auralis_cli.check.track import Track
from auralis_cli.files.urls import path_from


def failed(track: Track, _: Limits) -> Found | None:
    """Not a sample of it could be analysed."""
    if track.error is None:
        return None
    code, message = track.error
    above = os.path.dirname(album_folder(track.folder))  # its name alone would be that of many files
    place = path_from(track.path, above)
    return Found(f"cannot be analysed: {message} ({code})", mark=f"{code} {place}")


def truncated(track: Track, _: Limits) -> Found | None:
    """It ends before its end."""
    warning = track.warning("truncated")
    if warning is None:
        return None
    missing, rate = track.facts.missing_samples, track.facts.sample_rate_hz
    if not missing or not rate:
        return Found("is cut short", times_s=(track.facts.duration_s,))
    seconds = missing / rate
    return Found(f"is cut short: {seconds:.1f} s are missing", seconds, 0.0, "s", (track.facts.duration_s,))


def damaged(track: Track, _: Limits) -> Found | None:
    """Parts of it do not decode."""
    warning = track.warning("damaged")
    if warning is None:
        return None
    lost, rate = track.facts.damaged_samples, track.facts.sample_rate_hz
    if not lost or not rate:
        return Found(f"is damaged: {warning.count:,} parts do not decode", float(warning.count), 0.0, "parts")
    seconds = lost / rate
    return Found(f"is damaged: {seconds:.1f} s do not decode", seconds, 0.0, "s")


def header_disagrees(track: Track, _: Limits) -> Found | None:
    """What the header says holds for a part of the file. (One that promises too much is `truncated`.)"""
    if track.warning("format_change") is None:
        return None
    return Found("changes its sample rate or channels midway")


def silence_inside(track: Track, limits: Limits) -> Found | None:
    """A long silence between two sounds."""
    silence = track.facts.longest_silence_s
    if silence is None or silence <= limits.silence_s:
        return None
    at = track.facts.longest_silence_at_s
    return Found(
        f"silence of {silence:.1f} s",
        silence,
        limits.silence_s,
        "s",
        () if at is None else (at,),
        limit_text=f"limit {limits.silence_s:g}",
    )


def silence_around(track: Track, limits: Limits) -> Found | None:
    """A long silence before the first sound or after the last."""
    before, after = track.facts.leading_silence_s or 0.0, track.facts.trailing_silence_s or 0.0
    longest, limit = max(before, after), limits.edge_silence_s
    if longest <= limit or track.lufs is None:
        return None
    place, at = ("start", 0.0) if before >= after else ("end", track.facts.duration_s - after)
    return Found(
        f"silence of {longest:.1f} s at the {place}",
        longest,
        limit,
        "s",
        (at,),
        limit_text=f"limit {limit:g}",
    )


def abrupt_start(track: Track, limits: Limits) -> Found | None:
    """Full sound from the first sample on."""
    level = track.facts.start_level_db
    if level is None or level <= limits.abrupt_db:
        return None
    return Found(
        f"begins at {signed(level)} dB of its level",
        level,
        limits.abrupt_db,
        "dB",
        (0.0,),
        limit_text=f"limit {limits.abrupt_db:g}",
    )


def abrupt_end(track: Track, limits: Limits) -> Found | None:
    """Full sound up to the last sample."""
    level = track.facts.end_level_db
    if level is None or level <= limits.abrupt_db:
        return None
    return Found(
        f"ends at {signed(level)} dB of its level",
        level,
        limits.abrupt_db,
        "dB",
        (track.facts.duration_s,),
        limit_text=f"limit {limits.abrupt_db:g}",
    )


def nothing_to_hear(track: Track, _: Limits) -> Found | None:
    """No sound at all."""
    levels = track.facts.channel_levels_dbfs
    if not levels or any(level is not None for level in levels):
        return None
    return Found("is silent from start to end", times_s=(0.0,))


RULES: Final = (
    Rule(
        code="T101",
        name="failed",
        level=Level.ERROR,
        what="the file cannot be analysed",
        why="Nothing, or not enough, of it decodes: it will not play either.",
        judge="The message says why; 'auralis failures list' says what to do.",
        mender=Mender.SUPPLIER,
        source="The standard of its format; the worker's code is in the message",
        of_track=failed,
    ),
    Rule(
        code="T102",
        name="truncated",
        level=Level.ERROR,
        what="the file ends before its end",
        why="A copy or a download was broken off; the end of the music is missing.",
        judge="Play the end. The header says how long it should be: either the end is missing, or the header "
        "is wrong.",
        mender=Mender.SUPPLIER,
        source="The length in the header of its format, such as RFC 9639 (FLAC), streaminfo: total samples",
        of_track=truncated,
    ),
    Rule(
        code="T103",
        name="damaged",
        level=Level.ERROR,
        what="parts of the file do not decode",
        why="Bits have changed on a disk or in a transfer: there are clicks or gaps.",
        judge="Compare with another copy. The checksums of the format find what no ear may.",
        mender=Mender.SUPPLIER,
        source="The checksums of its format, such as RFC 9639 (FLAC), frame footer: CRC-16",
        of_track=damaged,
    ),
    Rule(
        code="T104",
        name="header",
        level=Level.WARNING,
        what="the header disagrees with later parts of the audio",
        why="Rate or channels change midway. Many players go on by the header: too fast, too slow, as noise.",
        judge="Play it to the end in several players. A stream that was recorded may change by nature.",
        mender=Mender.EXPORT,
        source="The header of its format, against those of its frames, such as RFC 9639 (FLAC), frame header",
        of_track=header_disagrees,
    ),
    Rule(
        code="T105",
        name="silence",
        level=Level.WARNING,
        what="a long silence within the track",
        why="A gap in a recording, a dropout of a transfer, or two tracks in one file.",
        judge="Listen at the time. A hidden track after a pause is a habit of the nineties.",
        mender=Mender.SUPPLIER,
        limits=("silence_s",),
        source="Practice of archives; silence as in `silence_ratio`, the limit is ours",
        of_track=silence_inside,
    ),
    Rule(
        code="T106",
        name="silence-around",
        level=Level.INFO,
        what="a long silence before or after the music",
        why="A listener waits, or a track was exported with the whole length of the session.",
        judge="Look whether something very soft is in it: a fade, the sound of a room.",
        mender=Mender.EXPORT,
        limits=("edge_silence_s",),
        source="Practice of mastering; a CD has 2 s between tracks (IEC 60908)",
        of_track=silence_around,
    ),
    Rule(
        code="T107",
        name="abrupt-start",
        level=Level.INFO,
        is_on=False,
        what="full sound from the first sample on",
        why="The beginning may have been cut off.",
        judge="Play it after the track before it: on a live album or in a mix one goes into the other.",
        mender=Mender.EXPORT,
        limits=("abrupt_db",),
        source="Practice of mastering: level of the first 50 ms against the track; the limit is ours",
        of_track=abrupt_start,
    ),
    Rule(
        code="T108",
        name="abrupt-end",
        level=Level.INFO,
        is_on=False,
        what="full sound up to the last sample",
        why="The end may have been cut off, in a way that the format does not show.",
        judge="Play it before the track after it: on a live album or in a mix one goes into the other. "
        "Loops end so.",
        mender=Mender.EXPORT,
        limits=("abrupt_db",),
        source="Practice of mastering: level of the last 50 ms against the track; the limit is ours",
        of_track=abrupt_end,
    ),
    Rule(
        code="T109",
        name="silent",
        level=Level.WARNING,
        what="no sound from start to end",
        why="An export without its tracks, or a recording without input.",
        judge="Every sample is zero. Some albums have a silent track on purpose.",
        mender=Mender.SUPPLIER,
        source="Channel levels by sample",
        of_track=nothing_to_hear,
    ),
)
"""The rules of this module."""
