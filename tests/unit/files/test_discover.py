import errno
import os
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from support.made_records import see, write_file

from auralis_cli.files import discover as discover_module
from auralis_cli.files.discover import discover
from auralis_cli.files.selection import Selection
from auralis_cli.files.skipped import Refused, Skipped, SkipReason
from auralis_cli.model.record import Track


def found(*paths: Path, exclude: Sequence[str] = ()) -> list[Track | Skipped | Refused]:
    return list(discover([str(path) for path in paths], Selection(exclude)))


def names(*paths: Path, exclude: Sequence[str] = ()) -> list[str]:
    """Names of the tracks below the first path, in order."""
    tracks = [item for item in found(*paths, exclude=exclude) if isinstance(item, Track)]
    return [str(Path(track.path).relative_to(paths[0])) for track in tracks]


def skips(*paths: Path, exclude: Sequence[str] = ()) -> dict[str, SkipReason]:
    """Reasons by path below the first path."""
    skipped = [item for item in found(*paths, exclude=exclude) if isinstance(item, Skipped)]
    return {str(Path(skip.path).relative_to(paths[0])): skip.reason for skip in skipped}


def test_a_track_has_the_absolute_path_the_size_and_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = write_file(tmp_path / "music/a.mp3", b"12345", mtime_ns=1_234_567_890_987_654_321)
    monkeypatch.chdir(tmp_path)
    assert list(discover(["music"])) == [expected]
    assert list(discover(["music/../music//a.mp3"])) == [expected]
    assert expected.size == 5
    assert expected.mtime_ns == 1_234_567_890_987_654_321


def test_files_come_by_name_then_subfolders_by_name_at_any_depth(tmp_path: Path) -> None:
    for name in ("b/2.mp3", "b/1.FLAC", "a/x/y/z/deep.ogg", "z.wav", "A.Opus", "a/cover.jpg", "a/notes"):
        write_file(tmp_path / name)
    assert names(tmp_path) == ["A.Opus", "z.wav", "a/x/y/z/deep.ogg", "b/1.FLAC", "b/2.mp3"]
    assert skips(tmp_path) == {}


def test_what_is_hidden_or_the_system_s_is_skipped_with_its_reason(tmp_path: Path) -> None:
    for name in (
        "a.mp3",
        ".hidden.mp3",
        "._a.mp3",
        ".DS_Store",
        ".git/x.mp3",
        "@eaDir/a.mp3/x.mp3",
        "#recycle/a.mp3",
        "$RECYCLE.BIN/a.mp3",
        "sub/lost+found/a.mp3",
        "sub/.Trash-1000/a.mp3",
        "sub/System Volume Information/a.mp3",
    ):
        write_file(tmp_path / name)
    assert names(tmp_path) == ["a.mp3"]
    assert skips(tmp_path) == {
        ".hidden.mp3": "hidden",
        "._a.mp3": "apple_double",
        ".git": "hidden",
        "@eaDir": "system_folder",
        "#recycle": "system_folder",
        "$RECYCLE.BIN": "system_folder",
        "sub/lost+found": "system_folder",
        "sub/.Trash-1000": "system_folder",
        "sub/System Volume Information": "system_folder",
    }


@pytest.mark.parametrize("name", [".hidden.mp3", "noextension", "._x.mp3", "film.mkv", "@eaDir/a.mp3"])
def test_a_named_file_is_a_track_whatever_its_name(tmp_path: Path, name: str) -> None:
    track = write_file(tmp_path / name)
    assert found(tmp_path / name) == [track]


def test_a_named_folder_is_walked_whatever_its_name(tmp_path: Path) -> None:
    track = write_file(tmp_path / "@eaDir/a.mp3")
    assert found(tmp_path / "@eaDir") == [track]


def test_a_named_path_that_is_not_there_is_refused(tmp_path: Path) -> None:
    items = found(tmp_path / "gone.mp3", tmp_path / "nul\0.mp3")
    assert [(type(item), item.error.code) for item in items if isinstance(item, Refused)] == [
        (Refused, "not_found"),
        (Refused, "not_found"),
    ]
    assert isinstance(items[0], Refused)
    assert items[0].path == str(tmp_path / "gone.mp3")
    assert "cannot find" in items[0].error.message
    assert [item.error.code for item in discover([""]) if isinstance(item, Refused)] == ["not_found"]


def test_special_files_are_not_tracks_and_do_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    os.mkfifo(tmp_path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.ogg"))
        assert skips(tmp_path) == {"pipe.mp3": "not_a_file", "s.ogg": "not_a_file"}
    (refused,) = found(tmp_path / "pipe.mp3")
    assert isinstance(refused, Refused)
    assert refused.error.code == "not_a_file"


def test_a_folder_with_an_audio_name_is_told_and_looked_into(tmp_path: Path) -> None:
    write_file(tmp_path / "Album.mp3/1.mp3")
    assert names(tmp_path) == ["Album.mp3/1.mp3"]
    assert skips(tmp_path) == {"Album.mp3": "audio_named_folder"}


def test_links_are_followed_after_what_is_really_there(tmp_path: Path) -> None:
    write_file(tmp_path / "lib/z/real.mp3")
    write_file(tmp_path / "else/where.mp3")
    (tmp_path / "lib/a.mp3").symlink_to("z/real.mp3")
    (tmp_path / "lib/b.mp3").symlink_to(tmp_path / "else/where.mp3")
    (tmp_path / "lib/c").symlink_to("z")
    assert names(tmp_path / "lib") == ["z/real.mp3", "b.mp3"]
    assert skips(tmp_path / "lib") == {"a.mp3": "duplicate", "c": "duplicate"}


@pytest.mark.parametrize("target", ["z/.hidden.mp3", "z/no-name", "z/left out.mp3", "z/ignored.mp3"])
@pytest.mark.parametrize("marks", [discover_module._MARKS, 1])
def test_a_link_is_a_track_where_its_file_is_none(
    tmp_path: Path, target: str, marks: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(discover_module, "_MARKS", marks)  # 1: all inodes have the same mark
    write_file(tmp_path / "z/real.mp3")
    write_file(tmp_path / target)
    write_file(tmp_path / ".auralisignore", b"ignored.mp3\n")
    (tmp_path / "a.mp3").symlink_to(target)
    assert names(tmp_path, exclude=["left*"]) == ["z/real.mp3", "a.mp3"]


def test_the_real_path_of_a_link_is_asked_for_only_where_its_file_may_be_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("music/real.mp3", "elsewhere/other.mp3"):
        write_file(tmp_path / name)
    (tmp_path / "music/link to other.mp3").symlink_to("../elsewhere/other.mp3")
    (tmp_path / "music/link to real.mp3").symlink_to("real.mp3")
    asked: list[str] = []
    realpath = os.path.realpath

    def noted(path: str) -> str:
        asked.append(os.path.basename(path))
        return realpath(path)

    monkeypatch.setattr(os.path, "realpath", noted)
    assert names(tmp_path / "music") == ["real.mp3", "link to other.mp3"]
    assert asked == ["music", "link to real.mp3"]


def test_a_linked_folder_outside_is_walked_once_with_the_links_in_it(tmp_path: Path) -> None:
    write_file(tmp_path / "other/1.mp3")
    (tmp_path / "lib").mkdir()
    (tmp_path / "other/back").symlink_to(tmp_path / "lib")
    (tmp_path / "lib/other").symlink_to(tmp_path / "other")
    assert names(tmp_path / "lib") == ["other/1.mp3"]
    assert skips(tmp_path / "lib") == {"other/back": "symlink_loop"}


def test_loops_and_dangling_links_end_with_their_reasons(tmp_path: Path) -> None:
    write_file(tmp_path / "a/1.mp3")
    (tmp_path / "a/up").symlink_to(tmp_path)
    (tmp_path / "a/here").symlink_to(".")
    (tmp_path / "self.mp3").symlink_to("self.mp3")
    (tmp_path / "gone.mp3").symlink_to("nowhere.mp3")
    (tmp_path / "gone-folder").symlink_to("nowhere")
    assert names(tmp_path) == ["a/1.mp3"]
    assert skips(tmp_path) == {
        "a/up": "symlink_loop",
        "a/here": "symlink_loop",
        "self.mp3": "symlink_loop",
        "gone.mp3": "dangling_link",
        "gone-folder": "dangling_link",
    }


def test_each_physical_file_comes_once(tmp_path: Path) -> None:
    write_file(tmp_path / "a.mp3")
    os.link(tmp_path / "a.mp3", tmp_path / "b.mp3")
    assert names(tmp_path) == ["a.mp3"]
    assert skips(tmp_path) == {"b.mp3": "duplicate"}
    again = found(tmp_path, tmp_path / "a.mp3", tmp_path)
    assert [item for item in again if isinstance(item, Track)] == [see(tmp_path / "a.mp3")]
    assert [item.path for item in again if isinstance(item, Skipped)] == [
        str(tmp_path / "b.mp3"),
        str(tmp_path / "a.mp3"),
        str(tmp_path),
    ]


def test_excluded_paths_are_skipped_with_all_below(tmp_path: Path) -> None:
    for name in (
        "a.mp3",
        "b.wma",
        "Podcasts/1.mp3",
        "x/Podcasts/2.mp3",
        "Live/1.mp3",
        "x/Live/1.mp3",
        "c.txt",
    ):
        write_file(tmp_path / name)
    patterns = ["*.wma", "Podcasts/", "Live/*", "*.txt"]
    assert names(tmp_path, exclude=patterns) == ["a.mp3", "x/Live/1.mp3"]
    assert skips(tmp_path, exclude=patterns) == {
        "b.wma": "excluded",
        "Live/1.mp3": "excluded",
        "Podcasts": "excluded",
        "x/Podcasts": "excluded",
    }


def test_sidecars_are_never_tracks_even_when_named(tmp_path: Path) -> None:
    write_file(tmp_path / "a.mp3.auralis.json")
    assert found(tmp_path) == []
    assert found(tmp_path / "a.mp3.auralis.json") == [
        Skipped(str(tmp_path / "a.mp3.auralis.json"), SkipReason.SIDECAR)
    ]


def test_names_that_are_not_utf_8_or_hostile_are_kept_byte_for_byte(tmp_path: Path) -> None:
    raw = [b"\xff\xfe.mp3", b"a\nb.mp3", b"\x1b[31m.mp3", b"[bold].mp3", b"n" * 251 + b".mp3"]
    for name in raw:
        write_file(tmp_path / os.fsdecode(name))
    tracks = [item for item in found(tmp_path) if isinstance(item, Track)]
    assert {os.fsencode(os.path.basename(track.path)) for track in tracks} == set(raw)


def test_a_folder_deeper_than_the_recursion_limit_is_walked(tmp_path: Path) -> None:
    folders = [str(tmp_path) + "/d" * depth for depth in range(1, sys.getrecursionlimit() + 5)]
    for folder in folders:
        os.mkdir(folder)
    write_file(Path(folders[-1]) / "a.mp3")
    assert [os.path.dirname(item.path) for item in found(tmp_path)] == [folders[-1]]
    subprocess.run(["rm", "-rf", folders[0]], check=True)  # pytest's own clean-up recurses


@pytest.fixture
def unreadable(monkeypatch: pytest.MonkeyPatch) -> None:
    """Folders named `shut` cannot be listed, by root neither."""
    real = os.scandir

    def scandir(path: str) -> object:
        if path.endswith("shut"):
            raise PermissionError(errno.EACCES, "Permission denied")
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)


@pytest.mark.usefixtures("unreadable")
def test_an_unreadable_folder_is_refused_below_a_scanned_one_and_when_named(tmp_path: Path) -> None:
    write_file(tmp_path / "shut/a.mp3")
    write_file(tmp_path / "z/a.mp3")
    assert names(tmp_path) == ["z/a.mp3"]
    assert skips(tmp_path) == {}
    (below,) = (item for item in found(tmp_path) if isinstance(item, Refused))
    assert below.path == str(tmp_path / "shut")
    assert below.error.code == "permission_denied"
    assert below.error.message == (
        f"cannot list the folder {tmp_path}/shut: Permission denied; what is in it was not scanned; "
        "check its permissions"
    )
    (refused,) = found(tmp_path / "shut")
    assert isinstance(refused, Refused)
    assert refused.error.code == "permission_denied"
    assert refused.error.message == f"cannot read {tmp_path}/shut: Permission denied; check its permissions"


def test_tracks_come_while_the_walk_goes_on(tmp_path: Path) -> None:
    write_file(tmp_path / "a/1.mp3")
    write_file(tmp_path / "b/1.mp3")
    walk = discover([str(tmp_path)])
    assert next(walk) == see(tmp_path / "a/1.mp3")
    (tmp_path / "b/1.mp3").unlink()
    assert list(walk) == []
