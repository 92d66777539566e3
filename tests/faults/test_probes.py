"""Probes in the pool: a key without an analysis, and what becomes of one whose worker misbehaves."""

from pathlib import Path

import pytest
from support.scripted_tracks import FakeWorker, analyse, error_code, write_track

from auralis_cli.model.record import Record
from auralis_cli.workers.engine import Probed
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.protocol import Work


def test_a_probe_gives_the_key_that_the_analysis_gives_and_no_record(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path)
    tracks = [write_track(tmp_path, f"{number}.flac") for number in range(8)]
    probed = analyse(worker, tracks, work=Work.PROBE)
    assert worker.started() == []
    analysed = analyse(worker, tracks)
    keys = {
        name: Probed(end.outcome.audio_key)
        for name, end in analysed.items()
        if isinstance(end.outcome, Record)
    }
    assert len(set(keys.values())) == 8
    assert {name: end.outcome for name, end in probed.items()} == keys


def test_a_format_without_a_key_is_no_error(tmp_path: Path) -> None:
    track = write_track(tmp_path, "a.ape", "no key")
    assert analyse(FakeWorker(tmp_path), [track], work=Work.PROBE)["a.ape"].outcome == Probed(None)


@pytest.mark.parametrize(
    "script",
    [
        "probe-crash",
        "probe-hang",
        "probe-line Segmentation fault",
        'probe-line {"type":"probed","id":$ID,"audio_key":"short"}',
        'probe-line {"type":"started","id":$ID}',
        "probe-fail skip",
    ],
)
def test_a_probe_that_fails_leaves_the_file_to_the_analysis_and_costs_no_other(
    tmp_path: Path, script: str
) -> None:
    """It is not tried again, no self-test is run, and nothing is charged to the file."""
    worker = FakeWorker(tmp_path)
    tracks = [write_track(tmp_path, "bad.flac", script, size=500)]
    tracks += [write_track(tmp_path, f"good{number}.flac") for number in range(4)]
    ends = analyse(worker, tracks, jobs=1, limits=TrackLimits(silence_s=1.0), work=Work.PROBE)
    assert [name for name, end in ends.items() if end.outcome == Probed(None)] == ["bad.flac"]
    assert worker.probed().count("bad.flac") == 1
    assert worker.started() == []


def test_an_analysis_is_no_answer_to_a_probe(tmp_path: Path) -> None:
    done = '{"type":"done","id":$ID,"fingerprint":{},"nulls":{},"details":{},"warnings":[],"content_key":""}'
    worker = FakeWorker(tmp_path)
    tracks = [
        write_track(tmp_path, "bad.flac", f"probe-line {done}", size=500),
        write_track(tmp_path, "good.flac"),
    ]
    ends = analyse(worker, tracks, jobs=1, work=Work.PROBE)
    assert ends["bad.flac"].outcome == Probed(None)
    assert ends["good.flac"].outcome != Probed(None)


def test_a_probe_is_no_answer_to_an_analysis(tmp_path: Path) -> None:
    said = '{"type":"probed","id":$ID,"audio_key":null}'
    worker = FakeWorker(tmp_path)
    ends = analyse(worker, [write_track(tmp_path, "bad.flac", f"line {said}")], jobs=1)
    assert error_code(ends["bad.flac"]) == "worker_crashed"


def test_a_file_that_cannot_be_read_fails_in_its_probe(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path)
    end = analyse(worker, [write_track(tmp_path, "a.flac", "probe-fail retry")], work=Work.PROBE)["a.flac"]
    assert error_code(end) == "nothing_decoded"
    assert not end.final


def test_a_worker_that_knows_no_probe_is_not_asked_for_one(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path, "only-analyze")
    tracks = [write_track(tmp_path, f"{number}.flac") for number in range(5)]
    assert {end.outcome for end in analyse(worker, tracks, work=Work.PROBE).values()} == {Probed(None)}
    assert worker.requested() == []
