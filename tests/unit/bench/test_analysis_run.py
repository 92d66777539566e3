"""What is measured about programs that run side by side, with scripted workers."""

import sys
import time
from pathlib import Path

import pytest
from support.scripted_tracks import FakeWorker, write_track

from auralis_cli.bench.analysis_run import run_analysis
from auralis_cli.bench.measured_process import MeasuredProcess
from auralis_cli.bench.parallel_run import ParallelRun
from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.program import WorkerCommand
from auralis_cli.workers.protocol import Done, Failure

BUSY = "import time\nwhile time.process_time() < 0.5: pass"


def test_cpu_time_and_memory_are_those_of_the_child() -> None:
    program = "import sys; held = b'x' * 80_000_000; print(len(held), flush=True); sys.stdin.read()\n" + BUSY
    with MeasuredProcess([sys.executable, "-c", program]) as process:
        process.stdout.readline()
    assert process.status == 0
    assert 0.5 <= process.usage.cpu_s < 5
    assert process.usage.wall_s >= process.usage.user_s
    if sys.platform == "linux":
        assert 80e6 < process.usage.peak_bytes < 160e6


def test_a_program_that_does_not_end_is_killed_at_its_deadline() -> None:
    began = time.monotonic()
    with MeasuredProcess([sys.executable, "-c", "import time; time.sleep(60)"]) as process:
        process.set_deadline(0.5)
    assert process.status == -9
    assert time.monotonic() - began < 30


def test_lanes_add_up_cpu_time_and_share_the_wall_time() -> None:
    threads = ParallelRun("ab", 2)

    def work() -> None:
        while threads.next_item() is not None:
            with MeasuredProcess([sys.executable, "-c", BUSY]) as process:
                pass
            threads.add_usage(process.usage)

    usage = threads.run(work)
    assert usage.cpu_s >= 1


def test_an_error_in_a_lane_is_raised_and_ends_the_others() -> None:
    threads = ParallelRun(map(str, range(1000)), 2)
    taken: list[str] = []

    def work() -> None:
        while (item := threads.next_item()) is not None:
            taken.append(item)
            if item == "3":
                raise ZeroDivisionError("in a lane")

    with pytest.raises(ZeroDivisionError, match="in a lane"):
        threads.run(work)


def test_every_track_has_an_outcome_and_a_lost_worker_costs_one(tmp_path: Path) -> None:
    scripts = {"a": "ok", "b": "fail skip", "c": "exit 3", "d": "ok"}
    tracks = [write_track(tmp_path, f"{name}.flac", script) for name, script in scripts.items()]
    command = WorkerCommand(FakeWorker(tmp_path).program)
    ticks: list[None] = []
    run = run_analysis(command, tracks, 1, TrackLimits(), lambda: ticks.append(None))
    assert list(run.answers) == [track.path for track in tracks]
    a, b, c, d = run.answers.values()
    assert isinstance(a, Done)
    assert isinstance(b, Failure)
    assert isinstance(c, Failure)
    assert c.code == "worker_lost"
    assert isinstance(d, Done)
    assert len(ticks) == 4


def test_workers_that_do_not_come_up_end_the_run(tmp_path: Path) -> None:
    program = tmp_path / "fp-worker"
    program.write_text("#!/bin/sh\necho broken libc >&2\nexit 127\n")
    program.chmod(0o755)
    with pytest.raises(WorkerUnavailableError, match="does not start: broken libc"):
        run_analysis(
            WorkerCommand(program), [write_track(tmp_path, "a.flac")], 1, TrackLimits(), lambda: None
        )
