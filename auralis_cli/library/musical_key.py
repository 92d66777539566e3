"""A key as musicians and DJs write it: `A minor`, `Am`, Camelot `8A`, Open Key `1m`.

Camelot and Open Key number the keys along the circle of fifths: one step is seven semitones up, and a major
key has the number of its relative minor. Camelot calls C major 8B and A minor 8A, Open Key 1d and 1m.
"""

import re
from functools import cache
from typing import Final, NamedTuple

PITCH_CLASSES: Final = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")
"""As fp-worker writes them."""
_SHARPS: Final = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
"""As the Python reference writes them."""
_LETTERS: Final = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_ACCIDENTALS: Final = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}
_MODES: Final = {
    **dict.fromkeys(("", "M", "maj", "major"), "major"),
    **dict.fromkeys(("m", "min", "minor"), "minor"),
}

_CHORD: Final = r"([A-Ga-g])([#♯b♭]?) ?(m|M|maj|min|major|minor|)"
_CAMELOT: Final = r"(1[0-2]|[1-9])([ABab]?)"
_OPEN_KEY: Final = r"(1[0-2]|[1-9])([dmDM])"


class MusicalKey(NamedTuple):
    """One of the 24 keys."""

    name: str
    """`A minor`, as fp-worker writes it."""
    other_name: str
    """As the Python reference writes it; mostly the same."""
    chord: str
    """`Am`, `F#`."""
    camelot: str
    open_key: str

    @property
    def order(self) -> int:
        """The place on the Camelot wheel: 1A, 1B, 2A …"""
        return 2 * int(self.camelot[:-1]) + (self.camelot[-1] == "B")


@cache
def musical_keys() -> tuple[MusicalKey, ...]:
    """All keys in the order of the Camelot wheel."""
    keys = [_key(pitch, mode) for pitch in range(12) for mode in ("major", "minor")]
    return tuple(sorted(keys, key=lambda key: key.order))


def _key(pitch: int, mode: str) -> MusicalKey:
    major = pitch if mode == "major" else (pitch + 3) % 12
    fifths = 7 * major % 12  # above C
    return MusicalKey(
        name=f"{PITCH_CLASSES[pitch]} {mode}",
        other_name=f"{_SHARPS[pitch]} {mode}",
        chord=PITCH_CLASSES[pitch] + ("m" if mode == "minor" else ""),
        camelot=f"{(7 + fifths) % 12 + 1}{'B' if mode == 'major' else 'A'}",
        open_key=f"{fifths + 1}{'d' if mode == 'major' else 'm'}",
    )


def key_named(name: object) -> MusicalKey | None:
    """The key of a name in the cache; None for what is none."""
    return _by_name().get(name) if isinstance(name, str) else None


@cache
def _by_name() -> dict[str, MusicalKey]:
    return {name: key for key in musical_keys() for name in (key.name, key.other_name)}


def keys_meant(text: str) -> tuple[MusicalKey, ...]:
    """The keys that a text means in any of the notations; none for other texts.

    `minor` is all minor keys, and the Camelot number `8` is 8A and 8B.
    """
    text = " ".join(text.split())
    keys = musical_keys()
    if text.lower() in ("major", "minor"):
        return tuple(key for key in keys if key.name.endswith(text.lower()))
    if match := re.fullmatch(_CAMELOT, text):
        number, letter = match[1], match[2].upper()
        return tuple(
            key for key in keys if key.camelot in (f"{number}{letter or 'A'}", f"{number}{letter or 'B'}")
        )
    if match := re.fullmatch(_OPEN_KEY, text):
        return tuple(key for key in keys if key.open_key == match[0].lower())
    if match := re.fullmatch(_CHORD, text) or re.fullmatch(_CHORD, text[:1] + text[1:].lower()):
        pitch = (_LETTERS[match[1].upper()] + _ACCIDENTALS[match[2]]) % 12
        return tuple(key for key in keys if key.name == f"{PITCH_CLASSES[pitch]} {_MODES[match[3]]}")
    return ()


def wheel_order(name: object) -> int | None:
    """The place of a key's name on the Camelot wheel, for sorting; None for what is no key."""
    key = key_named(name)
    return None if key is None else key.order
