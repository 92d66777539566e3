"""One place in the pool: keeps a worker fed, replaces it when it is lost, decides which track is to blame.

A worker gets one track and, while that one is in work and others wait, a second, so that it never idles.
A loss is blamed on the track that had `started`, or that a fresh worker got first: it is tried once more on
a fresh worker, alone, and has failed the second time. A probe is not tried again: an analysis follows it.
One that was only queued behind another goes back without blame.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from itertools import count

from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.workers.engine import Activity, Finished, Job, Probed
from auralis_cli.workers.health import WorkerHealth
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.opener import Opening, OpenTrack, TrackOpener
from auralis_cli.workers.process import MAX_HANDSHAKE_S, WorkerLostError, WorkerProcess
from auralis_cli.workers.program import WorkerCommand
from auralis_cli.workers.protocol import Failed, Progress, Ready, Response, Started, Work
from auralis_cli.workers.queue import TrackQueue
from auralis_cli.workers.result_check import end_of, not_known
from auralis_cli.workers.sent_request import SentRequest
from auralis_cli.workers.track_file import UnopenedError, stalled

MAX_START_S = 60.0
"""How long a worker may take to take up a request when no other is before it, and the file is on a disk."""
MAX_ATTEMPTS = 2
"""Workers that may be lost on one track before it fails for good."""

_request_ids = count(1)


class WorkerSlot:
    """Takes jobs from the queue until it is closed and empty, and reports the end of each exactly once."""

    def __init__(
        self,
        command: WorkerCommand,
        limits: TrackLimits,
        queue: TrackQueue[Job],
        *,
        report: Callable[[Finished], Awaitable[None]],
        health: WorkerHealth,
        open_track: OpenTrack,
    ) -> None:
        self._command = command
        self._limits = limits
        self._queue = queue
        self._report = report
        self._health = health
        self._worker: WorkerProcess | None = None
        self._opener = TrackOpener(open_track, self._look_at)
        self._fresh = True
        self._in_worker: deque[SentRequest] = deque()
        self._stopping = False
        self.activity: Activity | None = None

    def stop(self) -> None:
        """Ends the slot after the track that is being analysed."""
        self._stopping = True

    def kill_now(self) -> None:
        """Kills the worker without waiting."""
        if self._worker is not None:
            self._worker.kill_now()

    def end_if_above(self, memory_bytes: int) -> None:
        """Ends a worker that holds more memory than this; the track in work is to blame."""
        if self._worker is not None:
            self._worker.end_if_above(memory_bytes)

    async def run(self) -> None:
        """Works until there is nothing left. Raises WorkerUnavailableError when the run cannot go on."""
        try:
            while await self._has_work():
                try:
                    await self._receive_next()
                except WorkerLostError as lost:
                    await self._recover(lost)
            if self._worker is not None and not self._in_worker:
                await self._worker.finish()
        finally:
            self.activity = None
            self._opener.close()
            if self._worker is not None:
                await self._worker.kill()

    async def _has_work(self) -> bool:
        if self._stopping and not (self._in_worker and self._in_worker[0].started):
            return False
        if not self._in_worker:
            if (job := await self._queue.take()) is None:
                return False
            self._add(job)
        return True

    def _add(self, job: Job) -> None:
        sent = SentRequest(job)
        self._in_worker.append(sent)
        if self._worker is not None:
            self._send(self._worker, sent)

    def _send(self, worker: WorkerProcess, sent: SentRequest) -> None:
        sent.request_id, sent.started = next(_request_ids), False
        sent.begin_wait(self._limits.start_s(sent.job.track, MAX_START_S), _now())
        if not worker.ready.can(sent.job.work):
            return
        if not worker.ready.descriptors:
            worker.send(sent.request_id, sent.job.track.path, work=sent.job.work)
        else:
            sent.opening = self._opener.open_and_send(sent.job, sent.request_id, worker)

    def _look_at(self, opening: Opening) -> None:
        """A file could not be opened: if it is the head's, nothing will come from the worker."""
        if self._worker is not None and self._in_worker and self._in_worker[0].opening is opening:
            self._worker.interrupt()

    async def _receive_next(self) -> None:
        """Takes one response from the worker, which is started first where there is none."""
        if self._worker is None:
            self._fresh = True
            self._worker = await WorkerProcess.start(self._command, handshake_s=MAX_HANDSHAKE_S)
            self._health.came_up()
            for sent in self._in_worker:
                self._send(self._worker, sent)
        head = self._in_worker[0]
        if not self._worker.ready.can(head.job.work):
            await self._end(not_known(head.job))
            return
        if head.unopened is not None:
            await self._end(_not_opened(head, head.unopened))
            return
        due, too_late = head.due(self._limits.silence_s)
        try:
            response = await self._worker.receive(max(0.0, due - _now()), too_late)
        except InterruptedError:
            return
        except WorkerLostError:
            if not (head.is_opening and _now() >= due):
                raise
            self._opener.close()
            await self._end(_not_opened(head, stalled(due - head.since)))
            return
        head.heard = _now()
        await self._accept(response, self._worker.ready)

    async def _accept(self, response: Response, ready: Ready) -> None:
        head = self._in_worker[0]
        if isinstance(response, Failed) and (response.id is None or response.error.action == "stop"):
            self._refuse_to_stop(response)
        if isinstance(response, Ready) or response.id != head.request_id:
            raise WorkerLostError("answered what was not asked")
        if isinstance(response, Started) == head.started and not isinstance(response, Failed):
            raise WorkerLostError(f"sent '{type(response).__name__.lower()}' out of turn")
        match response:
            case Started():
                self._start(head)
            case Progress():
                self.activity = Activity(
                    head.job.track.path, head.job.track.size, response.fraction, response.audio_seconds
                )
            case _:
                await self._end(end_of(head.job, response, ready, self._command.analyzer))
        self._prefetch()

    def _refuse_to_stop(self, failed: Failed) -> None:
        """Ends the run only at the word of a worker that has not touched any track.

        After that a file may speak through the worker: its word costs the worker, and the track in work.
        """
        error = failed.error
        if not self._fresh:
            raise WorkerLostError(f"wanted to end the scan: {error.message} ({error.code})")
        if failed.id is None:
            raise WorkerUnavailableError(
                f"{self._command.name} did not understand a request: {error.message}"
            )
        raise WorkerUnavailableError(f"stopped by {self._command.name}: {error.message} ({error.code})")

    def _start(self, head: SentRequest) -> None:
        head.started = True
        head.begin_wait(self._limits.deadline_s(head.job.track.size), _now())
        self._fresh = False
        self.activity = Activity(head.job.track.path, head.job.track.size)

    def _prefetch(self) -> None:
        """Queues a second track in the worker, unless the few that wait are for workers that idle sooner.

        A track that has cost a worker before is analysed alone.
        """
        if self._stopping or len(self._in_worker) != 1:
            return
        head = self._in_worker[0]
        if head.started and not head.job.attempts and (job := self._queue.take_spare()) is not None:
            self._add(job)

    async def _end(self, finished: Finished) -> None:
        self._in_worker.popleft()
        self.activity = None
        if self._in_worker:
            head = self._in_worker[0]
            head.begin_wait(self._limits.start_s(head.job.track, MAX_START_S), _now())
        await self._report(finished)

    async def _recover(self, lost: WorkerLostError) -> None:
        """Gets rid of the worker and decides what becomes of the tracks that it had."""
        came_up = self._worker is not None
        if self._worker is not None:
            await self._worker.kill()
            self._worker = None
        self.activity = None
        head = self._in_worker.popleft()
        while self._in_worker:
            self._queue.put_back(self._in_worker.pop().job)
        if not came_up:
            self._in_worker.append(head)
            self._health.failed_to_start(lost)
        elif head.started or self._fresh:
            await self._blame(head, lost)
        else:
            self._in_worker.append(head)

    async def _blame(self, head: SentRequest, lost: WorkerLostError) -> None:
        """The track gets a second chance on a fresh worker, then it has failed, unless workers are broken.

        A probe gets none: the analysis, which follows, tells what is wrong with the file. Nothing is said
        about a track whose worker is lost while the pool stops.
        """
        head.job.attempts += 1
        head.started = False
        if head.job.work is Work.PROBE:
            await self._report(Finished(head.job, Probed(None)))
        elif head.job.attempts < MAX_ATTEMPTS:
            self._in_worker.append(head)
        elif not self._stopping:
            await self._report(await self._health.judge(head.job, lost))


def _not_opened(head: SentRequest, why: UnopenedError) -> Finished:
    return Finished(head.job, why.error, why.final)


def _now() -> float:
    return asyncio.get_running_loop().time()
