"""The progress display and its plain twin, drawn from a scan in a known state."""

import io
import re
import time
from collections import Counter
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rich.console import Console

from auralis_cli.model.record import Track
from auralis_cli.model.result import Status
from auralis_cli.render.formats import clock
from auralis_cli.render.plain_progress import progress_line
from auralis_cli.render.progress import ProgressDisplay
from auralis_cli.render.scan_numbers import remaining_s, share_done
from auralis_cli.scan.scan import Scan
from auralis_cli.scan.tally import ScanTally
from auralis_cli.scan.workload import Workload
from auralis_cli.workers.engine import Activity


def scan_in_work(activities: list[Activity | None], **changes: Any) -> Scan:
    """A scan of 200 tracks after 100 s: 60 analysed, 30 % of the work, 2 failed, 8 cached."""
    now = 0.0
    tally = ScanTally(began=0.0, ended=100.0, audio_s=12_000.0, discovering=False)
    tally.workload = Workload(lambda: now)
    done, waiting = Track("/done.flac", 300_000_000, 0), Track("/waiting.flac", 700_000_000, 0)
    for track in (done, waiting):
        tally.expect(track)
    now = 100.0
    tally.finish(done, Status.ANALYSED)
    tally.open_tracks = 130
    tally.counts.update({Status.ANALYSED: 60, Status.CACHED: 8, Status.FAILED: 2, Status.SKIPPED: 40})
    for name, value in changes.items():
        setattr(tally, name, value)
    return cast(Scan, SimpleNamespace(tally=tally, activities=lambda: activities))


def drawn(scan: Scan, width: int = 100, height: int = 20) -> list[str]:
    out = io.StringIO()
    console = Console(file=out, width=width, height=height, markup=False, emoji=False, highlight=False)
    console.print(ProgressDisplay(scan, console))
    return out.getvalue().splitlines()


def test_the_display_shows_the_scan_and_each_working_worker() -> None:
    hostile = Activity("/music/[bold]\x1b[2J\nfile.flac", 1_000_000, 0.25, 61.0)
    lines = drawn(scan_in_work([hostile, None, Activity("/music/endless.opus", 1, None, 5.0)]))
    assert "30 % 70 of 200 tracks" in lines[0]
    assert lines[1].strip() == "1:40 · 0.6 tracks/s · 121 × real time · 8 cached · 2 failed"
    assert lines[2].split(maxsplit=2)[0] == "1"
    assert lines[2].rstrip().endswith(r"25 %    1:01 [bold]\x1b[2J\nfile.flac")
    assert lines[3].split()[0] == "3"
    assert lines[3].rstrip().endswith("0:05 endless.opus")
    assert len(lines) == 4


def test_the_display_is_there_as_soon_as_it_is_entered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auralis_cli.render.progress.REFRESHES_PER_S", 0.001)
    out = io.StringIO()
    with ProgressDisplay(scan_in_work([]), Console(file=out, width=100, force_terminal=True)):
        assert "70 of 200 tracks" in out.getvalue()


def test_the_total_is_unknown_while_discovery_runs() -> None:
    lines = drawn(scan_in_work([], discovering=True))
    assert "70 of 200 tracks so far" in lines[0]
    assert "discovering…" in lines[0]
    assert "left" not in lines[0]


def test_at_80_columns_the_bar_gives_way_to_the_words_of_a_large_library() -> None:
    scan = scan_in_work([], discovering=True, open_tracks=54_630)
    assert drawn(scan, width=80)[0].rstrip().endswith("discovering…")
    assert "70 of 54,700 tracks so far" in drawn(scan, width=80)[0]
    assert len(drawn(scan, width=80)) == 2


@pytest.mark.parametrize(("width", "height"), [(40, 6), (80, 8), (200, 50)])
def test_the_display_fits_the_terminal(width: int, height: int) -> None:
    busy: list[Activity | None] = [Activity(f"/{'long ' * 60}{n}.flac", 9, 0.5) for n in range(64)]
    lines = drawn(scan_in_work(busy), width, height)
    assert max(map(len, lines)) <= width
    assert len(lines) < height or height == 6
    assert ("more workers" in lines[-1]) == (height < 64)


def test_bar_and_time_left_go_by_the_same_work_and_count_what_is_under_way() -> None:
    under_way: list[Activity | None] = [Activity("/a.flac", 200_000_000, 0.5), None]
    tally = scan_in_work(under_way).tally
    # 400 of 1,000 MB in 100 s leave 600 MB, 150 s.
    assert share_done(tally, under_way) == pytest.approx(0.4, rel=0.01, abs=0)
    assert remaining_s(tally, under_way) == pytest.approx(150.0, rel=0.05, abs=0)


def test_no_time_left_is_told_before_it_can_be_known() -> None:
    assert remaining_s(scan_in_work([], discovering=True).tally, []) is None
    assert remaining_s(scan_in_work([], workload=Workload()).tally, []) is None


def test_nobody_mistakes_known_tracks_for_speed() -> None:
    scan = scan_in_work([], workload=Workload(), audio_s=0.0, counts=Counter({Status.CACHED: 70}))
    assert drawn(scan)[1].strip() == "1:40 · 70 cached"


def test_done_and_undone_differ_without_colours_and_nothing_but_failures_is_red() -> None:
    out = io.StringIO()
    console = Console(file=out, width=100, force_terminal=True, color_system="standard")
    console.print(ProgressDisplay(scan_in_work([]), console))
    overall, numbers = out.getvalue().splitlines()
    assert "\x1b[1m━━━" in overall
    assert "\x1b[2m───" in overall
    assert re.findall(r"\x1b\[[0-9;]*31m([^\x1b]*)", numbers) == ["2 failed"]
    assert not re.findall(r"\x1b\[[0-9;]*31m", overall)


def test_the_plain_line_says_the_same() -> None:
    expected = "70 of 200 tracks, 0.6 tracks/s, 120 × real time, 8 cached, 2 failed"
    assert progress_line(scan_in_work([])) == f"30 %, {expected}, 3:53 left"
    assert progress_line(scan_in_work([], discovering=True)) == f"{expected}, still discovering"


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0:00"), (7.4, "0:07"), (59.6, "1:00"), (725, "12:05"), (10812, "3:00:12")]
)
def test_durations_read_like_a_clock(seconds: float, shown: str) -> None:
    assert clock(seconds) == shown


def test_the_clock_of_a_tally_runs_until_the_scan_ends() -> None:
    tally = ScanTally(began=time.monotonic() - 5)
    assert tally.seconds == pytest.approx(5, abs=2, rel=0)
    tally.end()
    assert tally.seconds == tally.seconds
