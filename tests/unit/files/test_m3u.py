"""Playlists as they are written: read again they list the same files; and what they may not replace."""

import os
from pathlib import Path

import pytest

from auralis_cli.files.m3u import Item, m3u, write_m3u
from auralis_cli.files.playlist import read_playlist
from auralis_cli.model.errors import ConfigError

NAMES = (
    "a.flac",
    "Für Elise.mp3",
    "100%20.mp3",
    "#1 hit.mp3",
    " blank.mp3",
    "a\\b.mp3",
    "x: y?.ogg",
    "deep/c.mp3",
)


@pytest.fixture
def music(tmp_path: Path) -> list[Item]:
    items = []
    for number, name in enumerate(NAMES):
        path = tmp_path / "music" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
        items.append(Item(str(path), 60 + number + 0.4))
    return items


def read(path: Path) -> list[str]:
    found, warnings = read_playlist(str(path))
    assert warnings == []
    return [os.path.realpath(each) for each in found]


@pytest.mark.parametrize("folder", ["music", "lists", "music/deep"])
@pytest.mark.parametrize("suffix", [".m3u8", ".m3u", ".M3U8"])
def test_read_again_it_lists_the_same_files(
    tmp_path: Path, music: list[Item], folder: str, suffix: str
) -> None:
    path = tmp_path / folder / f"list{suffix}"
    path.parent.mkdir(exist_ok=True)
    write_m3u(str(path), music)
    assert read(path) == [each.path for each in music]
    lines = path.read_bytes().splitlines()
    assert lines[:2] == [b"#EXTM3U", b"#EXTINF:60,a"]
    assert not [line for line in lines if line.startswith(b"/")]
    assert not [each for each in os.listdir(path.parent) if each.startswith(".auralis")]


def test_in_a_linked_folder_entries_lead_to_the_music(tmp_path: Path, music: list[Item]) -> None:
    (tmp_path / "far/away").mkdir(parents=True)
    (tmp_path / "lists").symlink_to(tmp_path / "far/away")
    write_m3u(str(tmp_path / "lists/x.m3u8"), music)
    assert read(tmp_path / "lists/x.m3u8") == [each.path for each in music]


def test_a_relative_name_is_one_in_the_current_folder(
    tmp_path: Path, music: list[Item], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path / "music")
    write_m3u("x.m3u8", music[:1])
    assert (tmp_path / "music/x.m3u8").read_text() == "#EXTM3U\n#EXTINF:60,a\na.flac\n"


def test_without_a_folder_paths_are_absolute(music: list[Item]) -> None:
    assert os.fsencode(music[0].path) in m3u(music, None).splitlines()


def test_names_that_are_not_utf8_are_for_m3u_alone(tmp_path: Path) -> None:
    items = [Item(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.mp3"), 10.0)]
    for content in (lambda: m3u(items, None), lambda: write_m3u(str(tmp_path / "x.m3u8"), items)):
        with pytest.raises(ConfigError, match=r"is not UTF-8; a playlist named \.m3u holds any bytes"):
            content()
    assert not (tmp_path / "x.m3u8").exists()
    write_m3u(str(tmp_path / "x.m3u"), items)
    assert (tmp_path / "x.m3u").read_bytes() == b"#EXTM3U\n#EXTINF:10,caf\xe9\ncaf\xe9.mp3\n"


@pytest.mark.parametrize("name", ["a\nb.mp3", "a\rb.mp3", "a.mp3 "])
def test_a_name_that_no_playlist_can_hold_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="no playlist can hold"):
        write_m3u(str(tmp_path / "x.m3u"), [Item(str(tmp_path / name), 1.0)])
    assert not (tmp_path / "x.m3u").exists()


@pytest.mark.parametrize("content", [b"", b"#EXTM3U\nold.mp3\n", b"\xef\xbb\xbf#EXTM3U\r\n"])
def test_a_playlist_is_replaced(tmp_path: Path, music: list[Item], content: bytes) -> None:
    path = tmp_path / "x.m3u8"
    path.write_bytes(content)
    write_m3u(str(path), music)
    assert len(read(path)) == len(NAMES)


def test_what_is_no_playlist_stays_unless_it_is_forced(tmp_path: Path, music: list[Item]) -> None:
    path, target = tmp_path / "x.m3u8", tmp_path / "y.m3u8"
    path.write_bytes(b"my diary")
    write_m3u(str(target), music[:1])
    link = tmp_path / "link.m3u8"
    link.symlink_to(target)
    for each, what in ((path, "no playlist"), (link, "a link")):
        with pytest.raises(ConfigError, match=f"is {what}: name another file, or give --force"):
            write_m3u(str(each), music)
    assert path.read_bytes() == b"my diary"
    for each in (path, link):
        write_m3u(str(each), music, force=True)
        assert len(read(each)) == len(NAMES)
    assert len(read(target)) == 1


def test_what_cannot_be_written_says_why(tmp_path: Path, music: list[Item]) -> None:
    (tmp_path / "folder.m3u8").mkdir()
    for name, why in (
        ("x.txt", "a playlist is named .m3u8 or .m3u"),
        ("x", "a playlist is named"),
        ("none/x.m3u8", "cannot write .*No such file or directory; name another file"),
        ("folder.m3u8", "is no file"),
    ):
        with pytest.raises(ConfigError, match=why):
            write_m3u(str(tmp_path / name), music)
    with pytest.raises(ConfigError, match="Is a directory"):
        write_m3u(str(tmp_path / "folder.m3u8"), music, force=True)


def test_the_name_that_tags_give_stands_before_the_entry_on_one_line(tmp_path: Path) -> None:
    names = ["Miles Davis – So What", "A\nfile:///etc/passwd – \x1b[2J\u202e\u2028", "東京事変 – 群青日和"]
    items = [Item(str(tmp_path / f"{number}.mp3"), 10.0, name) for number, name in enumerate(names)]
    write_m3u(str(tmp_path / "x.m3u8"), items)
    assert (tmp_path / "x.m3u8").read_text("utf-8").splitlines() == [
        "#EXTM3U",
        "#EXTINF:10,Miles Davis - So What",
        "0.mp3",
        "#EXTINF:10,A file:///etc/passwd -  [2J  ",
        "1.mp3",
        "#EXTINF:10,東京事変 - 群青日和",
        "2.mp3",
    ]
    assert read(tmp_path / "x.m3u8") == [item.path for item in items]
