"""Are two tracks the same recording, as far as their numbers tell?

A gain moves only the loudness, and an encoder moves the other 24 little, so the distance without the loudness
decides, with the duration. Measured on 59 tracks in ten versions each:

    distance without loudness                        median   largest
    9 dB down                                        .000     .003
    MP3 at 320 kb/s                                  .001     .010
    24 bits at 48 kHz (one clipped in it: .116)      .003     .022
    AAC at 128 kb/s                                  .007     .057
    Opus at 64 kb/s                                  .013     .033
    Vorbis q2                                        .015     .054
    3 dB more bass and 2 dB more treble              .040     .15
    pushed 6 dB into a limiter                       .072     .185; 9 of 10 up to .101
    MP3 at 64 kb/s, 22 kHz, mono                     .068     .21

Of the 1,395 pairs of different tracks among them whose durations agree as closely, the nearest is .107.

Two takes, an edit or a live version can still look like this from afar, so the answer is "by the numbers";
only equal decoded audio is certain.
"""

from enum import Enum, auto
from typing import Final, NamedTuple

from auralis_cli.model.record import Record
from auralis_cli.similarity.distance import compare_fingerprints
from auralis_cli.similarity.levels import loudness_gain_db
from auralis_cli.similarity.weights import Preset, weights_of

MAX_ENCODED: Final = 0.06
"""Up to here another encoding explains the distance."""
MAX_MASTERED: Final = 0.1
"""Up to here another master of the same recording may explain it."""
MAX_SECONDS: Final = 0.25
"""Encoders add up to a tenth of a second of silence."""
SAME_NUMBERS: Final = 0.002
"""Below this distance nothing but a gain was changed."""
HEARD_DB: Final = 0.1
"""A smaller gain is not mentioned."""


_SOUND: Final = weights_of(Preset.SOUND)


class Kinship(Enum):
    """What two tracks are to each other."""

    SAME_AUDIO = auto()
    """Their decoded samples are equal."""
    SAME_RECORDING = auto()
    """By the numbers, one is made of the other or both of the same master: encoding and gain may differ."""
    SAME_PERFORMANCE = auto()
    """By the numbers, they may be two masters of one recording."""
    DIFFERENT = auto()


class Relation(NamedTuple):
    """`gain_db`: how much louder b is; 0 where nobody would hear it."""

    kinship: Kinship
    gain_db: float
    is_other_encoding: bool
    """Codec, sample rate, bits or channels differ."""
    is_changed: bool
    """More differs than a gain explains."""


def relate(a: Record, b: Record) -> Relation:
    """What b is to a."""
    gain_db = -(loudness_gain_db(a, b) or 0.0)
    gain_db = gain_db if abs(gain_db) >= HEARD_DB else 0.0
    is_other_encoding = _encoding(a) != _encoding(b)
    if a.content_key and a.content_key == b.content_key:
        return Relation(Kinship.SAME_AUDIO, 0.0, is_other_encoding, is_changed=False)
    if abs(_duration_s(a) - _duration_s(b)) > MAX_SECONDS:  # as nearly all: a list asks this of many pairs
        return Relation(Kinship.DIFFERENT, gain_db, is_other_encoding, is_changed=True)
    distance = compare_fingerprints(a.fingerprint, b.fingerprint, _SOUND).distance
    if distance is None or distance > MAX_MASTERED:
        return Relation(Kinship.DIFFERENT, gain_db, is_other_encoding, is_changed=True)
    kinship = Kinship.SAME_RECORDING if distance <= MAX_ENCODED else Kinship.SAME_PERFORMANCE
    return Relation(kinship, gain_db, is_other_encoding, is_changed=distance > SAME_NUMBERS)


def _duration_s(record: Record) -> float:
    return float(record.details.get("duration_s") or 0.0)


def _encoding(record: Record) -> tuple[object, ...]:
    return tuple(record.details.get(key) for key in ("codec", "sample_rate_hz", "bit_depth", "channels"))
