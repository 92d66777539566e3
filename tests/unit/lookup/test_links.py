"""Hard links to, and linked folders around, files that are known: known too, and not opened."""

import os
import time
from pathlib import Path

import pytest
from support.library import Library
from support.made_records import FAILURE, large_content, make_record

from auralis_cli.files import file_key
from auralis_cli.lookup.results import Hit, Miss, PastFailure
from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.cache import Cache

PCM = make_record(codec="pcm_s16le", container="wav")


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


def analyse_linked(library: Library, outcome: object = PCM) -> str:
    """A file with two names; one of them is known."""
    track = library.write("a.wav", large_content())
    (library.music / "b.wav").hardlink_to(track.path)
    library.remember([(library.see("a.wav"), outcome)])  # type: ignore[list-item]
    return track.path


def test_a_second_hard_link_is_known_without_being_opened(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = analyse_linked(library)
    monkeypatch.setattr(file_key, "open_to_read", None)
    track = library.see("b.wav")
    assert library.look_up("b.wav") == [Hit(track, PCM, copy_of=first)]
    assert library.look_up("b.wav", "a.wav") == [Hit(track, PCM), Hit(library.see("a.wav"), PCM)]


def test_a_path_through_a_linked_folder_is_known_without_being_opened(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = library.analyse("album/a.wav", PCM, large_content())
    (library.music / "link").symlink_to("album")
    monkeypatch.setattr(file_key, "open_to_read", None)
    assert library.look_up("link/a.wav") == [Hit(library.see("link/a.wav"), PCM, copy_of=track.path)]


def test_a_link_to_a_file_that_failed_has_failed_too(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    analyse_linked(library, FAILURE)
    monkeypatch.setattr(file_key, "open_to_read", None)
    for _ in range(2):
        assert library.look_up("b.wav") == [PastFailure(library.see("b.wav"), FAILURE)]


def test_a_link_gets_its_sidecar(tmp_path: Path) -> None:
    library = Library(tmp_path, SidecarMode.BESIDE)
    analyse_linked(library)
    library.look_up("b.wav")
    found = library.sidecars.read(library.see("b.wav"))
    assert found is not None
    assert found[0] == PCM


def test_a_link_to_a_file_that_was_edited_since_is_not_known(library: Library) -> None:
    analyse_linked(library)
    status = os.stat(library.music / "a.wav")
    time.sleep(0.01)
    with (library.music / "a.wav").open("r+b") as file:
        file.write(large_content(middle=b"edited"))
    os.utime(library.music / "a.wav", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert library.kinds("b.wav") == [Miss]


def test_an_inode_of_another_file_system_says_nothing(library: Library) -> None:
    """Two files with equal numbers, as on two disks, or where inodes are made up."""
    library.analyse("a.wav", PCM, large_content())
    other = library.write("b.wav", large_content(middle=b"other"))
    with Cache(library.cache) as cache:
        values = (other.inode, other.ctime_ns)
        cache._connection.execute("UPDATE tracks SET inode = ?, ctime_ns = ?", values)
    assert library.kinds("b.wav") == [Miss]
