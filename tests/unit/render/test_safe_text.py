"""What a hostile file name may do to a terminal, to rich, to JSON: nothing."""

import io
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from rich.text import Text

from auralis_cli.render.safe_text import base64_unless_utf8, safe_text, utf8_text


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plain name.flac", "plain name.flac"),
        ("Jóga – 東京 – Ключ.mp3", "Jóga – 東京 – Ключ.mp3"),
        ("na\u0308chste 🎵.ogg", "na\u0308chste 🎵.ogg"),
        ("\u3000ideographic.mp3", "\u3000ideographic.mp3"),
        ("two\nlines\r.mp3", r"two\nlines\r.mp3"),
        ("\x1b[2J\x1b]0;title\x07.mp3", r"\x1b[2J\x1b]0;title\x07.mp3"),
        ("c1 \x9b31m.mp3", r"c1 \x9b31m.mp3"),
        ("3pm\u202eflac.exe", r"3pm\u202eflac.exe"),
        ("line\u2028end.mp3", r"line\u2028end.mp3"),
        ("caf\udce9.mp3", r"caf\xe9.mp3"),
        ("null\x00.mp3", r"null\x00.mp3"),
    ],
)
def test_names_are_shown_on_one_line_with_controls_visible(name: str, shown: str) -> None:
    assert safe_text(name) == shown


@given(st.binary(max_size=60))
def test_no_bytes_reach_the_terminal_as_controls_or_line_ends(path: bytes) -> None:
    shown = safe_text(os.fsdecode(path))
    assert len(shown.splitlines()) <= 1
    assert all(ord(character) >= 0x20 and not 0x7F <= ord(character) < 0xA0 for character in shown)
    shown.encode("utf-8")


@pytest.mark.parametrize("name", ["[bold]loud[/bold].mp3", "[/] [Live].flac", "[link=x]:smile:.mp3"])
def test_markup_in_a_name_is_text(name: str) -> None:
    out = io.StringIO()
    Console(file=out, width=80, markup=False, emoji=False).print(Text(safe_text(name)))
    assert out.getvalue() == name + "\n"


@given(st.binary(max_size=60))
def test_any_path_fits_into_json_and_its_bytes_come_back(path: bytes) -> None:
    text = os.fsdecode(path)
    assert json.loads(json.dumps(utf8_text(text))).encode() == path.decode("utf-8", "replace").encode()
    assert (base64_unless_utf8(text) is None) == (utf8_text(text) == text)
