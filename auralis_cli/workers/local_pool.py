"""The engine of one machine: a pool of fp-worker processes."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

from auralis_cli.settings.values import Settings
from auralis_cli.workers.engine import STOP_GRACE_S, Activity, Finished, Job
from auralis_cli.workers.health import WorkerHealth
from auralis_cli.workers.limits import TrackLimits, track_limits
from auralis_cli.workers.opener import OpenTrack
from auralis_cli.workers.program import WorkerCommand
from auralis_cli.workers.queue import TrackQueue
from auralis_cli.workers.remote_track import opener_of_any
from auralis_cli.workers.self_test import run_self_test
from auralis_cli.workers.slot import WorkerSlot
from auralis_cli.workers.track_file import open_track as open_local_track

MAX_UNSTORED_RESULTS = 64
"""Results that may wait to be stored; the slots pause beyond it."""
MEMORY_INTERVAL_S = 0.25
"""Time between two looks at the workers' memory: a runaway allocation fills a gigabyte in about that time."""


class LocalPool:
    """Up to `jobs` workers, started as tracks come in, never more of them than tracks. See `Engine`.

    `capacity` tracks may wait, by default two for each worker: enough that a worker never idles.
    `open_track` opens the files, which need not be on a disk of this machine.
    """

    def __init__(
        self,
        command: WorkerCommand,
        jobs: int,
        *,
        limits: TrackLimits = TrackLimits(),  # noqa: B008 - frozen
        capacity: int | None = None,
        open_track: OpenTrack = open_local_track,
    ) -> None:
        self._command = command
        self._jobs = jobs
        self._limits = limits
        self._open_track = open_track
        self._queue: TrackQueue[Job] = TrackQueue(capacity or 2 * jobs, reserve=jobs - 1)
        self._finished: asyncio.Queue[Finished | None] = asyncio.Queue()
        self._taken = asyncio.Event()
        self._health = WorkerHealth(command, partial(run_self_test, command))
        self._slots: list[WorkerSlot] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._supervisor: asyncio.Task[None] | None = None
        self._closed = asyncio.Event()
        self._error: BaseException | None = None
        self._stopped = False

    def activities(self) -> list[Activity | None]:
        """What each worker does now, None for an idle one."""
        return [slot.activity for slot in self._slots]

    async def submit(self, job: Job) -> None:
        """Takes one job, after waiting until there is room for it; drops it once the pool is stopped."""
        await self._queue.put(job)
        if len(self._queue) > self._queue.takers and len(self._slots) < self._jobs and not self._stopped:
            self._open_slot()

    def close(self) -> None:
        """Says that no more jobs will come."""
        self._queue.close()
        self._closed.set()

    async def results(self) -> AsyncIterator[Finished]:
        """Yields the end of each job until all are done or the pool is stopped.

        Raises WorkerUnavailableError, after what was finished before, when the workers cannot go on.
        """
        if self._supervisor is None:
            self._supervisor = asyncio.create_task(self._supervise())
        while (finished := await self._finished.get()) is not None:
            self._taken.set()
            yield finished
        self._finished.put_nowait(None)  # for the others
        if self._error is not None:
            raise self._error

    async def stop(self, grace_s: float = STOP_GRACE_S) -> None:
        """Drops what waits, gives the tracks in work a moment, kills the rest; `results` then ends."""
        self._drop_waiting()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace_s)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)  # until their workers are gone, which the event loop has to see

    def kill_now(self) -> None:
        """Kills all workers without waiting, for an exit at once."""
        self._drop_waiting()
        for slot in self._slots:
            slot.kill_now()

    def _drop_waiting(self) -> None:
        self._stopped = True
        self._taken.set()
        self._queue.discard()
        for slot in self._slots:
            slot.stop()
        self.close()

    def _open_slot(self) -> None:
        slot = WorkerSlot(
            self._command,
            self._limits,
            self._queue,
            report=self._report,
            health=self._health,
            open_track=self._open_track,
        )
        self._slots.append(slot)
        self._tasks.append(asyncio.create_task(self._run_slot(slot)))

    async def _report(self, finished: Finished) -> None:
        """Takes a result at once, so that no stop can lose it; then the slot pauses while too many wait."""
        self._finished.put_nowait(finished)
        while self._finished.qsize() > MAX_UNSTORED_RESULTS and not self._stopped:
            self._taken.clear()
            await self._taken.wait()

    async def _run_slot(self, slot: WorkerSlot) -> None:
        try:
            await slot.run()
        except Exception as error:  # noqa: BLE001 - results() raises it where the caller can see it
            if self._error is None:
                self._error = error
            self._drop_waiting()
            for task in self._tasks:
                if task is not asyncio.current_task():
                    task.cancel()

    async def _supervise(self) -> None:
        """Ends the results when the pool is closed and every slot has ended."""
        watch = asyncio.create_task(self._watch_memory())
        await self._closed.wait()
        while running := [task for task in self._tasks if not task.done()]:
            await asyncio.wait(running)
        watch.cancel()
        self._finished.put_nowait(None)

    async def _watch_memory(self) -> None:
        """Ends workers that use too much memory, where the system has not limited them already."""
        if self._limits.memory_bytes is None:
            return
        while True:
            await asyncio.sleep(MEMORY_INTERVAL_S)
            for slot in self._slots:
                slot.end_if_above(self._limits.memory_bytes)


def local_pool(command: WorkerCommand, settings: Settings) -> LocalPool:
    """The pool that the settings ask for."""
    limits = track_limits(settings, command.analyzer)
    return LocalPool(command, settings.jobs, limits=limits, open_track=opener_of_any(limits, settings.jobs))
