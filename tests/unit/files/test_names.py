import pytest

from auralis_cli.files.names import AUDIO_EXTENSIONS, has_audio_extension


@pytest.mark.parametrize(
    "name",
    ["a.mp3", "A.MP3", "b.Flac", "x.y.m4a", "ü.oPuS", "a.dsf", "a.w64", "a.mkv", "a.3g2"],
)
def test_audio_names_in_any_case_are_audio(name: str) -> None:
    assert has_audio_extension(name)


@pytest.mark.parametrize("name", ["mp3", "a.mp3.auralis.json", "a.jpg", "a.cue", "a.", "", "amp3", "a.avi"])
def test_other_names_are_not(name: str) -> None:
    assert not has_audio_extension(name)


def test_the_table_is_lower_case_without_dots() -> None:
    assert AUDIO_EXTENSIONS
    assert all(extension == extension.lower() and "." not in extension for extension in AUDIO_EXTENSIONS)
