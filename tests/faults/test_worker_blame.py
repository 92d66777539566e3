"""Bad files cost themselves; a broken worker stops the run. Which of the two it is, is found out."""

from pathlib import Path

import pytest
from support.scripted_tracks import FakeWorker, analyse, error_code, write_track

from auralis_cli.model.record import Record, TrackError
from auralis_cli.workers.limits import TrackLimits


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


def test_a_file_that_no_worker_takes_up_is_one_lost_file(tmp_path: Path) -> None:
    tracks = [write_track(tmp_path, "unspeakable.flac", size=500)]
    tracks += [write_track(tmp_path, f"good{n}.flac") for n in range(3)]
    ends = analyse(FakeWorker(tmp_path), tracks, jobs=1)
    assert failed(dict(ends)) == ["unspeakable.flac"]
    assert error_code(ends["unspeakable.flac"]) == "worker_crashed"


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
