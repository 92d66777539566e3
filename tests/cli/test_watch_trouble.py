"""`auralis watch` when something around it goes wrong or changes: readers, disks, the worker, the system."""

import signal
import time
from pathlib import Path

import pytest
from support.processes import seconds_until
from support.running_watch import LIMIT_S, RunningWatch
from support.scripted_tracks import write_track

from auralis_cli.commands.run_watch import WORKER_CHECK_S


def test_a_new_worker_program_is_used_from_then_on(tmp_path: Path) -> None:
    watch = RunningWatch(tmp_path)
    watch.start()
    old = watch.worker.program
    newer = old.with_suffix(".new")
    newer.write_text(old.read_text().replace("exec", "AURALIS_TEST=new exec"))
    newer.chmod(0o755)
    newer.rename(old)
    watch.wait_for(kind="worker_changed")
    seconds_until(lambda: [event.get("kind") for event in watch.events].count("watching") == 2, LIMIT_S)
    write_track(watch.music, "after.flac", size=1009)
    watch.wait_for(path="/after.flac", status="analysed")
    assert watch.end() == 0
    assert watch.worker.started().count("known.flac") == 1


def test_a_worker_program_that_is_being_written_is_not_taken(tmp_path: Path) -> None:
    watch = RunningWatch(tmp_path)
    watch.start()
    ends = time.monotonic() + 2.2 * WORKER_CHECK_S
    while time.monotonic() < ends:
        with watch.worker.program.open("a") as program:
            program.write("# more of it\n")
        time.sleep(WORKER_CHECK_S / 10)
        assert watch.find(kind="worker_changed") is None
    watch.wait_for(kind="worker_changed")
    assert watch.end() == 0


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_watch_is_ended_while_it_changes_to_a_new_worker(tmp_path: Path, number: int) -> None:
    """The new program, asked who it is, ends the watch before it answers."""
    watch = RunningWatch(tmp_path)
    watch.start()
    old = watch.worker.program
    newer = old.with_suffix(".new")
    newer.write_text(
        old.read_text().replace("exec", f"[ $1 = identity ] && kill -{number:d} $PPID && sleep 1\nexec")
    )
    newer.chmod(0o755)
    newer.rename(old)
    assert watch.process.wait(LIMIT_S) == 0
    watch.kill()  # its lines are all read
    assert watch.count(kind="worker_changed") == watch.count(kind="watching") == 1
    assert watch.events[-1]["event"] == "summary"


def test_a_watch_ends_with_who_reads_its_lines(tmp_path: Path) -> None:
    watch = RunningWatch(tmp_path)
    watch.start()
    watch.close_output()
    watch.music.rename(watch.music.with_name("away"))
    assert watch.process.wait(LIMIT_S) == 0


def test_a_watch_whose_lines_cannot_be_written_ends_with_the_reason(tmp_path: Path) -> None:
    watch = RunningWatch(tmp_path, "full")
    watch.start()
    watch.music.rename(watch.music.with_name("away"))
    assert watch.process.wait(LIMIT_S) != 0
    assert "cannot write to standard output" in watch.process.communicate()[1]


def test_a_failure_that_lasts_is_told_once(tmp_path: Path) -> None:
    """Of a file that may work next time, of a link that cannot be followed: every look meets them anew."""
    watch = RunningWatch(tmp_path, "1")
    watch.start()
    track, link = watch.music / "bad.flac", watch.music / "link.flac"
    write_track(watch.music, track.name, "fail retry", size=1011)
    link.symlink_to("x" * 300)
    told = [{"path": f"/music/{path.name}", "status": "failed"} for path in (track, link)]
    for event in told:
        watch.wait_for(**event)
    seconds_until(lambda: watch.worker.started().count(track.name) == 2, LIMIT_S)
    assert [watch.count(**event) for event in told] == [1, 1]
    link.unlink()
    write_track(watch.music, track.name, "fail retry", size=1012)  # another file
    seconds_until(lambda: watch.count(**told[0]) == 2, LIMIT_S)
    seconds_until(lambda: watch.worker.started().count(track.name) == 4, LIMIT_S)
    link.symlink_to("x" * 300)
    seconds_until(lambda: watch.count(**told[1]) == 2, LIMIT_S)
    assert watch.count(**told[0]) == 2
    assert watch.end() == 0
    assert watch.events[-1]["failed"] == 4, "what is told is counted"


def test_at_the_limit_of_the_system_everything_is_looked_at_again_and_again(tmp_path: Path) -> None:
    watch = RunningWatch(tmp_path, "limit")
    watch.start()
    assert "limit reached" in watch.wait_for(kind="polling")["message"]
    write_track(watch.music, "new.flac", size=1010)
    watch.wait_for(path="/new.flac", status="analysed")
    assert watch.end() == 0
