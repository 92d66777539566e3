"""Keys in the notations of musicians and DJs."""

import pytest

from auralis_cli.library.musical_key import MusicalKey, key_named, keys_meant, musical_keys
from auralis_cli.reference.key import CLASS_NAMES

WHEEL = {
    "1A": "Ab minor", "1B": "B major", "2A": "Eb minor", "2B": "F# major", "3A": "Bb minor", "3B": "C# major",
    "4A": "F minor", "4B": "Ab major", "5A": "C minor", "5B": "Eb major", "6A": "G minor", "6B": "Bb major",
    "7A": "D minor", "7B": "F major", "8A": "A minor", "8B": "C major", "9A": "E minor", "9B": "G major",
    "10A": "B minor", "10B": "D major", "11A": "F# minor", "11B": "A major",
    "12A": "C# minor", "12B": "E major",
}  # fmt: skip
"""The Camelot wheel as it is printed."""


def meant(text: str) -> list[str]:
    return [key.name for key in keys_meant(text)]


def test_the_camelot_wheel_is_the_printed_one() -> None:
    assert {key.camelot: key.name for key in musical_keys()} == WHEEL
    assert [key.camelot for key in musical_keys()] == list(WHEEL)


def test_open_key_begins_at_c_and_goes_up_in_fifths() -> None:
    names = {key.open_key: key.name for key in musical_keys()}
    fifths = ["C", "G", "D", "A", "E", "B", "F#", "C#", "Ab", "Eb", "Bb", "F"]
    assert [names[f"{number}d"] for number in range(1, 13)] == [f"{name} major" for name in fifths]
    assert (names["1m"], names["2m"], names["12m"]) == ("A minor", "E minor", "D minor")


@pytest.mark.parametrize("key", musical_keys(), ids=lambda key: key.name)
def test_every_notation_of_a_key_means_it(key: MusicalKey) -> None:
    for text in (*key[:4], key.open_key, key.name.upper(), f"  {key.name} ", key.camelot.lower()):
        assert meant(text) == [key.name], text
    assert key_named(key.name) == key_named(key.other_name) == key


def test_flats_and_sharps_of_one_pitch_are_one_key() -> None:
    assert meant("Db") == meant("C#") == meant("D♭ major") == ["C# major"]
    assert meant("Gbm") == meant("f#min") == ["F# minor"]
    assert meant("Cb") == ["B major"]


def test_a_mode_or_a_number_alone_is_several_keys() -> None:
    assert meant("8") == ["A minor", "C major"]
    assert len(meant("minor")) == len(meant("Major")) == 12


@pytest.mark.parametrize("text", ["", "H", "13A", "0B", "8C", "13m", "Amm", "A minor minor", "m", "A" * 1000])
def test_what_is_no_key_means_none(text: str) -> None:
    assert meant(text) == []


def test_the_names_of_both_analyzers_are_known() -> None:
    """fp-worker writes Eb, the reference D#."""
    assert all(key_named(f"{name} {mode}") for name in CLASS_NAMES for mode in ("major", "minor"))
    assert key_named("H minor") is key_named(None) is None
