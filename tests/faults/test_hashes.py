"""Acoustic hashes in the pool: what a worker says of how a file sounds, and what becomes of its trouble."""

from pathlib import Path

import pytest
from support.scripted_tracks import FakeWorker, analyse, error_code, write_track

from auralis_cli.model.record import TrackError
from auralis_cli.workers.engine import Hashed
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.protocol import Work

KEY = f"{1:032x}"


def test_a_hash_is_the_end_of_its_job_and_no_track_is_analysed(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path)
    tracks = [write_track(tmp_path, "long.flac", "sounds abcdwxyz"), write_track(tmp_path, "short.flac")]
    ends = analyse(worker, tracks, work=Work.HASH)
    assert {name: end.outcome for name, end in ends.items()} == {
        "long.flac": Hashed(KEY, b"abcdwxyz"),
        "short.flac": Hashed(KEY, b""),
    }
    assert worker.started() == []


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("crash", "worker_crashed"),
        ("hang", "timed_out"),
        ("line Segmentation fault", "worker_crashed"),
        ("sounds abc", "invalid_result"),  # three bytes are no words
        (
            f'line {{"type":"hashed","id":$ID,"content_key":"{KEY}","hash_version":2,"acoustic_hash":null}}',
            "invalid_result",
        ),
        ('line {"type":"hashed","id":$ID,"content_key":"x","hash_version":1}', "worker_crashed"),
        ('line {"type":"probed","id":$ID,"audio_key":null}', "worker_crashed"),
    ],
)
def test_a_file_that_ends_two_workers_has_no_hash_and_costs_no_other(
    tmp_path: Path, script: str, code: str
) -> None:
    worker = FakeWorker(tmp_path)
    tracks = [write_track(tmp_path, "bad.flac", script, size=500)]
    tracks += [write_track(tmp_path, f"good{number}.flac", "sounds abcd") for number in range(4)]
    ends = analyse(worker, tracks, jobs=1, limits=TrackLimits(silence_s=1.0), work=Work.HASH)
    bad = ends.pop("bad.flac")
    assert error_code(bad) == code
    assert not bad.final
    assert isinstance(bad.outcome, TrackError)
    assert "failures" not in bad.outcome.message  # it is not remembered
    assert worker.requested().count("bad.flac") == 2
    assert {end.outcome for end in ends.values()} == {Hashed(KEY, b"abcd")}


def test_a_hash_is_no_answer_to_an_analysis(tmp_path: Path) -> None:
    said = f'{{"type":"hashed","id":$ID,"content_key":"{KEY}","hash_version":1,"acoustic_hash":null}}'
    ends = analyse(FakeWorker(tmp_path), [write_track(tmp_path, "bad.flac", f"line {said}")], jobs=1)
    assert error_code(ends["bad.flac"]) == "worker_crashed"


def test_a_worker_that_knows_no_hash_is_not_asked_for_one(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path, "only-analyze")
    end = analyse(worker, [write_track(tmp_path, "a.flac")], work=Work.HASH)["a.flac"]
    assert error_code(end) == "unknown_request"
    assert isinstance(end.outcome, TrackError)
    assert "reinstall" in end.outcome.message
    assert worker.requested() == []
