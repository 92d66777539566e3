"""The words of the report, from what a scan counts."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from support.made_records import ANALYZER, make_record

from auralis_cli.model.record import TrackError, TrackWarning
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.render.scan_report import report_lines, stored_so_far
from auralis_cli.scan.tally import ScanTally
from auralis_cli.settings.values import Settings, SidecarMode

SETTINGS = Settings(cache=Path("/home/me/auralis.db"), jobs=1)
CUT = TrackWarning("truncated", "the file ends early", 1)


def tally_of(analysed: int = 0, cached: int = 0, cut: int = 0, failed: int = 0, **changes: Any) -> ScanTally:
    tally = ScanTally(discovering=False)
    tally.add_unchanged(cached)
    for number in range(analysed):
        warnings = (CUT,) if number < cut else ()
        tally.add(TrackResult(f"/m/{number}.mp3", Status.ANALYSED, record=make_record(warnings=warnings)))
    error = TrackError("nothing_decoded", "nothing of the audio decodes; replace the file")
    for _ in range(failed):
        tally.add(TrackResult("/m/bad.mp3", Status.FAILED, error=error))
    for name, value in changes.items():
        setattr(tally, name, value)
    tally.end()
    return tally


def report(settings: Settings = SETTINGS, **counts: Any) -> list[str]:
    return [line.strip() for line in report_lines(tally_of(**counts), ANALYZER, settings)]


def test_known_tracks_are_counted_not_rated() -> None:
    assert "known    256 of 259 were already analysed" in report(analysed=3, cached=256)
    assert not [line for line in report(analysed=3) if line.startswith("known")]


def test_retagged_tracks_are_known_and_counted_apart() -> None:
    lines = report(counts=Counter({Status.ANALYSED: 1, Status.CACHED: 2, Status.RETAGGED: 1}))
    assert lines[0].endswith("1 analysed, 2 cached, 1 retagged")
    assert "known    3 of 4 were already analysed" in lines
    assert "retagged 1 track has new tags and kept its values" in lines


def test_tags_that_were_read_later_are_counted() -> None:
    assert "tags     read for the first time of 1 known track" in report(cached=3, tags_read=1)
    assert "tags     read for the first time of 1,200 known tracks" in report(cached=1200, tags_read=1200)
    assert not [line for line in report(cached=3) if line.startswith("tags")]


def test_a_dry_run_says_which_tracks_it_cannot_tell() -> None:
    lines = report_lines(tally_of(analysed=5, may_be_retagged=3), ANALYZER, SETTINGS, dry_run=True)
    assert any(
        "perhaps 3 of those to be analysed; a scan knows them by their audio" in line for line in lines
    )


def test_files_with_a_warning_are_listed_in_words_up_to_some() -> None:
    assert report(analysed=2, cut=1)[-4:] == [
        "flawed   1 file is cut short; its values cover only what could be read",
        "/m/0.mp3",
        "stored   in /home/me/auralis.db, and in sidecars beside the music",
        "next     'auralis warnings list' says more, and what to do",
    ]
    lines = report(analysed=9, cut=8)
    start = lines.index("flawed   8 files are cut short; their values cover only what could be read")
    assert lines[start + 1 : start + 7] == [
        *(f"/m/{number}.mp3" for number in range(5)),
        "and 3 more: 'auralis warnings list --code truncated'",
    ]


@pytest.mark.parametrize(
    ("settings", "stored"),
    [
        (SETTINGS, "stored   in /home/me/auralis.db, and in sidecars beside the music"),
        (Settings(cache=Path("/c.db"), jobs=1, sidecars=SidecarMode.NONE), "stored   in /c.db"),
        (
            Settings(cache=Path("/c.db"), jobs=1, sidecars=SidecarMode.MIRROR, sidecar_dir=Path("/mirror")),
            "stored   in /c.db, and in sidecars below /mirror",
        ),
    ],
)
def test_the_report_says_where_results_are(settings: Settings, stored: str) -> None:
    assert stored in report(settings, analysed=1)


def test_the_report_counts_the_sidecars_that_were_written() -> None:
    stored = "stored   in /home/me/auralis.db, and in"
    assert f"{stored} 1 new sidecar beside the music" in report(analysed=1, sidecars_written=1)
    assert f"{stored} 1,200 new sidecars beside the music" in report(analysed=1, sidecars_written=1200)


def test_the_report_ends_with_what_is_left_and_the_next_command() -> None:
    assert (
        report(analysed=1)[-1]
        == "next     'auralis stats' shows the library, 'auralis similar FILE' what is like a track"
    )
    assert report(analysed=1, failed=2, cut=1)[-2:] == [
        "left     2 files failed",
        "next     'auralis failures list' says why, and what to do",
    ]
    assert report(analysed=1, interrupted=True, open_tracks=40, discovering=True)[-2:] == [
        "left     40 tracks, and what was not found yet",
        "next     the same command goes on where this one ended",
    ]
    assert report(cached=3)[-1].startswith("stored")


def test_what_is_not_remembered_is_not_looked_for_among_the_failures() -> None:
    tally = tally_of(cached=1)
    gone = TrackError("absent", "/m is not there, but 259 tracks below it are known; is it mounted?")
    tally.add(TrackResult("/m", Status.FAILED, error=gone))
    lines = report_lines(tally, ANALYZER, SETTINGS)
    assert lines[-1].strip() == "next     the next scan tries again: first put right what is named above"


def test_a_rescan_that_was_interrupted_does_not_promise_to_go_on() -> None:
    lines = report_lines(
        tally_of(analysed=1, interrupted=True, open_tracks=1), ANALYZER, SETTINGS, rescan=True
    )
    assert lines[-1].strip() == "left     1 track"


def test_a_dry_run_stores_nothing_and_says_nothing_of_it() -> None:
    lines = report_lines(tally_of(analysed=1), ANALYZER, SETTINGS, dry_run=True)
    assert not [line for line in lines if line.strip().startswith(("stored", "left", "next"))]


def test_a_scan_ended_at_once_says_what_it_has() -> None:
    assert stored_so_far(tally_of(analysed=12), SETTINGS.cache) == (
        "ended at once; 12 tracks were analysed; all but those of the last second are stored in "
        "/home/me/auralis.db"
    )
