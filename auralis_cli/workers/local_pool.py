"""The pool of workers: tracks in, results out, in any order."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

from auralis_cli.workers.health import WorkerHealth
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.program import WorkerCommand
from auralis_cli.workers.queue import MAX_WAITING_TRACKS, Job, TrackQueue
from auralis_cli.workers.self_test import run_self_test
from auralis_cli.workers.slot import Activity, Admit, Finished, WorkerSlot, admit_all

MAX_UNSTORED_RESULTS = 64
"""Results that may wait to be stored; the lanes pause beyond it."""
STOP_GRACE_S = 1.0
"""How long a stop waits for the tracks that are being analysed."""
MEMORY_INTERVAL_S = 0.25
"""Time between two looks at the workers' memory: a runaway allocation fills a gigabyte in about that time."""


class LocalPool:
    """Up to `jobs` workers, started as tracks come in, never more of them than tracks.

    A worker gets a job only once `admit` has said yes; after a no, the job is the caller's again.
    Use: `await submit(job)` for each, `close()` after the last, and beside it `async for … in results()`.
    """

    def __init__(
        self,
        command: WorkerCommand,
        jobs: int,
        *,
        capacity: int = MAX_WAITING_TRACKS,
        limits: TrackLimits = TrackLimits(),  # noqa: B008 - frozen
        admit: Admit = admit_all,
    ) -> None:
        self._command = command
        self._jobs = jobs
        self._limits = limits
        self._admit = admit
        self._queue = TrackQueue(capacity)
        self._finished: asyncio.Queue[Finished | None] = asyncio.Queue(MAX_UNSTORED_RESULTS)
        self._health = WorkerHealth(command, partial(run_self_test, command))
        self._lanes: list[WorkerSlot] = []
        self._tasks: list[asyncio.Task[None]] = []
        self._intake_closed = asyncio.Event()
        self._error: BaseException | None = None
        self._stopped = False
        self._supervisor = asyncio.create_task(self._supervise())

    @property
    def stopped(self) -> bool:
        """Whether more tracks would be dropped."""
        return self._stopped

    def activities(self) -> list[Activity | None]:
        """What each lane does now, None for an idle one."""
        return [lane.activity for lane in self._lanes]

    async def submit(self, job: Job) -> None:
        """Gives one track to the pool, waiting while very many wait; dropped once the pool is stopped."""
        await self._queue.put(job)
        if len(self._queue) > self._queue.takers and len(self._lanes) < self._jobs and not self._stopped:
            self._open_lane()

    def close(self) -> None:
        """No more tracks will come."""
        self._queue.close()
        self._intake_closed.set()

    async def results(self) -> AsyncIterator[Finished]:
        """Each job's end, until all are done or the pool is stopped; several tasks may share them.

        Raises WorkerUnavailableError, after what was finished before, when the workers cannot go on.
        """
        while (finished := await self._finished.get()) is not None:
            yield finished
        self._finished.put_nowait(None)  # for the others
        if self._error is not None:
            raise self._error

    async def stop(self, grace_s: float = STOP_GRACE_S) -> None:
        """Drops what waits, gives the tracks in work a moment, kills the rest; `results` then ends."""
        self._end_intake()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=grace_s)
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks)  # until their workers are gone, which the event loop has to see

    def kill_now(self) -> None:
        """Kills all workers without waiting, for an exit at once."""
        self._end_intake()
        for lane in self._lanes:
            lane.kill_now()

    def _end_intake(self) -> None:
        self._stopped = True
        self._queue.discard()
        for lane in self._lanes:
            lane.stop()
        self.close()

    def _open_lane(self) -> None:
        lane = WorkerSlot(
            self._command,
            self._queue,
            report=self._finished.put,
            health=self._health,
            lanes=lambda: len(self._lanes),
            limits=self._limits,
            admit=self._admit,
        )
        self._lanes.append(lane)
        self._tasks.append(asyncio.create_task(self._run_lane(lane)))

    async def _run_lane(self, lane: WorkerSlot) -> None:
        try:
            await lane.run()
        except Exception as error:  # noqa: BLE001 - results() raises it where the caller can see it
            if self._error is None:
                self._error = error
            self._end_intake()
            for task in self._tasks:
                if task is not asyncio.current_task():
                    task.cancel()

    async def _supervise(self) -> None:
        """Ends the results when the intake is closed and every lane has ended."""
        watch = asyncio.create_task(self._watch_memory())
        await self._intake_closed.wait()
        while running := [task for task in self._tasks if not task.done()]:
            await asyncio.wait(running)
        watch.cancel()
        await self._finished.put(None)

    async def _watch_memory(self) -> None:
        """Ends workers that hold too much; their own limits come first where the system has them."""
        if self._limits.memory_bytes is None:
            return
        while True:
            await asyncio.sleep(MEMORY_INTERVAL_S)
            for lane in self._lanes:
                lane.end_if_above(self._limits.memory_bytes)
