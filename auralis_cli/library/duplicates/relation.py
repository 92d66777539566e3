"""What one track is to another, from the stretches that both have and from their numbers.

Measured on 20 to 30 tracks each, against the file that they were made of. Errors are the share of differing
bits of the acoustic hash, changes those of the crest factor and of the five bands below 4 kHz:

    version                                 error    largest   crest dB       bands dB, .95
    MP3 at 320 kb/s                         .000     .001      -1.1 to 0.1    0.0
    24 bits at 48 kHz; 9 dB quieter         .000     .010      -1.2 to 0.0    0.1
    64 kb/s, 22 kHz, mono; MP3 at 128 kb/s  .003     .008      -1.0 to 0.7    0.1
    AAC at 128 kb/s; Vorbis q2              .009     .016      -1.2 to 0.8    0.3
    Opus at 64 kb/s                         .011     .020      -0.4 to 0.8    0.1
    pushed 6 dB into a limiter              .011     .080      -6.1 to -1.9   1.0
    3 dB more bass, 2 dB more treble        .033     .075      -0.4 to 0.7    2.2
    another performance of a MIDI file, in exactly the same tempo  .186 and more

so up to MAX_ERROR a stretch is the same recording; beyond it, it is only the same music.
"""

import math
from collections.abc import Sequence
from enum import StrEnum
from typing import Final

import msgspec

from auralis_cli.library.duplicates.alignment import SPAN_S, WORD_S, Stretch
from auralis_cli.library.duplicates.track import DuplicateTrack
from auralis_cli.similarity.matrix import Floats, plain_distances
from auralis_cli.similarity.recording import MAX_ENCODED, MAX_SECONDS
from auralis_cli.similarity.weights import Preset, weights_of

MAX_ERROR: Final = 0.14
"""Largest share of differing bits in a stretch of the same recording."""
MAX_GAP_S: Final = 1.0
"""A copy may begin or end so much sooner or later: the silence that encoders add is shorter."""
MIN_SHARE: Final = 0.5
"""Share of the shorter track that an edit and its original have in common."""
WHOLE_SHARE: Final = 0.9
"""Share of what overlaps that must be the same for a copy or a part."""
ALIKE_SHARE: Final = 0.15
"""Share of the shorter track that must at least be the same music for two takes."""
MASTERED_CREST_DB: Final = 1.5
MASTERED_BANDS_DB: Final = 0.6
HEARD_DB: Final = 0.3
HEARD_S: Final = 0.3
_BAND_FLOOR: Final = 0.5


class Kind(StrEnum):
    """What a track is to the reference: the first three are the whole recording."""

    SAME_AUDIO = "same_audio"
    """Equal samples, or equal encoded audio."""
    COPY = "copy"
    """The same recording: encoding, level and a moment of silence may differ."""
    MASTER = "master"
    """The same recording, limited or equalised in another way."""
    PART = "part"
    """One is a part of the other."""
    EDIT = "edit"
    """Parts of one are left out, repeated or put together in another way."""
    COMMON = "common"
    """Some of it is the same recording: a loop, a medley, an introduction."""
    TAKE = "take"
    """The same music, and not the same recording: another take, a live version, another arrangement."""
    DIFFERENT = "different"


DUPLICATES: Final = frozenset({Kind.SAME_AUDIO, Kind.COPY})
"""Kinds of which one file is enough."""
SAME_RECORDING: Final = DUPLICATES | {Kind.MASTER, Kind.PART, Kind.EDIT}


class Relation(msgspec.Struct, frozen=True):
    """What `other` is to `reference`.

    `gain_db`, `crest_db`, `bands_db`: how much louder it is, how much larger its crest factor, and the
    largest change of a band; None where that cannot be told. `later_s`, `earlier_s`: how much later it begins
    and how much earlier it ends, negative for the opposite. `same_s`: how much of both is the same.
    """

    kind: Kind
    is_confirmed: bool = True
    """By the audio itself; else by its numbers alone."""
    gain_db: float | None = None
    crest_db: float | None = None
    bands_db: float | None = None
    later_s: float = 0.0
    earlier_s: float = 0.0
    same_s: float = 0.0
    error: float | None = None
    is_silence: bool = False
    """What one has more is silence."""


def judge(reference: DuplicateTrack, other: DuplicateTrack, found: Sequence[Stretch]) -> Relation:
    """The relation by the stretches that both have: `a` of each is in the reference, `b` in the other."""
    a_s, b_s = reference.facts.duration_s, other.facts.duration_s
    shorter = max(min(a_s, b_s) - SPAN_S, WORD_S)
    same = [each for each in found if each.error <= MAX_ERROR]
    if not same:
        alike = sum(each.length for each in found) * WORD_S
        return Relation(Kind.TAKE if alike >= ALIKE_SHARE * shorter else Kind.DIFFERENT, same_s=0.0)
    same_s = sum(each.length for each in same) * WORD_S
    error = sum(each.length * each.error for each in same) / sum(each.length for each in same)
    # Each word tells of 2.7 s from its beginning on, so a stretch of words is that much longer in the audio.
    heard_s = min(same_s + SPAN_S, a_s, b_s)
    main = max(same, key=lambda each: each.length)
    offset_s = main.offset_s
    aligned_s = sum(each.length for each in same if abs(each.offset_s - offset_s) <= 2 * WORD_S) * WORD_S
    overlap_s = max(min(a_s, b_s + offset_s) - max(0.0, offset_s) - SPAN_S, WORD_S)
    later_s, earlier_s = offset_s, a_s - b_s - offset_s
    is_inside = later_s * earlier_s >= 0 or min(abs(later_s), abs(earlier_s)) <= MAX_GAP_S
    told = Relation(
        Kind.EDIT,
        gain_db=_gain(reference, other),
        crest_db=_difference(reference.crest_db, other.crest_db),
        bands_db=_bands(reference, other),
        later_s=later_s,
        earlier_s=earlier_s,
        same_s=heard_s,
        error=error,
    )
    if aligned_s >= WHOLE_SHARE * overlap_s and is_inside:
        return _whole_or_part(reference, other, told)
    kind = Kind.EDIT if same_s >= MIN_SHARE * shorter else Kind.COMMON
    return msgspec.structs.replace(told, kind=kind)


def by_numbers(reference: DuplicateTrack, other: DuplicateTrack, one: Floats, another: Floats) -> Relation:
    """The relation where nobody can listen, from the coordinates (25,) of both, as `similarity.recording`."""
    is_as_long = abs(reference.facts.duration_s - other.facts.duration_s) <= MAX_SECONDS
    distance = (
        float(plain_distances(one[None], another, weights_of(Preset.SOUND))[0]) if is_as_long else math.nan
    )
    kind = Kind.COPY if distance <= MAX_ENCODED else Kind.DIFFERENT
    return Relation(kind, is_confirmed=False, gain_db=_gain(reference, other))


def _whole_or_part(reference: DuplicateTrack, other: DuplicateTrack, told: Relation) -> Relation:
    """For tracks that are the same wherever both are: a copy unless one lacks more than silence."""
    later_s, earlier_s = told.later_s, told.earlier_s
    if max(abs(later_s), abs(earlier_s)) > MAX_GAP_S:
        silent_later = _less_silence(reference.facts.leading_silence_s, other.facts.leading_silence_s)
        silent_earlier = _less_silence(reference.facts.trailing_silence_s, other.facts.trailing_silence_s)
        if silent_later is None or silent_earlier is None:
            return msgspec.structs.replace(told, kind=Kind.PART)
        if max(abs(later_s - silent_later), abs(earlier_s - silent_earlier)) > MAX_GAP_S:
            return msgspec.structs.replace(told, kind=Kind.PART)
        told = msgspec.structs.replace(told, is_silence=True)
    crest, bands = abs(told.crest_db or 0.0), abs(told.bands_db or 0.0)
    is_master = crest >= MASTERED_CREST_DB or bands >= MASTERED_BANDS_DB
    return msgspec.structs.replace(told, kind=Kind.MASTER if is_master else Kind.COPY)


def _less_silence(reference_s: float | None, other_s: float | None) -> float | None:
    """How much less silence the other has there."""
    return None if reference_s is None or other_s is None else reference_s - other_s


def _gain(reference: DuplicateTrack, other: DuplicateTrack) -> float | None:
    """How much louder the other is. None beside mono: a channel that plays alone counts as 3 LU less."""
    mono = (reference.facts.channels == 1, other.facts.channels == 1)
    return None if mono[0] != mono[1] else _difference(reference.lufs, other.lufs)


def _difference(reference: float | None, other: float | None) -> float | None:
    return None if reference is None or other is None else other - reference


def _bands(reference: DuplicateTrack, other: DuplicateTrack) -> float | None:
    """The change in dB of the band that changes most, of those that encoders leave as they are."""
    changes = [
        10 * math.log10((y + _BAND_FLOOR) / (x + _BAND_FLOOR))
        for x, y in zip(reference.bands, other.bands, strict=True)
        if x is not None and y is not None
    ]
    return max(changes, key=abs, default=None)
