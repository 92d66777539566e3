"""What a worker says after a hostile file has taken it over: it costs that file, never the scan."""

from pathlib import Path

import pytest
from support.scripted_tracks import FakeWorker, analyse, error_code, write_track

from auralis_cli.model.record import Record, TrackError

DEEP = "[" * 300_000 + "]" * 300_000
FAILURE = '"message": "m", "action": "skip", "depends_on_ffmpeg": false'
LINES = {
    "nested 300,000 deep": f'{{"type":"progress","id":$ID,"audio_seconds":1,"x":{DEEP}}}',
    "a failure of no request": f'{{"type":"failed","error":{{"code":"bad_request",{FAILURE}}}}}',
    "stop": f'{{"type":"failed","id":$ID,"error":{{"code":"not_found",{FAILURE.replace("skip", "stop")}}}}}',
    "an unknown code": f'{{"type":"failed","id":$ID,"error":{{"code":"\\u001b[2J",{FAILURE}}}}}',
    "an endless message": '{"type":"failed","id":$ID,"error":{"code":"not_found",'
    + FAILURE.replace('"m"', f'"{"m" * 900_000}"')
    + "}}",
    "progress past the end": '{"type":"progress","id":$ID,"audio_seconds":1,"fraction":1e308}',
    "progress before the start": '{"type":"progress","id":$ID,"audio_seconds":-1e308}',
}


@pytest.mark.parametrize("line", LINES.values(), ids=LINES.keys())
def test_one_line_of_a_worker_costs_its_track_and_never_the_scan(tmp_path: Path, line: str) -> None:
    worker = FakeWorker(tmp_path)
    tracks = [write_track(tmp_path, "bad.flac", f"line {line}", size=2_000_000)]
    tracks += [write_track(tmp_path, f"good{number}.flac") for number in range(3)]
    ends = analyse(worker, tracks, jobs=1)
    assert error_code(ends["bad.flac"]) == "worker_crashed"
    assert isinstance(ends["bad.flac"].outcome, TrackError)
    assert len(ends["bad.flac"].outcome.message) < 1_000
    assert [name for name, end in ends.items() if not isinstance(end.outcome, Record)] == ["bad.flac"]


def test_a_worker_that_has_analysed_a_track_cannot_stop_the_scan_at_the_next(tmp_path: Path) -> None:
    """It may be the first track that speaks. A fresh worker that says so too is believed."""
    worker = FakeWorker(tmp_path)
    stop = '{"type":"failed","id":$NEXT,"error":{"code":"not_found",' + FAILURE.replace("skip", "stop") + "}}"
    tracks = [write_track(tmp_path, "a.flac", f"then-line {stop}", size=900)]
    tracks += [write_track(tmp_path, f"{number}.flac") for number in range(4)]
    ends = analyse(worker, tracks, jobs=1)
    assert all(isinstance(end.outcome, Record) for end in ends.values())
