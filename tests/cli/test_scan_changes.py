"""Files that change under the scan's feet: noticed, analysed again or told, and never stored as fresh."""

import os
from pathlib import Path

import pytest
from support.scanned_library import ScannedLibrary, by_name, counts

from auralis_cli.model.errors import ExitCode


@pytest.fixture
def library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ScannedLibrary:
    return ScannedLibrary(tmp_path, capsys)


def test_a_file_replaced_with_the_same_size_and_time_is_analysed_again(
    library: ScannedLibrary, tmp_path: Path
) -> None:
    track = library.add("a.flac", f"replace-once {tmp_path / 'flag'}", size=300)
    before = track.stat()
    assert counts(library.scan()) == {"analysed": 1}
    after = track.stat()
    assert (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    assert library.worker.started() == ["a.flac", "a.flac"]
    assert counts(library.scan()) == {"cached": 1}


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("replace", "changed_during_analysis"),
        ("grow", "changed_during_analysis"),
        ("truncate", "changed_during_analysis"),
        ("remove", "not_found"),
    ],
)
def test_a_file_that_keeps_changing_is_told_and_not_stored(
    library: ScannedLibrary, script: str, code: str
) -> None:
    track = library.add("a.flac", script, size=300)
    content = track.read_bytes()
    for _ in range(3):
        events = library.scan(code=ExitCode.SOME_FAILED)
        assert by_name(events)["a.flac"]["error"]["code"] == code
        assert by_name(events)["a.flac"]["error"]["known"] is False
        track.write_bytes(content)


def test_a_change_of_mode_alone_costs_no_second_analysis(library: ScannedLibrary) -> None:
    library.add("a.flac", "chmod", size=300)
    assert counts(library.scan()) == {"analysed": 1}
    assert library.worker.started() == ["a.flac"]
    assert counts(library.scan()) == {"cached": 1}


def test_a_large_uncompressed_file_replaced_outside_the_samples_is_noticed(
    library: ScannedLibrary, tmp_path: Path
) -> None:
    script = f"replace-middle-once {tmp_path / 'flag'}"
    library.add("a.wav", script, size=2 << 20)
    library.scan()
    assert library.worker.started() == ["a.wav", "a.wav"]


def test_a_file_replaced_while_it_waits_for_a_worker_gets_its_new_key(
    library: ScannedLibrary, tmp_path: Path
) -> None:
    waiting = library.music / "small.flac"
    waiting.write_bytes(b"ok\nold")
    os.utime(waiting, ns=(5, 5))
    new = tmp_path / "new"
    new.write_bytes(b"ok\nnew")
    os.utime(new, ns=(5, 5))
    # Larger ones go first; while the first is analysed, it puts the new file in the small one's place.
    for number in range(4):
        library.add(f"{number}.flac", f"put {new} {waiting}", size=9000 + number)
    events = library.scan(settings=library.settings(jobs=1))
    assert counts(events) == {"analysed": 5}
    old = tmp_path / "music" / "old content.flac"
    old.write_bytes(b"ok\nold")
    os.utime(old, ns=(5, 5))
    assert counts(library.scan()) == {"analysed": 1, "cached": 5}
