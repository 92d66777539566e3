"""What happens to a track that takes too long, falls silent, or takes too much memory."""

import time
from pathlib import Path

import pytest
from support.scripted_tracks import FakeWorker, analyse, error_code, write_track

from auralis_cli.model.record import Record, TrackError
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.self_test import FILE_NAME as SELF_TEST


@pytest.mark.parametrize(
    ("script", "limits", "reason"),
    [
        ("hang", TrackLimits(timeout_s=0.3), "did not end the analysis within 0.3 s"),
        ("talk", TrackLimits(timeout_s=0.3), "did not end the analysis within 0.3 s"),
        ("stall", TrackLimits(silence_s=0.3), "made no progress for 0.3 s"),
        ("hang", TrackLimits(silence_s=0.3), "made no progress for 0.3 s"),
    ],
)
def test_a_track_that_does_not_end_is_ended_twice_and_quarantined(
    tmp_path: Path, script: str, limits: TrackLimits, reason: str
) -> None:
    worker = FakeWorker(tmp_path)
    tracks = [write_track(tmp_path, "bad.flac", script, size=500), write_track(tmp_path, "good.flac")]
    ends = analyse(worker, tracks, jobs=1, limits=limits)
    assert error_code(ends["bad.flac"]) == "timed_out"
    assert isinstance(ends["bad.flac"].outcome, TrackError)
    assert reason in ends["bad.flac"].outcome.message
    assert "failures retry" in ends["bad.flac"].outcome.message
    assert ends["bad.flac"].final
    assert isinstance(ends["good.flac"].outcome, Record)
    assert worker.started() == ["bad.flac", "bad.flac", SELF_TEST, "good.flac"]


def test_a_slow_track_that_makes_progress_is_not_ended_for_silence(tmp_path: Path) -> None:
    track = write_track(tmp_path, "long.flac", "slow 2.0")
    ends = analyse(FakeWorker(tmp_path), [track], limits=TrackLimits(silence_s=1.0))
    assert isinstance(ends["long.flac"].outcome, Record)


def test_a_file_whose_disk_does_not_answer_is_not_quarantined(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auralis_cli.workers.process.waits_for_disk", lambda _: True)
    track = write_track(tmp_path, "on-nas.flac", "hang")
    end = analyse(FakeWorker(tmp_path), [track], limits=TrackLimits(silence_s=0.2))["on-nas.flac"]
    assert error_code(end) == "read_stalled"
    assert not end.final


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="memory is watched on Linux")
def test_a_track_that_takes_too_much_memory_is_ended_and_the_next_is_analysed(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path)
    tracks = [write_track(tmp_path, "bomb.flac", "eat 300", size=500), write_track(tmp_path, "good.flac")]
    began = time.monotonic()
    ends = analyse(worker, tracks, jobs=1, limits=TrackLimits(memory_bytes=200 << 20))
    assert time.monotonic() - began < 60
    assert error_code(ends["bomb.flac"]) == "out_of_memory"
    assert ends["bomb.flac"].final
    assert isinstance(ends["good.flac"].outcome, Record)


def test_a_worker_that_gets_no_memory_from_the_system_says_so(tmp_path: Path) -> None:
    script = "die SIGABRT memory allocation of 68719476736 bytes failed"
    end = analyse(FakeWorker(tmp_path), [write_track(tmp_path, "lies.flac", script)])["lies.flac"]
    assert error_code(end) == "out_of_memory"
    assert isinstance(end.outcome, TrackError)
    assert "68719476736" in end.outcome.message
