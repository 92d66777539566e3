"""The rules of tags."""

import msgspec
import pytest

from auralis_cli.model.tags import Tags

UUID = "a5b6ee0a-fd8e-42a5-a6ba-d4fd4ca3a0f6"


@pytest.mark.parametrize("end", ["\n", "\x00", "\x85", "\r\n"])
@pytest.mark.parametrize(
    ("name", "good"), [("title", "So What"), ("musicbrainz_artist_id", f"{UUID}; {UUID}")]
)
def test_no_text_ends_in_a_control_character(name: str, good: str, end: str) -> None:
    assert getattr(msgspec.convert({name: good}, Tags), name) == good
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({name: good + end}, Tags)
