"""Traces in the pool: what a worker says of a track over time, and what becomes of its trouble."""

import json
from pathlib import Path

import pytest
from support.scripted_tracks import FakeWorker, analyse, error_code, write_track

from auralis_cli.model.record import TrackError
from auralis_cli.model.trace import Band, Series, Traced
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.protocol import Work

KEY = f"{1:032x}"
PEAKS = Series("peak_dbfs", "dBFS", 0.0, 0.5, (-20.0, None))
SERIES = {"name": "width", "unit": "", "start_s": 0.0, "step_s": 0.5, "values": [0.5]}


def test_a_trace_is_the_end_of_its_job_and_no_track_is_analysed(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path)
    ends = analyse(worker, [write_track(tmp_path, "a.flac")], work=Work.TRACE)
    assert ends["a.flac"].outcome == Traced(KEY, 1.0, (PEAKS,), (Band(25.0),))
    assert worker.started() == []


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("crash", "worker_crashed"),
        ("hang", "timed_out"),
        ("levels " + json.dumps([-20.0] * 4), "invalid_result"),  # 2 s of a track of 1 s
        ("changed " + json.dumps({"series": [SERIES, SERIES]}), "invalid_result"),
        (
            "changed " + json.dumps({"beats": {"period_s": 0.5, "phase_s": 0.6, "share": 1.0}}),
            "invalid_result",
        ),
        ("levels " + json.dumps([-20.0] * 2001), "worker_crashed"),
        ("levels " + json.dumps([1e9]), "worker_crashed"),
        ("levels [NaN]", "worker_crashed"),
        ("changed " + json.dumps({"series": [SERIES | {"step_s": 0.0}]}), "worker_crashed"),
        ("changed " + json.dumps({"series": [SERIES | {"name": "<script>"}]}), "worker_crashed"),
        ("changed " + json.dumps({"chroma": [1.0]}), "worker_crashed"),
        ("changed " + json.dumps({"content_key": "x"}), "worker_crashed"),
        ("changed " + json.dumps({"type": "probed"}), "worker_crashed"),
    ],
)
def test_a_file_that_ends_two_workers_has_no_trace_and_costs_no_other(
    tmp_path: Path, script: str, code: str
) -> None:
    worker = FakeWorker(tmp_path)
    tracks = [write_track(tmp_path, "bad.flac", script, size=30_000), write_track(tmp_path, "good.flac")]
    ends = analyse(worker, tracks, jobs=1, limits=TrackLimits(silence_s=1.0), work=Work.TRACE)
    bad = ends.pop("bad.flac")
    assert (error_code(bad), bad.final) == (code, False)
    assert isinstance(bad.outcome, TrackError)
    assert "failures" not in bad.outcome.message  # it is not remembered
    assert worker.requested().count("bad.flac") == 2
    assert ends["good.flac"].outcome == Traced(KEY, 1.0, (PEAKS,), (Band(25.0),))


def test_a_trace_is_no_answer_to_an_analysis(tmp_path: Path) -> None:
    said = {"type": "traced", "id": "$ID", "content_key": KEY, "duration_s": 1.0, "series": []}
    line = json.dumps(said | {"third_octave": []}).replace('"$ID"', "$ID")
    ends = analyse(FakeWorker(tmp_path), [write_track(tmp_path, "bad.flac", f"line {line}")], jobs=1)
    assert error_code(ends["bad.flac"]) == "worker_crashed"


def test_a_worker_that_knows_no_trace_is_not_asked_for_one(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path, "only-analyze")
    end = analyse(worker, [write_track(tmp_path, "a.flac")], work=Work.TRACE)["a.flac"]
    assert error_code(end) == "unknown_request"
    assert worker.requested() == []
