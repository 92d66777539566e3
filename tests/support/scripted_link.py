"""A cluster without Dask: machines in memory, which see files, answer, hang and die as a script says."""

import asyncio
from collections.abc import Callable, Sequence

import msgspec

from auralis_cli.cluster.dask_pool import DaskPool
from auralis_cli.cluster.link import Ears, Sent, TaskLostError
from auralis_cli.cluster.open_here import NOT_SEEN
from auralis_cli.cluster.wire import WIRE_VERSION, Hello, Refusal, Request, Terms, encode, encode_ends
from auralis_cli.model.record import Record, Track, TrackError
from auralis_cli.workers.engine import Finished, Job
from auralis_cli.workers.protocol import PROTOCOL_VERSION, Ready
from support.made_records import ANALYZER, make_record

READY = Ready(
    protocol=PROTOCOL_VERSION,
    analysis_version=ANALYZER.analysis_version,
    worker_version="0.1.0",
    build_profile="release",
    decoders=("flac",),
    requests=("analyze", "probe"),
    descriptors=True,
)
Ends = Callable[[Job], Finished]


def analysed(job: Job) -> Finished:
    return Finished(job, make_record())


def unseen(job: Job) -> Finished:
    return Finished(job, TrackError(NOT_SEEN, f"{job.track.path} does not exist"), final=False)


class ScriptedMachine:
    """Answers each track with what `end` says, after `takes_s` for a batch.

    It dies when it gets a path in `poison`; it says nothing at all once it `hangs`.
    """

    def __init__(self, host: str, end: Ends = analysed, *, threads: int = 1, takes_s: float = 0.0) -> None:
        self.host = host
        self.end = end
        self.threads = threads
        self.takes_s = takes_s
        self.ready = READY
        self.ffmpeg: str | None = None
        self.refusal = ""
        self.answer: Callable[[Request], bytes] | None = None
        self.poison: frozenset[str] = frozenset()
        self.hangs = self.loses_tasks = False
        self.batches: list[list[str]] = []

    def hello(self) -> bytes:
        if self.refusal:
            return encode(Refusal(self.refusal, self.host))
        return encode(Hello(self.host, self.threads, WIRE_VERSION, self.ready, self.ffmpeg))


class ScriptedLink:
    """The link to scripted machines. A machine that dies is replaced, at another address, if it `revives`."""

    address = "tcp://127.0.0.1:8786"

    def __init__(self, *machines: ScriptedMachine, revives: bool = False) -> None:
        self.connected = True
        self.hangs = False
        self.open_tasks = 0
        self.left: list[str] = []
        self.closed = False
        self.machines = {f"tcp://10.0.0.{number}:1": each for number, each in enumerate(machines, 1)}
        self.revives = revives
        self.deaths = self.knocks = 0
        self.ears: Ears

    async def open(self, ears: Ears) -> "ScriptedLink":
        self.ears = ears
        return self

    async def members(self) -> dict[str, int]:
        if not self.connected:
            raise OSError("not connected")
        if self.hangs:
            await asyncio.sleep(60)
        return {address: each.threads for address, each in self.machines.items()}

    def call(self, machine: str, function: str, message: bytes) -> Sent:
        return _Task(self, machine, function, message)

    def knock(self) -> Sent:
        self.knocks += 1
        return _Task(self, "", "knock", b"")

    async def leave(self, machines: Sequence[str], scan: str) -> None:
        assert scan == "test"
        if self.hangs:
            await asyncio.sleep(60)
        self.left += machines

    async def close(self) -> None:
        self.closed = True

    def kill(self, address: str, *, expected: bool = False) -> None:
        machine = self.machines.pop(address)
        self.deaths += 1
        if self.revives:
            self.machines[f"tcp://10.0.1.{self.deaths}:1"] = machine
        self.ears.heard_left(address, expected=expected)
        self.ears.heard_joined()


class _Task:
    def __init__(self, link: ScriptedLink, address: str, function: str, message: bytes) -> None:
        self._link = link
        self._address = address
        self._function = function
        self._message = message
        self._released = False
        link.open_tasks += 1

    async def answer(self) -> object:
        machine = self._link.machines[self._address]
        if machine.hangs:
            await asyncio.sleep(60)
        if machine.loses_tasks:
            raise TaskLostError("lost")
        if self._function == "greet":
            return machine.hello()
        request = msgspec.json.decode(self._message, type=Request)
        jobs = [(track.id, track.job()) for track in request.tracks]
        paths = [job.track.path for _, job in jobs]
        machine.batches.append(paths)
        await asyncio.sleep(machine.takes_s)
        if machine.poison.intersection(paths):
            self._link.kill(self._address)
            await asyncio.sleep(60)
        if machine.answer is not None:
            return machine.answer(request)
        return encode_ends([(number, machine.end(job)) for number, job in jobs])

    def release(self) -> None:
        if not self._released:
            self._released = True
            self._link.open_tasks -= 1


def tracks(number: int, size: int = 1_000) -> list[Track]:
    return [Track(f"/music/{index:04}.flac", size, 1_700_000_000_000_000_000) for index in range(number)]


def pool_on(link: ScriptedLink, ffmpeg: str | None = None) -> DaskPool:
    return DaskPool(link.open, Terms("test"), ANALYZER, ffmpeg)


def run_on(
    link: ScriptedLink, wanted: Sequence[Track], ffmpeg: str | None = None
) -> tuple[dict[str, Finished], DaskPool]:
    """The end of each track by path, which is told once; nothing of the scan is left on the cluster."""

    async def run() -> tuple[dict[str, Finished], DaskPool]:
        pool = pool_on(link, ffmpeg)

        async def feed() -> None:
            for track in wanted:
                await pool.submit(Job(track))
            pool.close()

        feeding = asyncio.create_task(feed())
        ends: dict[str, Finished] = {}
        try:
            async with asyncio.timeout(20):
                async for finished in pool.results():
                    assert finished.job.track.path not in ends, "a track has two ends"
                    ends[finished.job.track.path] = finished
        finally:
            feeding.cancel()
            await pool.stop(0)
        assert link.open_tasks == 0, "tasks were not released"
        assert set(link.machines) <= set(link.left), "a machine was not told that the scan is over"
        assert link.closed
        return ends, pool

    return asyncio.run(run())


def is_all_analysed(ends: dict[str, Finished], number: int) -> bool:
    return len(ends) == number and all(isinstance(end.outcome, Record) for end in ends.values())
