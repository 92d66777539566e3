"""Moved, renamed, swapped, linked and copied files: a row follows its file, once."""

import errno
import os
import shutil
from pathlib import Path

import pytest
from support.library import Library
from support.made_records import LATER_NS, large_content, make_record

from auralis_cli.lookup.results import Hit, Miss, Moved


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


@pytest.mark.parametrize("content", [b"audio", large_content()])
def test_a_moved_file_keeps_its_row_once(library: Library, content: bytes) -> None:
    record = make_record(codec="pcm_s16le", container="wav")
    old = library.analyse("a.wav", record, content)
    (library.music / "b").mkdir()
    (library.music / "a.wav").rename(library.music / "b/c.wav")
    track = library.see("b/c.wav")
    assert library.look_up("b/c.wav") == [Moved(track, record, old.path)]
    assert library.look_up("b/c.wav") == [Hit(track, record)]
    assert library.headers(old) == {}


def test_a_file_renamed_in_case_only_is_moved_where_case_does_not_count(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = library.analyse("a.flac", make_record())
    (library.music / "a.flac").rename(library.music / "A.flac")
    real = os.lstat
    monkeypatch.setattr(os, "lstat", lambda path: real(path.replace("a.flac", "A.flac")))
    assert library.look_up("A.flac") == [Moved(library.see("A.flac"), make_record(), old.path)]


def test_a_row_is_not_taken_while_its_disk_does_not_answer(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.analyse("a.flac", make_record())
    (library.music / "a.flac").rename(library.music / "b.flac")
    real = os.lstat

    def lstat(path: str) -> os.stat_result:
        if path.endswith("a.flac"):
            raise OSError(errno.ESTALE, "Stale file handle")
        return real(path)

    monkeypatch.setattr(os, "lstat", lstat)
    assert library.kinds("b.flac") == [Miss]


def test_a_hard_link_misses_like_any_copy(library: Library) -> None:
    library.analyse("a.flac", make_record())
    os.link(library.music / "a.flac", library.music / "b.flac")
    assert library.kinds("b.flac") == [Miss]


def test_a_copy_misses(library: Library) -> None:
    library.analyse("a.flac", make_record())
    shutil.copy2(library.music / "a.flac", library.music / "b.flac")
    assert library.kinds("a.flac", "b.flac") == [Hit, Miss]


def test_two_files_of_one_batch_do_not_take_the_same_row(library: Library) -> None:
    library.analyse("a.flac", make_record())
    (library.music / "a.flac").rename(library.music / "z.flac")
    library.write("b.flac", b"audio", LATER_NS)  # a copy made later
    assert library.kinds("b.flac", "z.flac") == [Miss, Moved]
    assert library.kinds("b.flac", "z.flac") == [Miss, Hit]


def test_a_renamed_file_that_takes_another_s_place_keeps_the_right_record(library: Library) -> None:
    first, second = make_record(lufs=-9.0), make_record(lufs=-19.0)
    library.analyse("1.flac", first, b"first")
    library.analyse("2.flac", second, b"second")
    (library.music / "1.flac").replace(library.music / "2.flac")
    (answer,) = library.look_up("2.flac")
    assert isinstance(answer, Moved)
    assert answer.record == first
