"""Copies in a scan: the same bytes are analysed once, files that only look alike are told apart."""

import os
import shutil
import time
from pathlib import Path

import pytest
from support.made_records import large_content
from support.scanned_library import ScannedLibrary, by_name, counts

from auralis_cli.model.errors import ExitCode
from auralis_cli.settings.values import SidecarMode


@pytest.fixture
def library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ScannedLibrary:
    return ScannedLibrary(tmp_path, capsys)


def copy(source: Path, name: str, *, mtime_ns: int | None = None) -> Path:
    target = source.parent / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    if mtime_ns is not None:
        os.utime(target, ns=(mtime_ns, mtime_ns))
    return target


@pytest.mark.parametrize("size", [0, 3 << 20])
def test_copies_met_in_one_cold_scan_are_analysed_once(library: ScannedLibrary, size: int) -> None:
    original = library.add("a/original.flac", size=size)
    for number in range(12):
        copy(original, f"{number}/copy.flac")
    events = library.scan()
    assert counts(events) == {"analysed": 1, "cached": 12}
    assert len(library.worker.started()) == 1
    paths = {str(path) for path in library.music.rglob("*.flac")}
    copies = [event for event in events if event.get("status") == "cached"]
    assert all(event["from"] in paths - {event["path"]} for event in copies)
    assert all(event["fingerprint"]["lufs"] == 0.25 for event in copies)
    assert counts(library.scan()) == {"cached": 13}
    assert len(library.worker.started()) == 1


def test_a_link_made_after_the_scan_is_known_by_its_key(library: ScannedLibrary) -> None:
    """Making it has changed the time of change of both names."""
    original = library.add("a/original.flac", size=3 << 20)
    library.scan()
    time.sleep(0.01)
    link = library.home / "links" / "link.flac"
    link.parent.mkdir()
    link.hardlink_to(original)
    events = library.scan(link.parent)
    assert counts(events) == {"cached": 1}
    assert by_name(events)["link.flac"]["from"] == str(original)
    assert counts(library.scan()) == {"cached": 1}
    assert len(library.worker.started()) == 1


def test_a_copy_of_a_known_file_is_not_decoded_and_gets_row_and_sidecar(library: ScannedLibrary) -> None:
    original = library.add("original.flac", size=2 << 20)
    settings = library.settings(sidecars=SidecarMode.BESIDE)
    library.scan(settings=settings)
    copied = copy(original, "other/copy.flac", mtime_ns=5)
    events = library.scan(settings=settings)
    assert counts(events) == {"cached": 2}
    assert by_name(events)["copy.flac"]["from"] == str(original)
    assert by_name(events)["original.flac"]["from"] is None
    assert (copied.parent / "copy.flac.auralis.json").is_file()
    assert counts(library.scan(settings=settings)) == {"cached": 2}
    assert library.worker.started() == ["original.flac"]


def test_large_files_that_differ_outside_the_samples_are_both_analysed(library: ScannedLibrary) -> None:
    script = b"ok\n"
    for name, middle in (("a.wav", b"left"), ("b.wav", b"rite"), ("c.wav", b"left")):
        path = library.music / name
        path.write_bytes(script + large_content(middle=middle))
        os.utime(path, ns=(7, 7))  # the time is no evidence for copies
    events = library.scan()
    assert counts(events) == {"analysed": 2, "cached": 1}
    (copied,) = [event for event in events if event.get("status") == "cached"]
    assert {Path(copied["path"]).name, Path(copied["from"]).name} == {"a.wav", "c.wav"}


def test_copies_of_a_file_that_fails_are_each_reported_and_one_is_analysed(library: ScannedLibrary) -> None:
    original = library.add("bad.flac", "fail skip")
    copy(original, "bad2.flac")
    events = library.scan(code=ExitCode.SOME_FAILED)
    assert counts(events) == {"failed": 2}
    assert len(library.worker.started()) == 1
    errors = [event["error"] for event in events if event.get("status") == "failed"]
    assert errors[0] == errors[1]


def test_a_copy_waits_for_the_second_analysis_of_an_original_that_crashed_its_worker(
    library: ScannedLibrary, tmp_path: Path
) -> None:
    original = library.add("a.flac", f"crash-once {tmp_path / 'flag'}")
    copy(original, "b.flac")
    assert counts(library.scan()) == {"analysed": 1, "cached": 1}


def test_rescan_analyses_copies_too(library: ScannedLibrary) -> None:
    original = library.add("a.flac")
    copy(original, "b.flac")
    assert counts(library.scan(rescan=True)) == {"analysed": 2}


def test_a_copy_that_vanishes_while_it_waits_is_told(library: ScannedLibrary) -> None:
    paths = [library.music / name for name in ("a.flac", "b.flac", "c.flac")]
    for path in paths:  # the first to start removes the others
        path.write_text(f"remove-others {' '.join(map(str, paths))}\n")
    events = library.scan(code=ExitCode.SOME_FAILED)
    assert counts(events) == {"analysed": 1, "failed": 2}
    gone = [event["error"]["code"] for event in events if event.get("status") == "failed"]
    assert gone == ["not_found", "not_found"]
