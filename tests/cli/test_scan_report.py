"""What a scan tells: its JSON lines, its report, and what it says of wrong usage."""

import os
import shutil
from pathlib import Path

import msgspec
import pytest
from support.scanned_library import ScannedLibrary, by_name, counts

from auralis_cli.commands.run_scan import run_scan
from auralis_cli.model.dimensions import keys
from auralis_cli.model.errors import ConfigError, ExitCode


@pytest.fixture
def library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ScannedLibrary:
    return ScannedLibrary(tmp_path, capsys)


def test_a_scan_that_only_reports_counts_what_one_with_json_tells(library: ScannedLibrary) -> None:
    paths = [library.add(f"{number}.flac") for number in range(9)]
    library.add("broken.flac", "fail skip")
    library.scan(code=ExitCode.SOME_FAILED)
    os.utime(paths[0], ns=(1, 1))
    paths[1].rename(library.music / "renamed.flac")
    paths[2].unlink()
    library.add("._hidden.flac")
    copy = shutil.copyfile(library.cache, library.cache.with_name("copy.db"))
    settings = library.settings()
    assert run_scan([str(library.music)], settings) is ExitCode.OK  # the failure is an old one
    headline, *lines = library.capture.readouterr().err.splitlines()
    settings = msgspec.structs.replace(settings, cache=copy)
    summary = library.scan(settings=settings, code=ExitCode.SOME_FAILED, strict=True)[-1]
    assert (summary["analysed"], summary["cached"], summary["moved"], summary["failed"]) == (0, 7, 1, 1)
    counted = "0 analysed, 7 cached, 1 moved, 1 failed (1 known from before), 1 skipped"
    assert headline.endswith(f": {counted}")
    assert "  known    9 of 9 were already analysed" in lines


def test_each_line_has_every_documented_field(library: ScannedLibrary) -> None:
    library.add("good.flac")
    library.add("bad.flac", "fail skip")
    library.add(".hidden.flac")
    events = library.scan(code=ExitCode.SOME_FAILED)
    assert events[0] == {
        "event": "start",
        "schema": 2,
        "analysis_version": 1,
        "worker_version": "0.1.0",
        "analyzer": "worker",
    }
    fields = [
        "event",
        "path",
        "path_b64",
        "status",
        "analyzer",
        "analysis_version",
        "worker_version",
        "content_key",
        "audio_key",
        "fingerprint",
        "nulls",
        "details",
        "tags",
        "warnings",
        "error",
        "reason",
        "from",
        "from_b64",
    ]
    tracks = by_name(events)
    assert all(list(track) == fields for track in tracks.values())
    good, bad, hidden = tracks["good.flac"], tracks["bad.flac"], tracks[".hidden.flac"]
    assert (good["status"], tuple(good["fingerprint"])) == ("analysed", keys())
    assert good["nulls"] == {"tempo_bpm": "no_pulse"}
    assert good["details"]["duration_s"] == 180.0
    assert good["error"] is good["reason"] is good["from"] is good["path_b64"] is None
    assert bad["status"] == "failed"
    assert bad["error"] == {
        "code": "nothing_decoded",
        "message": "nothing of the audio decodes; replace the file",
        "known": False,
    }
    assert bad["fingerprint"] is bad["nulls"] is bad["details"] is bad["warnings"] is None
    assert (hidden["status"], hidden["reason"]) == ("skipped", "hidden")
    summary = events[-1]
    assert list(summary) == [
        *("event", "analysed", "cached", "moved", "retagged", "failed", "skipped"),
        *("seconds", "audio_seconds", "interrupted"),
    ]
    assert (summary["audio_seconds"], summary["interrupted"]) == (180.0, False)


def test_a_cached_track_brings_its_fingerprint(library: ScannedLibrary) -> None:
    library.add("a.flac")
    fresh = by_name(library.scan())["a.flac"]
    cached = by_name(library.scan())["a.flac"]
    assert cached == fresh | {"status": "cached"}


def test_a_path_that_is_not_utf8_is_analysed_and_reported_exactly(library: ScannedLibrary) -> None:
    library.add("caf\udce9.flac")
    track = next(event for event in library.scan() if event["event"] == "track")
    assert (track["status"], Path(track["path"]).name) == ("analysed", "caf\ufffd.flac")
    assert track["path_b64"] is not None


def test_paths_come_from_a_list_of_lines_or_of_nul_ended_names(
    library: ScannedLibrary, tmp_path: Path
) -> None:
    first, second = library.add("a.flac"), library.add("two\nlines.flac")
    listed = tmp_path / "list"
    listed.write_bytes(os.fsencode(first) + b"\0" + os.fsencode(second) + b"\0")
    nul_ended = run_scan([], library.settings(), files_from=str(listed), null_separated=True, quiet=True)
    assert nul_ended is ExitCode.OK
    listed.write_bytes(os.fsencode(first) + b"\n\n")
    events = library.scan(second, files_from=str(listed))
    assert counts(events) == {"cached": 2}


def test_wrong_usage_says_what_to_do(library: ScannedLibrary) -> None:
    with pytest.raises(ConfigError, match="name a folder or a file"):
        run_scan([], library.settings())
    with pytest.raises(ConfigError, match="-0 needs a list of paths"):
        run_scan(["x"], library.settings(), null_separated=True)
    with pytest.raises(ConfigError, match="cannot read the list of files"):
        run_scan([], library.settings(), files_from="/no/such/list")


def test_an_empty_folder_is_no_failure(library: ScannedLibrary) -> None:
    events = library.scan()
    assert [event["event"] for event in events] == ["start", "track", "summary"]
    assert (events[1]["status"], events[1]["reason"]) == ("skipped", "empty_folder")
    assert library.report.startswith("0 tracks in")


def test_a_quiet_scan_reports_only_trouble(
    library: ScannedLibrary, capsys: pytest.CaptureFixture[str]
) -> None:
    library.add("good.flac")
    assert run_scan([str(library.music)], library.settings(), quiet=True) is ExitCode.OK
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")
    library.add("bad\x1b[2J.flac", "fail skip")
    assert run_scan([str(library.music)], library.settings(), quiet=True) is ExitCode.SOME_FAILED
    captured = capsys.readouterr()
    assert captured.out == ""
    assert r"1 nothing_decoded, such as" in captured.err
    assert r"bad\x1b[2J.flac" in captured.err


def test_the_report_names_counts_skips_speed_and_failures(library: ScannedLibrary) -> None:
    for number in range(3):
        library.add(f"bad{number}.flac", "fail skip")
    library.add("good.flac")
    library.add(".hidden.flac")
    library.scan(code=ExitCode.SOME_FAILED)
    assert library.report.startswith("4 tracks in ")
    for part in (
        "1 analysed, 0 cached, 3 failed, 1 skipped",
        "× real time, 3:00 of audio analysed",
        "skipped  1 hidden",
        "3 nothing_decoded, such as",
        "nothing of the audio decodes; replace the file",
        f"stored   in {library.cache}\n",
        "left     3 files failed",
        "next     'auralis failures list' says why, and what to do",
    ):
        assert part in library.report
