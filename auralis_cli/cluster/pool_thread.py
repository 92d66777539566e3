"""The pool of one machine of the cluster: the very `LocalPool`, in an event loop on a thread of its own."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import CancelledError

from auralis_cli.workers.engine import Activity, Finished, Job
from auralis_cli.workers.local_pool import LocalPool

STEP_S = 1.0
"""Time between two reports of what is in work."""


class PoolThread:
    """Runs batches of jobs, called from any threads, until `end`.

    `make_pool` is called in the loop. `on_step` is called every `STEP_S` with the seconds without a batch.
    """

    def __init__(self, make_pool: Callable[[], LocalPool], on_step: Callable[[float], None]) -> None:
        self._make_pool = make_pool
        self._on_step = on_step
        self._loop = asyncio.new_event_loop()
        self._ends: dict[Job, asyncio.Future[Finished]] = {}
        self._pool: LocalPool | None = None
        self._batches: set[asyncio.Task[object] | None] = set()
        self._idle_since = time.monotonic()
        self._over = asyncio.Event()
        self._ended = False
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="auralis-pool", daemon=True)
        self._thread.start()

    def analyse(self, jobs: Sequence[Job]) -> list[Finished]:
        """The ends of the jobs, in any order. Blocks.

        Raises what has ended the pool, such as WorkerUnavailableError when the workers of this machine cannot
        go on, and InterruptedError after `end`.
        """
        if self._ended:
            raise InterruptedError("the pool has ended")
        batch = asyncio.run_coroutine_threadsafe(self._analyse(jobs), self._loop)
        while True:
            try:
                return batch.result(STEP_S)
            except TimeoutError:
                if not self._thread.is_alive():  # it ended as the batch came
                    raise InterruptedError("the pool has ended") from None
            except (CancelledError, asyncio.CancelledError) as error:
                raise InterruptedError("the pool has ended") from error

    def activities(self) -> list[Activity | None]:
        """What each worker does now."""
        return [] if self._pool is None else self._pool.activities()

    def end(self) -> None:
        """Ends all work at once: kills the workers. Does not wait, may be called from any thread, twice."""
        self._ended = True
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._over.set)

    def join(self, within_s: float) -> None:
        """Waits until all of it is gone."""
        self._thread.join(within_s)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        self._pool = self._make_pool()
        collecting = asyncio.create_task(self._collect(self._pool))
        stepping = asyncio.create_task(self._step())
        await self._over.wait()
        self._pool.kill_now()
        await self._pool.stop(0)
        tasks = [collecting, stepping, *filter(None, self._batches)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _collect(self, pool: LocalPool) -> None:
        try:
            async for finished in pool.results():
                if (end := self._ends.pop(finished.job, None)) is not None and not end.done():
                    end.set_result(finished)
        except Exception as error:  # noqa: BLE001 - analyse() raises it where the caller can see it
            self._error = error
            for end in self._ends.values():
                if not end.done():
                    end.set_exception(error)
            self._ends.clear()

    async def _analyse(self, jobs: Sequence[Job]) -> list[Finished]:
        assert self._pool is not None, "the loop begins with making it"
        self._batches.add(asyncio.current_task())
        try:
            ends = []
            for job in jobs:
                if self._error is not None:
                    raise self._error
                self._ends[job] = end = self._loop.create_future()
                ends.append(end)
                await self._pool.submit(job)
            finished: list[Finished] = await asyncio.gather(*ends)
            return finished
        finally:
            self._batches.discard(asyncio.current_task())
            self._idle_since = time.monotonic()

    async def _step(self) -> None:
        while True:
            await asyncio.sleep(STEP_S)
            self._on_step(0.0 if self._batches else time.monotonic() - self._idle_since)
