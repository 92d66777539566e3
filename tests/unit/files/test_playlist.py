"""Playlists as they are written by players: relative, absolute, as URLs, on Windows, in old encodings."""

import os
from pathlib import Path

import pytest
from support.made_records import write_file

from auralis_cli.files.playlist import is_playlist, read_playlist
from auralis_cli.model.errors import ConfigError


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """A folder with playlists beside one with music."""
    for name in ("a b.mp3", "Für Elise.mp3", "100%.mp3", "Live/c.mp3", "d#1.mp3"):
        write_file(tmp_path / "music" / name)
    (tmp_path / "lists").mkdir()
    return tmp_path / "lists"


def tracks(lists: Path, name: str, content: str | bytes) -> list[str]:
    """What the playlist lists, below the folder above it."""
    path = lists / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    assert is_playlist(str(path))
    found, warnings = read_playlist(str(path))
    assert warnings == []
    return [os.path.relpath(each, lists.parent) for each in found]


def test_relative_entries_start_in_the_playlist_s_folder(lists: Path) -> None:
    content = "#EXTM3U\n#EXTINF:1,A - B\n../music/a b.mp3\n\n../music/gone.mp3\n"
    assert tracks(lists, "x.m3u", content) == ["music/a b.mp3", "music/gone.mp3"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("../music/a%20b.mp3", "a b.mp3"),
        ("..\\music\\a b.mp3", "a b.mp3"),
        ("..\\music\\Live\\c.mp3", "Live/c.mp3"),
        ("../music/100%.mp3", "100%.mp3"),
        ("../music/d#1.mp3", "d#1.mp3"),
        ("../music/F%C3%BCr%20Elise.mp3", "Für Elise.mp3"),
        ("file://{}/music/F%C3%BCr%20Elise.mp3", "Für Elise.mp3"),
        ("file://localhost{}/music/d%231.mp3", "d#1.mp3"),
        ("FILE://{}/music/a b.mp3", "a b.mp3"),
        ("{}/music/a b.mp3", "a b.mp3"),
    ],
)
def test_an_entry_is_the_file_that_is_there(lists: Path, written: str, meant: str) -> None:
    entry = written.format(lists.parent)
    assert tracks(lists, "x.m3u8", f"{entry}\n") == [f"music/{meant}"]
    assert tracks(lists, "x.PLS", f"[playlist]\nFile1={entry}\nTitle1=T\n") == [f"music/{meant}"]


def test_windows_line_ends_and_a_byte_order_mark_are_no_part_of_an_entry(lists: Path) -> None:
    assert tracks(lists, "x.m3u", b"\xef\xbb\xbf../music/a b.mp3\r\n../music/d#1.mp3\r\n") == [
        "music/a b.mp3",
        "music/d#1.mp3",
    ]


def test_an_8_bit_m3u_is_latin_1_unless_a_file_has_that_very_name(lists: Path) -> None:
    entry = "../music/Für Elise.mp3\n".encode("latin-1")
    assert tracks(lists, "x.m3u", entry) == ["music/Für Elise.mp3"]
    raw = os.fsdecode(entry[:-1]).removeprefix("../")
    write_file(lists.parent / raw)
    assert tracks(lists, "x.m3u", entry) == [raw]


def test_a_pls_lists_its_files_by_their_numbers(lists: Path) -> None:
    content = "[playlist]\r\nNumberOfEntries=2\r\nfile10=../music/d#1.mp3\r\nFile2=../music/a b.mp3\r\n"
    assert tracks(lists, "x.pls", content) == ["music/a b.mp3", "music/d#1.mp3"]


def test_an_xspf_lists_the_first_location_of_each_track(lists: Path) -> None:
    content = f"""<?xml version="1.0" encoding="UTF-8"?>
    <playlist version="1" xmlns="http://xspf.org/ns/0/"><location>elsewhere.xspf</location><trackList>
      <track><location>../music/a%20b.mp3</location><title>x</title></track>
      <track><title>no place</title></track>
      <track><location>file://{lists.parent}/music/F%C3%BCr%20Elise.mp3</location><location>2</location></track>
      <track><location>../music/d&#x23;1.mp3</location></track>
    </trackList></playlist>"""
    assert tracks(lists, "x.xspf", content) == ["music/a b.mp3", "music/Für Elise.mp3", "music/d#1.mp3"]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('<!DOCTYPE p [<!ENTITY a SYSTEM "file:///etc/passwd">]><playlist>&a;</playlist>', "document type"),
        ('<!DOCTYPE p [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><playlist>&b;</playlist>', "document type"),
        ("<playlist><track></playlist>", "mismatched tag"),
        ("", "no element found"),
    ],
)
def test_an_xspf_that_is_broken_or_declares_entities_is_refused(lists: Path, content: str, why: str) -> None:
    (lists / "x.xspf").write_text(content)
    with pytest.raises(ConfigError, match=f"cannot read the playlist {lists}/x.xspf: .*{why}"):
        read_playlist(str(lists / "x.xspf"))


def test_streams_other_playlists_and_an_empty_list_are_warnings(lists: Path) -> None:
    (lists / "empty.m3u").write_text("#EXTM3U\n")
    (lists / "x.m3u").write_text("https://radio.example/live.mp3\nempty.m3u\n../music/a b.mp3\n")
    found, warnings = read_playlist(str(lists / "x.m3u"))
    assert [os.path.basename(path) for path in found] == ["a b.mp3"]
    assert warnings == [
        f"{lists}/x.m3u: 1 of its entries are streams, not files, such as https://radio.example/live.mp3",
        f"{lists}/x.m3u lists other playlists, such as {lists}/empty.m3u: name them as well",
    ]
    assert read_playlist(str(lists / "empty.m3u")) == ([], [f"{lists}/empty.m3u lists no tracks"])


def test_a_folder_or_a_missing_file_is_no_playlist(lists: Path) -> None:
    (lists / "folder.m3u").mkdir()
    assert not is_playlist(str(lists / "folder.m3u"))
    assert not is_playlist(str(lists / "gone.m3u"))
