import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from auralis_cli.files import gone_files
from auralis_cli.files.gone_files import GoneFiles
from auralis_cli.model.errors import CacheError


def test_only_extensions_of_files_that_are_gone_count_in_any_case(tmp_path: Path) -> None:
    (tmp_path / "here.mp3").touch()
    names = ("here.mp3", "gone.FLAC", "no folder/gone.opus", "here.mp3/gone.ogg")
    gone = GoneFiles([os.fsencode(tmp_path / name) for name in names])
    kinds = ("flac", "Flac", "opus", "ogg", "mp3", "m4a")
    assert [gone.may_include(f"/new/a.{kind}") for kind in kinds] == [True, True, True, True, False, False]


def test_a_folder_that_cannot_be_listed_is_not_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: bytes) -> list[bytes]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "listdir", refuse)
    assert not GoneFiles([os.fsencode(tmp_path / "a.flac"), b"/a\0/b.flac"]).may_include("/b.flac")


def test_while_a_folder_does_not_answer_any_file_may_be_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()

    def hang(_: bytes) -> list[bytes]:
        assert answers.wait(60)
        return [b"a.flac"]

    monkeypatch.setattr(gone_files, "MAX_WAIT_S", 0.05)
    monkeypatch.setattr(os, "listdir", hang)
    gone = GoneFiles([b"/share/a.flac"])
    assert gone.may_include("/b.flac")
    assert gone.may_include("/b.flac")  # without waiting again
    answers.set()
    gone._thread.join(60)
    assert not gone.may_include("/b.flac")


def test_where_the_known_files_cannot_be_read_any_may_be_gone() -> None:
    def unreadable() -> Iterator[bytes]:
        yield b"/a.flac"
        raise CacheError("cannot read the cache")

    assert GoneFiles(unreadable()).may_include("/b.mp3")
