"""Bad files cost themselves; a broken worker stops the run. Which of the two it is, is found out."""

import asyncio
from pathlib import Path

import pytest
from support.scripted_tracks import FakeWorker, analyse, error_code, write_track

from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.model.record import Record, TrackError
from auralis_cli.workers.engine import Finished, Job
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.local_pool import LocalPool
from auralis_cli.workers.program import WorkerCommand


def failed(ends: dict[str, object]) -> list[str]:
    return sorted(name for name, end in ends.items() if isinstance(getattr(end, "outcome", None), TrackError))


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("script", ["crash", "half-line", "exit 3"])
def test_two_crashing_files_side_by_side_are_two_lost_files(tmp_path: Path, jobs: int, script: str) -> None:
    tracks = [write_track(tmp_path, f"bad{n}.flac", script, size=500) for n in range(2)]
    tracks += [write_track(tmp_path, f"good{n}.flac") for n in range(3)]
    ends = analyse(FakeWorker(tmp_path), tracks, jobs=jobs)
    assert failed(dict(ends)) == ["bad0.flac", "bad1.flac"]


def test_a_folder_of_nothing_but_crashing_files_is_scanned_to_its_end(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path)
    ends = analyse(worker, [write_track(tmp_path, f"bad{n}.flac", "crash") for n in range(9)])
    assert len(failed(dict(ends))) == 9
    assert "auralis-self-test.wav" in worker.started()


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_file_that_no_worker_takes_up_is_one_lost_file_after_two_workers(tmp_path: Path, jobs: int) -> None:
    """Whatever the neighbours do: theirs take up track after track meanwhile."""
    worker = FakeWorker(tmp_path)
    tracks = [write_track(tmp_path, "unspeakable.flac", size=500)]
    tracks += [write_track(tmp_path, f"good{n}.flac", "slow 0.1") for n in range(12)]
    ends = analyse(worker, tracks, jobs=jobs)
    assert failed(dict(ends)) == ["unspeakable.flac"]
    assert error_code(ends["unspeakable.flac"]) == "worker_crashed"
    assert worker.requested().count("unspeakable.flac") == 2


def test_files_that_no_worker_takes_up_do_not_stop_the_scan(tmp_path: Path) -> None:
    tracks = [write_track(tmp_path, f"{n}unspeakable.flac", size=500) for n in range(4)]
    ends = analyse(FakeWorker(tmp_path), [*tracks, write_track(tmp_path, "good.flac")], jobs=1)
    assert len(failed(dict(ends))) == 4


@pytest.mark.parametrize("behaviour", ["broken", "wrong", "dies-on-request"])
@pytest.mark.parametrize("jobs", [1, 4])
def test_a_broken_worker_is_charged_to_no_track(tmp_path: Path, behaviour: str, jobs: int) -> None:
    ends: list[Finished] = []

    async def run() -> None:
        pool = LocalPool(WorkerCommand(FakeWorker(tmp_path, behaviour).program), jobs, capacity=100)
        for number in range(12):
            await pool.submit(Job(write_track(tmp_path, f"{number}.flac")))
        pool.close()
        async for end in pool.results():
            ends.append(end)

    with pytest.raises(WorkerUnavailableError, match="3 fresh ones in a row failed the self-test"):
        asyncio.run(run())
    assert ends == []


def test_a_file_is_tried_again_by_the_next_scan_where_the_worker_may_be_to_blame(tmp_path: Path) -> None:
    """The first self-test fails, the second does not: the machine may have been out of memory."""
    worker = FakeWorker(tmp_path, "fails-first-test")
    end = analyse(worker, [write_track(tmp_path, "bad.flac", "crash")], jobs=1)["bad.flac"]
    assert error_code(end) == "worker_crashed"
    assert not end.final
    assert isinstance(end.outcome, TrackError)
    assert "the next scan tries the file again" in end.outcome.message


@pytest.mark.parametrize(
    ("script", "limits"), [("dies-after", TrackLimits()), ("hangs-after", TrackLimits(timeout_s=0.3))]
)
def test_a_worker_that_is_lost_between_tracks_costs_no_track(
    tmp_path: Path, script: str, limits: TrackLimits, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auralis_cli.workers.slot.MAX_START_S", 0.3)
    tracks = [write_track(tmp_path, f"{n}.flac", script) for n in range(4)]
    ends = analyse(FakeWorker(tmp_path), tracks, jobs=1, limits=limits)
    assert all(isinstance(end.outcome, Record) for end in ends.values())
