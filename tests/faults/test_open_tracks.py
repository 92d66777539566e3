"""The worker gets its tracks as open files: what that keeps, and what a disk that does not answer costs."""

import asyncio
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.made_records import see
from support.scripted_tracks import NO_HURRY, error_code
from support.synthetic_library import write_library

from auralis_cli.model.record import Record, Track, TrackError
from auralis_cli.settings.values import Settings
from auralis_cli.workers import track_file
from auralis_cli.workers.engine import Finished, Job
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.local_pool import LocalPool
from auralis_cli.workers.process import WorkerProcess
from auralis_cli.workers.program import WorkerCommand, find_worker
from auralis_cli.workers.protocol import Done, Failed, Response, Started


@pytest.fixture
def command() -> WorkerCommand:
    return WorkerCommand(find_worker(Settings(cache=Path("unused.db"), jobs=1)), "none")


@pytest.fixture
def tracks(tmp_path: Path) -> list[Track]:
    write_library(tmp_path / "music", tracks=6, seed=5)
    return [see(path) for path in sorted((tmp_path / "music").iterdir())]


@pytest.fixture
def dead_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A word: opening a path that contains it does not end before the test does."""
    test_ends = threading.Event()
    real = track_file._open

    def open_or_hang(path: str) -> int:
        if "dead" in path:
            test_ends.wait(60)
        return real(path)

    monkeypatch.setattr(track_file, "_open", open_or_hang)
    yield "dead"
    test_ends.set()


def analysed(
    command: WorkerCommand, tracks: list[Track], jobs: int = 1, limits: TrackLimits = NO_HURRY
) -> dict[str, Finished]:
    async def run() -> dict[str, Finished]:
        pool = LocalPool(command, jobs, limits=limits, capacity=1000)
        for track in tracks:
            await pool.submit(Job(track))
        pool.close()
        return {Path(end.job.track.path).name: end async for end in pool.results()}

    return asyncio.run(run())


async def final(worker: WorkerProcess) -> Response:
    while isinstance(response := await worker.receive(20), Started):
        pass
    return response


def test_the_open_file_is_analysed_whatever_its_name(command: WorkerCommand, tracks: list[Track]) -> None:
    """The name is one that does not exist, and then one of another file."""

    async def run() -> list[Response]:
        worker = await WorkerProcess.start(command)
        assert worker.ready.descriptors
        answers = []
        try:
            for number, name in enumerate(["/no/such.flac", tracks[1].path, "caf\udce9"]):
                descriptor = track_file.open_track(tracks[0])
                worker.send(number, name, descriptor)
                os.close(descriptor)
                answers.append(await final(worker))
        finally:
            await worker.kill()
        return answers

    answers = asyncio.run(run())
    assert all(isinstance(answer, Done) for answer in answers)
    assert len({answer.content_key for answer in answers if isinstance(answer, Done)}) == 1


def test_a_worker_holds_the_descriptors_of_its_track_alone(
    command: WorkerCommand, tracks: list[Track]
) -> None:
    async def run() -> tuple[int, int]:
        worker = await WorkerProcess.start(command)
        pid = worker.pid
        try:
            before = len(os.listdir(f"/proc/{pid}/fd"))
            for number in range(100):
                descriptor = track_file.open_track(tracks[number % len(tracks)])
                worker.send(number, "name", descriptor)
                os.close(descriptor)
                assert isinstance(await final(worker), Done)
            return before, len(os.listdir(f"/proc/{pid}/fd"))
        finally:
            await worker.kill()

    if os.geteuid() != 0 or not Path("/proc/self/fd").exists():
        pytest.skip("only root can look into a worker")
    before, after = asyncio.run(run())
    assert after <= before


def test_a_descriptor_that_did_not_come_is_a_refused_request(command: WorkerCommand) -> None:
    async def run() -> Response:
        worker = await WorkerProcess.start(command)
        try:
            line = b'{"type":"analyze","id":5,"path":"/a","descriptor":3}\n'
            worker._requests._socket.sendall(line)
            return await final(worker)
        finally:
            await worker.kill()

    answer = asyncio.run(run())
    assert isinstance(answer, Failed)
    assert (answer.id, answer.error.code, answer.error.action) == (5, "bad_request", "stop")


def test_files_that_cannot_be_opened_fail_alone_with_what_they_are(
    command: WorkerCommand, tracks: list[Track]
) -> None:
    gone, folder, pipe, empty, changed, good = tracks
    for track in (gone, folder, pipe):
        Path(track.path).unlink()
    Path(folder.path).mkdir()
    os.mkfifo(pipe.path)
    Path(empty.path).write_bytes(b"")
    with open(changed.path, "ab") as file:
        file.write(b"more")
    ends = analysed(command, [gone, folder, pipe, see(Path(empty.path)), changed, good], jobs=2)
    codes = {
        name: (end.outcome.code, end.final)
        for name, end in ends.items()
        if isinstance(end.outcome, TrackError)
    }
    names = [Path(track.path).name for track in tracks]
    failures = [
        ("not_found", False),
        ("not_a_file", True),
        ("not_a_file", True),
        ("empty_file", True),
        ("changed_during_analysis", False),
    ]
    assert codes == dict(zip(names, failures, strict=False))
    assert isinstance(ends[names[-1]].outcome, Record)


@pytest.mark.parametrize("first", [True, False])
def test_a_file_whose_opening_hangs_costs_itself_and_no_worker(
    command: WorkerCommand, tracks: list[Track], dead_disk: str, first: bool
) -> None:
    stuck = Path(tracks[0].path).rename(Path(tracks[0].path).with_name(f"{dead_disk}.wav"))
    waiting = [*tracks[1:], see(stuck)]
    if first:
        waiting.insert(0, waiting.pop())
    began = time.monotonic()
    ends = analysed(command, waiting, limits=TrackLimits(silence_s=0.5))
    assert time.monotonic() - began < 20
    assert error_code(ends[stuck.name]) == "read_stalled"
    assert not ends[stuck.name].final
    assert [name for name, end in ends.items() if not isinstance(end.outcome, Record)] == [stuck.name]
    assert len(ends) == len(waiting)


def test_a_pool_stops_at_once_while_an_opening_hangs(
    command: WorkerCommand, tracks: list[Track], dead_disk: str
) -> None:
    stuck = Path(tracks[0].path).rename(Path(tracks[0].path).with_name(f"{dead_disk}.wav"))

    async def run() -> float:
        pool = LocalPool(command, 1)
        results = asyncio.create_task(anext(aiter(pool.results()), None))
        await pool.submit(Job(see(stuck)))
        while not any(thread.name == "open tracks" for thread in threading.enumerate()):
            await asyncio.sleep(0.01)
        began = time.monotonic()
        await pool.stop(0.1)
        assert await results is None
        return time.monotonic() - began

    assert asyncio.run(run()) < 5


def test_a_track_in_work_ends_before_the_one_behind_it_whose_opening_hangs(
    command: WorkerCommand, tracks: list[Track], dead_disk: str
) -> None:
    """The second is opened while the first is analysed, and has its own time from then on."""
    stuck = Path(tracks[0].path).rename(Path(tracks[0].path).with_name(f"{dead_disk}.wav"))
    ends = analysed(command, [tracks[1], see(stuck), tracks[2]], limits=TrackLimits(silence_s=0.5))
    outcomes = {name: isinstance(end.outcome, Record) for name, end in ends.items()}
    assert outcomes == {Path(tracks[1].path).name: True, stuck.name: False, Path(tracks[2].path).name: True}


def test_a_pool_opens_tracks_as_it_is_told(
    command: WorkerCommand, tracks: list[Track], tmp_path: Path
) -> None:
    """As where the same files lie below another folder, or come over a network."""
    elsewhere = [Track(f"/elsewhere/{Path(track.path).name}", track.size, track.mtime_ns) for track in tracks]
    opened: list[str] = []

    def open_here(track: Track) -> int:
        opened.append(track.path)
        return os.open(tmp_path / "music" / Path(track.path).name, os.O_RDONLY)

    async def run() -> list[Finished]:
        pool = LocalPool(command, 2, limits=NO_HURRY, capacity=100, open_track=open_here)
        for track in elsewhere:
            await pool.submit(Job(track))
        pool.close()
        return [end async for end in pool.results()]

    ends = asyncio.run(run())
    assert sorted(opened) == sorted(track.path for track in elsewhere)
    assert all(isinstance(end.outcome, Record) for end in ends), ends
