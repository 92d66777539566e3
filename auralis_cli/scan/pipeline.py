"""The whole scan on one screen: discover → look up → analyse → store, all at once.

walk (thread) ──> look up (storage thread) ──hits──────────────────────────────┐
                   ↑     └──misses──> pool (N workers) ──> store (thread) ──> emit
                   └── copies; what another scan does or did; what changed meanwhile
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import assert_never

from auralis_cli.files.discover import Refused, Skipped
from auralis_cli.lookup.answers import Hit, LookupResult, Miss, Moved, PastFailure
from auralis_cli.model.record import AnalyzerVersion, Record
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.scan.copies import InFlight
from auralis_cli.scan.storage import SIDECAR_WRITERS, StorageThread
from auralis_cli.scan.storage_step import Stored
from auralis_cli.scan.tally import ScanTally
from auralis_cli.settings.values import Settings
from auralis_cli.workers.limits import track_limits
from auralis_cli.workers.local_pool import LocalPool
from auralis_cli.workers.program import WorkerCommand
from auralis_cli.workers.queue import Job
from auralis_cli.workers.slot import Activity, Finished

COMMIT_INTERVAL_S = 0.9
"""A crash of the machine costs the results of this time at most."""

CLAIM_INTERVAL_S = 0.25
"""How often to ask whether another scan is done with a track."""

Emit = Callable[[Sequence[TrackResult]], Awaitable[None]]


class Scan:
    """One scan. `tally` may be read at any time; `stop` and `kill_now` may be called from signal handlers."""

    def __init__(
        self, settings: Settings, command: WorkerCommand, analyzer: AnalyzerVersion, *, dry_run: bool = False
    ) -> None:
        self.tally = ScanTally()
        self._dry_run = dry_run
        self._storage = StorageThread(settings, analyzer, dry_run=dry_run)
        limits = track_limits(settings, analyzer.name)
        self._pool = LocalPool(command, settings.jobs, limits=limits, admit=self._admit)
        self._in_flight = InFlight()
        self._second_looks: asyncio.Queue[Job] = asyncio.Queue()
        self._rescan = False
        self._stopping: asyncio.Task[None] | None = None

    async def run(self, paths: Sequence[str], emit: Emit | None, *, rescan: bool, with_records: bool) -> None:
        """Scans `paths` and emits each file's result once, in the order in which they come.

        Without `emit` results are only counted, which is much quicker for tracks that have not changed.
        Whatever ends it, what was finished is stored. Raises CacheError, WorkerUnavailableError, and what
        `emit` raises.
        """
        helpers: list[asyncio.Task[None]] = []
        self._rescan = rescan
        try:
            await self._storage.open(
                paths, rescan=rescan, with_records=with_records, count_unchanged=emit is None
            )
            feeding = asyncio.create_task(self._or_stop(self._feed(emit)))
            committing = asyncio.create_task(self._or_stop(self._commit_regularly()))
            looking_again = asyncio.create_task(self._or_stop(self._look_again(emit)))
            collecting = [
                asyncio.create_task(self._or_stop(self._collect(emit))) for _ in range(SIDECAR_WRITERS)
            ]
            helpers = [feeding, committing, looking_again, *collecting]
            await asyncio.wait(collecting)
            for task in (*collecting, feeding):
                await task
            for endless in (committing, looking_again):
                if endless.done():
                    endless.result()
        except BaseException:
            self.tally.interrupted = True
            raise
        finally:
            self._storage.end_walk()
            for helper in helpers:
                helper.cancel()
            await asyncio.gather(*helpers, return_exceptions=True)
            await self._pool.stop(0)
            await self._storage.close()
            self.tally.warnings = tuple(self._storage.warnings)
            self.tally.end()

    def stop(self) -> None:
        """Stops feeding, gives the tracks in work a moment, then lets `run` store, close and return."""
        self.tally.interrupted = True
        self._storage.end_walk()
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._pool.stop())

    def kill_now(self) -> None:
        """Kills the workers, for an exit at once."""
        self._pool.kill_now()

    def activities(self) -> list[Activity | None]:
        """What each worker does now."""
        return self._pool.activities()

    async def _feed(self, emit: Emit | None) -> None:
        """Walks and looks up until all is found; hits are emitted, misses go to the pool."""
        while not self._pool.stopped and (batch := await self._storage.next_batch()):
            self.tally.add_unchanged(batch.unchanged)
            jobs = [item for item in batch.items if isinstance(item, Job)]
            for job in jobs:
                self.tally.expect(job.track.size)
            await self._emit(
                [result_of_lookup(item) for item in batch.items if not isinstance(item, Job)], emit
            )
            for job in jobs:
                await self._dispatch(job)
        self.tally.discovering = False
        self._close_pool_when_done()

    async def _dispatch(self, job: Job) -> None:
        """Gives a job to the pool, unless it looks like a copy of what is known or in work."""
        if self._rescan:
            await self._pool.submit(job)
        elif job.like:
            self._second_looks.put_nowait(job)
        elif self._in_flight.enter(job):
            await self._pool.submit(job)

    async def _admit(self, job: Job) -> bool:
        """Whether a worker shall have the job now; one that shall not gets a second look."""
        if await self._storage.admit(job):
            return True
        self._leave(job)
        if job.claimed:
            asyncio.get_running_loop().call_later(CLAIM_INTERVAL_S, self._second_looks.put_nowait, job)
        else:
            self._second_looks.put_nowait(job)
        return False

    def _leave(self, job: Job) -> None:
        """The job is settled for now: those that may be its copies can be looked at."""
        for waiting in self._in_flight.leave(job):
            self._second_looks.put_nowait(waiting)

    async def _look_again(self, emit: Emit | None) -> None:
        """Looks up once more what may be known by now."""
        while True:
            job = await self._second_looks.get()
            found = await self._storage.look_again(job)
            if found is job:
                asyncio.get_running_loop().call_later(CLAIM_INTERVAL_S, self._second_looks.put_nowait, job)
            elif isinstance(found, Job):
                await self._dispatch(found)
            else:
                self.tally.settle(job.track.size)
                await self._emit([result_of_lookup(found)], emit)
                self._close_pool_when_done()

    async def _collect(self, emit: Emit | None) -> None:
        """Settles what the pool has finished; several run, so that sidecars are synced side by side."""
        async for finished in self._pool.results():
            await self._settle(finished, emit)

    async def _settle(self, finished: Finished, emit: Emit | None) -> None:
        """Stores and emits one analysis, or sends a file that changed meanwhile through once more."""
        settled = await self._storage.settle(finished)
        self._leave(finished.job)
        self.tally.settle(finished.job.track.size)
        if isinstance(settled, Stored):
            await self._emit([result_of_analysis(settled)], emit)
        elif isinstance(settled.answer, Job):
            self.tally.expect(settled.answer.track.size)
            await self._dispatch(settled.answer)
        else:
            await self._emit([result_of_lookup(settled.answer)], emit)
        self._close_pool_when_done()

    def _close_pool_when_done(self) -> None:
        if not self.tally.discovering and not self.tally.open_tracks:
            self._pool.close()

    async def _emit(self, results: Sequence[TrackResult], emit: Emit | None) -> None:
        for result in results:
            self.tally.add(result)
        if results and emit is not None:
            await emit(results)

    async def _or_stop(self, work: Coroutine[None, None, None]) -> None:
        """Does the work; an error in it ends the scan at once instead of at its end."""
        try:
            await work
        except Exception:
            self._storage.end_walk()
            await self._pool.stop(0)
            raise

    async def _commit_regularly(self) -> None:
        while True:
            await asyncio.sleep(COMMIT_INTERVAL_S)
            await self._storage.commit()


def result_of_lookup(item: LookupResult | Skipped | Refused) -> TrackResult:
    """The result of a file that needs no analysis; of one that would need it in a dry run."""
    match item:
        case Hit(track, record, copy_of):
            return TrackResult(track.path, Status.CACHED, track.size, record, taken_from=copy_of)
        case Moved(track, record, from_path):
            return TrackResult(track.path, Status.MOVED, track.size, record, taken_from=from_path)
        case PastFailure(track, error):
            return TrackResult(track.path, Status.FAILED, track.size, error=error, known=True)
        case Miss(track, _):
            return TrackResult(track.path, Status.ANALYSED, track.size)
        case Refused(path, error):
            return TrackResult(path, Status.FAILED, error=error)
        case Skipped(path, reason):
            return TrackResult(path, Status.SKIPPED, reason=str(reason))
    assert_never(item)


def result_of_analysis(stored: Stored) -> TrackResult:
    track, outcome = stored.track, stored.outcome
    if isinstance(outcome, Record):
        return TrackResult(track.path, Status.ANALYSED, track.size, outcome)
    return TrackResult(track.path, Status.FAILED, track.size, error=outcome)
