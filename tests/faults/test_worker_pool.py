"""What the pool does when workers misbehave, track by track, against a scripted worker."""

import asyncio
import time
from pathlib import Path

import pytest
from support.scripted_tracks import FakeWorker, analyse, error_code, write_track

from auralis_cli.model.dimensions import keys
from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.model.record import Record, TrackError
from auralis_cli.workers.engine import Job
from auralis_cli.workers.local_pool import LocalPool
from auralis_cli.workers.program import WorkerCommand
from auralis_cli.workers.self_test import FILE_NAME as SELF_TEST


def test_each_track_ends_exactly_once_with_its_record(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path)
    tracks = [write_track(tmp_path, f"{number:02}.flac") for number in range(30)]
    ends = analyse(worker, tracks, jobs=3)
    assert len(ends) == 30
    assert sorted(worker.started()) == sorted(ends)
    record = ends["07.flac"].outcome
    assert isinstance(record, Record)
    assert (record.analyzer, record.analysis_version, record.worker_version) == ("worker", 1, "0.1.0")
    assert record.nulls == {"tempo_bpm": "no_pulse"}
    assert tuple(record.fingerprint) == keys()


def test_larger_tracks_are_analysed_first_among_those_known(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path)
    sizes = [300, 900, 100, 700, 500]
    analyse(worker, [write_track(tmp_path, f"{size}", size=size) for size in sizes], jobs=1)
    assert worker.started() == ["900", "700", "500", "300", "100"]


def test_a_path_that_is_not_utf8_reaches_the_worker(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path)
    ends = analyse(worker, [write_track(tmp_path, "caf\udce9 [Live].flac")])
    assert isinstance(ends["caf\udce9 [Live].flac"].outcome, Record)


@pytest.mark.parametrize(
    "script",
    [
        "crash",
        "die SIGABRT thread 'main' has overflowed its stack",
        "die SIGKILL",
        "exit 101",
        "garbage",
        "half-line",
        "long-line",
        "endless-line",
        "wrong-id",
        "close-stdout",
        "crash-once /no/such/folder",
    ],
)
def test_a_track_that_loses_its_worker_twice_fails_for_good_and_alone(tmp_path: Path, script: str) -> None:
    worker = FakeWorker(tmp_path)
    tracks = [write_track(tmp_path, "bad.flac", script, size=500)]
    tracks += [write_track(tmp_path, f"good{number}.flac") for number in range(6)]
    ends = analyse(worker, tracks)
    assert error_code(ends["bad.flac"]) == "worker_crashed"
    assert ends["bad.flac"].final
    assert worker.started().count("bad.flac") == 2
    assert [name for name, end in ends.items() if isinstance(end.outcome, TrackError)] == ["bad.flac"]


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("key-missing", "exactly the 25 keys"),
        ('value {"invented": 1}', "exactly the 25 keys"),
        ('value {"harmonic_ratio": 1.5}', "harmonic_ratio is 1.5, outside its range"),
        ('value {"crest_db": null}', "crest_db is null without a reason"),
        ('value {"tempo_bpm": 120}', "tempo_bpm has a value and a reason"),
    ],
)
def test_a_result_that_cannot_be_costs_the_worker_and_the_second_time_the_track(
    tmp_path: Path, script: str, reason: str
) -> None:
    """A file may have taken the worker over: what it says of the next tracks may be false and look right."""
    worker = FakeWorker(tmp_path)
    tracks = [write_track(tmp_path, "bad.flac", script, size=500), write_track(tmp_path, "good.flac")]
    ends = analyse(worker, tracks, jobs=1)
    assert error_code(ends["bad.flac"]) == "invalid_result"
    assert isinstance(ends["bad.flac"].outcome, TrackError)
    assert reason in ends["bad.flac"].outcome.message
    assert "please report it" in ends["bad.flac"].outcome.message
    assert ends["bad.flac"].final
    assert isinstance(ends["good.flac"].outcome, Record)
    started = [name for name in worker.started() if name != "good.flac"]  # the first worker may begin it too
    assert started == ["bad.flac", "bad.flac", SELF_TEST]


def test_after_an_impossible_result_another_worker_analyses_the_next_track(tmp_path: Path) -> None:
    """The first worker lies about every later track; its lie about the first one gives it away."""
    worker = FakeWorker(tmp_path)
    script = f"hijack-once {tmp_path / 'hijacked'}"
    tracks = [write_track(tmp_path, "bad.flac", script, size=500)]
    tracks += [write_track(tmp_path, f"good{number}.flac") for number in range(3)]
    ends = analyse(worker, tracks, jobs=1)
    values = {name: end.outcome.fingerprint["lufs"] for name, end in ends.items()}  # type: ignore[union-attr]
    assert set(values.values()) == {0.25}


def test_a_track_that_loses_one_worker_is_analysed_by_the_next(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path)
    ends = analyse(worker, [write_track(tmp_path, "a.flac", f"crash-once {tmp_path / 'crashed'}")])
    assert isinstance(ends["a.flac"].outcome, Record)
    assert worker.started() == ["a.flac", "a.flac"]


def test_a_track_queued_behind_a_crash_is_not_charged(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path)
    tracks = [write_track(tmp_path, f"bad{number}.flac", "crash", size=900) for number in range(2)]
    queued = write_track(tmp_path, "queued.flac", f"crash-once {tmp_path / 'crashed'}")
    ends = analyse(worker, [*tracks, queued], jobs=1)
    assert isinstance(ends["queued.flac"].outcome, Record)


def test_a_second_answer_costs_the_worker_and_no_track(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path)
    ends = analyse(worker, [write_track(tmp_path, f"{n}.flac", "twice") for n in range(4)], jobs=1)
    assert all(isinstance(end.outcome, Record) for end in ends.values())


def test_a_flood_on_stderr_does_not_block_the_worker(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path, "flood")
    ends = analyse(worker, [write_track(tmp_path, f"{n}.flac", "chatter") for n in range(3)], jobs=1)
    assert all(isinstance(end.outcome, Record) for end in ends.values())


@pytest.mark.parametrize(("action", "final"), [("skip", True), ("retry", False)])
def test_the_worker_says_whether_a_failure_is_final(tmp_path: Path, action: str, final: bool) -> None:
    end = analyse(FakeWorker(tmp_path), [write_track(tmp_path, "a.flac", f"fail {action}")])["a.flac"]
    assert error_code(end) == "nothing_decoded"
    assert end.final is final


def test_a_failure_that_asks_for_it_stops_the_run(tmp_path: Path) -> None:
    tracks = [write_track(tmp_path, f"{n}-stop.flac") for n in range(3)]
    with pytest.raises(WorkerUnavailableError, match="nothing of the audio decodes"):
        analyse(FakeWorker(tmp_path), tracks)


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        ("dies-at-start", "3 fresh workers in a row did not come up.*no such library: libfft"),
        ("garbage-at-start", "3 fresh workers in a row did not come up.*not a response"),
        ("ready-twice", "3 fresh ones in a row failed the self-test.*it answered what was not asked"),
        ("dies-on-request", "3 fresh ones in a row failed the self-test.*it ended with status 7"),
        ("broken", "3 fresh ones in a row failed the self-test.*it was killed by SIGILL"),
        ("wrong", r"3 fresh ones in a row failed the self-test.*lufs of a sine is -7.0, not -6.021 ± 0.1"),
        ("other-version", "is version 9.9.9, auralis is"),
        ("other-protocol", "speaks protocol 99"),
    ],
)
def test_workers_that_never_come_up_stop_the_run(tmp_path: Path, behaviour: str, message: str) -> None:
    tracks = [write_track(tmp_path, f"{n}.flac") for n in range(5)]
    with pytest.raises(WorkerUnavailableError, match=message):
        analyse(FakeWorker(tmp_path, behaviour), tracks)


def test_a_worker_that_never_says_ready_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auralis_cli.workers.slot.MAX_HANDSHAKE_S", 0.2)
    with pytest.raises(WorkerUnavailableError, match=r"3 fresh workers in a row.*said nothing"):
        analyse(FakeWorker(tmp_path, "mute"), [write_track(tmp_path, "a.flac")])


def test_a_program_that_cannot_be_executed_stops_the_run(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path)
    worker.program.write_text("#!/no/such/interpreter\n")
    with pytest.raises(WorkerUnavailableError, match="could not be started: No such file"):
        analyse(worker, [write_track(tmp_path, "a.flac")])


def test_there_are_never_more_workers_than_tracks(tmp_path: Path) -> None:
    async def run() -> int:
        pool = LocalPool(WorkerCommand(FakeWorker(tmp_path).program), 8)
        for number in range(2):
            await pool.submit(Job(write_track(tmp_path, f"{number}.flac", "slow 0.2")))
        pool.close()
        lanes = len(pool.activities())
        assert len([end async for end in pool.results()]) == 2
        return lanes

    assert asyncio.run(run()) == 2


def test_intake_waits_while_the_queue_is_full(tmp_path: Path) -> None:
    async def run() -> None:
        pool = LocalPool(WorkerCommand(FakeWorker(tmp_path).program), 1, capacity=3)
        tracks = [write_track(tmp_path, f"{number}.flac", "slow 0.1") for number in range(12)]

        async def feed() -> None:
            for track in tracks:
                await pool.submit(Job(track))
            pool.close()

        feeding = asyncio.create_task(feed())
        ends = 0
        async for _ in pool.results():
            ends += 1
            if ends == 1:
                assert not feeding.done()
        assert ends == 12

    asyncio.run(run())


def test_a_stop_keeps_what_finishes_in_time_and_drops_the_rest_within_two_seconds(tmp_path: Path) -> None:
    async def run() -> list[str]:
        worker = FakeWorker(tmp_path)
        pool = LocalPool(WorkerCommand(worker.program), 2, capacity=30)
        await pool.submit(Job(write_track(tmp_path, "short.flac", "slow 0.5", size=900)))
        await pool.submit(Job(write_track(tmp_path, "endless.flac", "hang", size=800)))
        for number in range(20):
            await pool.submit(Job(write_track(tmp_path, f"{number}.flac")))
        while len(worker.started()) < 2:
            await asyncio.sleep(0.02)
        began = time.monotonic()
        stopping = asyncio.create_task(pool.stop())
        names = [Path(end.job.track.path).name async for end in pool.results()]
        await stopping
        assert time.monotonic() - began < 2.0
        return names

    assert asyncio.run(run()) == ["short.flac"]


def test_a_stop_loses_no_result_that_waits_to_be_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auralis_cli.workers.local_pool.MAX_UNSTORED_RESULTS", 2)

    async def run() -> None:
        worker, jobs = FakeWorker(tmp_path), 2
        pool = LocalPool(WorkerCommand(worker.program), jobs, capacity=30)
        for number in range(12):
            await pool.submit(Job(write_track(tmp_path, f"{number}.flac")))
        begun = 0
        while len(worker.started()) > begun or not begun:  # until the slots pause, as nobody takes results
            begun = len(worker.started())
            await asyncio.sleep(0.5)
        assert begun < 12
        await pool.stop()
        ends = [end async for end in pool.results()]
        assert len(ends) >= begun - jobs  # each worker has begun one more, ahead of the pool

    asyncio.run(run())
