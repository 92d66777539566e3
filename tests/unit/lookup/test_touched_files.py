"""Files with a new time: those that cannot have been edited in place keep their row."""

import os
from pathlib import Path

import pytest
from support.library import Library
from support.made_records import LATER_NS, large_content, make_record

from auralis_cli.files.file_key import file_key
from auralis_cli.lookup.results import Hit, Miss
from auralis_cli.model.record import TrackWarning


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


def test_a_touched_compressed_file_hits_and_its_row_follows(library: Library) -> None:
    record = make_record()
    library.analyse("a.flac", record, large_content())
    os.utime(library.music / "a.flac", ns=(LATER_NS, LATER_NS))
    track = library.see("a.flac")
    assert library.look_up("a.flac") == [Hit(track, record)]
    assert library.headers(track)[track.path].mtime_ns == LATER_NS


PCM = [("pcm_s16le", "wav"), ("adpcm_ms", "wav"), ("dsd_lsbf", "dsf"), ("pcm_s24be", "aiff"), ("", "")]


@pytest.mark.parametrize(("codec", "container"), PCM)
def test_samples_edited_in_place_are_never_taken_for_the_old_ones(
    library: Library, codec: str, container: str
) -> None:
    track = library.analyse("a.wav", make_record(codec=codec, container=container), large_content())
    edited = library.write("a.wav", large_content(middle=b"edited"), LATER_NS)
    assert file_key(edited.path, edited.size) == library.headers(track)[track.path].file_key
    (missed,) = library.look_up("a.wav")
    assert isinstance(missed, Miss)
    assert missed.former == library.headers(track)[track.path]
    (library.music / "a.wav").rename(library.music / "b.wav")
    assert library.kinds("b.wav") == [Miss]


def test_a_small_touched_pcm_file_hits_because_its_key_covers_all(library: Library) -> None:
    library.analyse("a.wav", make_record(codec="pcm_s16le", container="wav"))
    os.utime(library.music / "a.wav", ns=(LATER_NS, LATER_NS))
    assert library.kinds("a.wav") == [Hit]


def test_a_damaged_file_that_was_touched_is_analysed_again(library: Library) -> None:
    damaged = make_record(warnings=(TrackWarning("damaged", "3 packets lost", 3),))
    library.analyse("a.flac", damaged, large_content())
    library.write("a.flac", large_content(middle=b"downloaded at last"), LATER_NS)
    assert library.kinds("a.flac") == [Miss]
