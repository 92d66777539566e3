"""Two paths, one file or folder? Their inodes alone do not say."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from support.made_records import write_file

from auralis_cli.files.discover import discover
from auralis_cli.files.identity import file_or_path, is_same_file, is_same_folder
from auralis_cli.files.skipped import Skipped, SkipReason


def collide(monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on every file and folder has the same inode."""
    for name in ("stat", "lstat"):
        real = getattr(os, name)

        def stat(path: str, real: object = real) -> object:
            status = real(path)  # type: ignore[operator]
            fields = {field: getattr(status, field) for field in dir(status) if field.startswith("st_")}
            return SimpleNamespace(**{**fields, "st_ino": 1})

        monkeypatch.setattr(os, name, stat)


def test_links_lead_to_one_file_and_copies_do_not(tmp_path: Path) -> None:
    file = tmp_path / "a.flac"
    write_file(file)
    (tmp_path / "hard").hardlink_to(file)
    (tmp_path / "soft").symlink_to(file)
    write_file(tmp_path / "copy")
    assert is_same_file(str(file), str(tmp_path / "hard"))
    assert is_same_file(str(file), str(tmp_path / "soft"))
    assert not is_same_file(str(file), str(tmp_path / "copy"))
    assert not is_same_file(str(file), str(tmp_path / "missing"))


def test_files_with_colliding_inodes_are_two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = write_file(tmp_path / "1"), write_file(tmp_path / "2", b"other")
    collide(monkeypatch)
    assert not is_same_file(first.path, second.path)
    assert file_or_path(first.path) != file_or_path(second.path)


def test_files_are_two_even_if_all_their_numbers_collide(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = write_file(tmp_path / "1"), write_file(tmp_path / "2")
    (tmp_path / "soft").symlink_to("1")
    status = os.stat(first.path)
    monkeypatch.setattr(os, "stat", lambda _: status)
    assert not is_same_file(first.path, second.path)
    assert is_same_file(first.path, str(tmp_path / "soft"))


def test_folders_with_colliding_inodes_are_two_unless_they_have_the_same_in_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for album in ("a", "b"):
        write_file(tmp_path / album / "01.flac")
        os.utime(tmp_path / album, ns=(0, 0))
    (tmp_path / "link").symlink_to("a")
    collide(monkeypatch)
    assert is_same_folder(str(tmp_path / "a"), str(tmp_path / "link"))
    status = os.stat(str(tmp_path / "a"))
    monkeypatch.setattr(os, "stat", lambda _: status)
    assert not is_same_folder(str(tmp_path / "a"), str(tmp_path / "b"))


def test_a_bind_mount_is_the_folder_that_it_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A link stands for it, with a real path of its own."""
    write_file(tmp_path / "music/album/a.flac")
    (tmp_path / "music/mount").symlink_to("album")
    monkeypatch.setattr(os.path, "realpath", lambda path: path)
    found = list(discover([str(tmp_path / "music")]))
    assert found[1:] == [Skipped(str(tmp_path / "music/mount"), SkipReason.DUPLICATE)]
