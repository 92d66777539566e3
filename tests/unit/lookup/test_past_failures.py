"""Files that failed: left alone until the file, the worker or, where it matters, ffmpeg changes."""

from pathlib import Path

import msgspec
import pytest
from support.library import Library, never
from support.made_records import ANALYZER, FAILURE, LATER_NS, NEEDS_FFMPEG, large_content

from auralis_cli.lookup.results import Miss, PastFailure


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


def test_a_known_failure_is_not_tried_again_until_file_or_worker_change(library: Library) -> None:
    track = library.analyse("a.flac", FAILURE, ffmpeg="6.1")
    assert library.look_up("a.flac", ffmpeg=never) == [PastFailure(track, FAILURE)]
    newer = msgspec.structs.replace(ANALYZER, worker_version="9.9.9")
    assert library.kinds("a.flac", analyzer=newer, ffmpeg=never) == [Miss]
    library.write("a.flac", b"fixed", LATER_NS)
    assert library.kinds("a.flac") == [Miss]


@pytest.mark.parametrize("then", [None, "6.1"])
@pytest.mark.parametrize("now", [None, "6.1", "7.0"])
def test_a_failure_that_depends_on_ffmpeg_is_tried_again_when_ffmpeg_changes(
    library: Library, then: str | None, now: str | None
) -> None:
    library.analyse("a.ape", NEEDS_FFMPEG, ffmpeg=then)
    (answer,) = library.look_up("a.ape", ffmpeg=lambda: now)
    assert isinstance(answer, PastFailure if now == then else Miss)


def test_a_failure_moves_with_its_file(library: Library) -> None:
    library.analyse("a.flac", FAILURE, large_content())
    (library.music / "a.flac").rename(library.music / "b.flac")
    track = library.see("b.flac")
    assert library.look_up("b.flac") == [PastFailure(track, FAILURE)]
    assert library.look_up("b.flac") == [PastFailure(track, FAILURE)]


def test_a_large_failed_file_that_was_touched_is_tried_again(library: Library) -> None:
    library.analyse("a.flac", FAILURE, large_content())
    library.write("a.flac", large_content(middle=b"repaired"), LATER_NS)
    assert library.kinds("a.flac") == [Miss]
