"""One lane of the pool: keeps a live worker fed, replaces it when it is lost, decides who pays for the loss.

A worker gets one track and, while that one is analysed and others wait, a second, so that it never idles.
A loss is charged to the track that had `started`: it is tried once more on a fresh worker, alone, and fails
for good the second time. A track that was only queued goes back uncharged.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from itertools import count

import msgspec

from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.model.record import Record, TrackError
from auralis_cli.workers.health import WorkerHealth
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.process import MAX_HANDSHAKE_S, WorkerProcess
from auralis_cli.workers.program import WorkerCommand
from auralis_cli.workers.protocol import Done, Failed, Progress, Ready, Response, Started
from auralis_cli.workers.queue import Job, TrackQueue
from auralis_cli.workers.result_check import checked_record
from auralis_cli.workers.sent_request import SentRequest
from auralis_cli.workers.worker_loss import WorkerLostError, judge_loss

MAX_START_S = 60.0
"""How long a worker may take to take up a request that is first in its line."""
ATTEMPTS = 2
"""Workers that may be lost on one track before it fails for good."""

Admit = Callable[[Job], Awaitable[bool]]
"""Asked right before a worker gets a job; after False the job is none of the lane's any more."""

_request_ids = count(1)


async def admit_all(_job: Job) -> bool:
    """Lets every job through."""
    return True


class Finished(msgspec.Struct, frozen=True):
    """A job's end: the record, or the error and whether it will be the same the next time (`final`)."""

    job: Job
    outcome: Record | TrackError
    final: bool = True


class Activity(msgspec.Struct):
    """What a lane does now, for the progress display."""

    path: str
    size: int
    fraction: float | None = None
    audio_s: float = 0.0


class WorkerSlot:
    """Takes jobs from the queue until it is closed and empty, and reports each one's end exactly once."""

    def __init__(
        self,
        command: WorkerCommand,
        queue: TrackQueue,
        *,
        report: Callable[[Finished], Awaitable[None]],
        health: WorkerHealth,
        lanes: Callable[[], int],
        limits: TrackLimits,
        admit: Admit = admit_all,
    ) -> None:
        self._command = command
        self._queue = queue
        self._report = report
        self._health = health
        self._lanes = lanes
        self._limits = limits
        self._admit = admit
        self._worker: WorkerProcess | None = None
        self._fresh = True
        self._line: deque[SentRequest] = deque()
        self._stopping = False
        self.activity: Activity | None = None

    def stop(self) -> None:
        """Ends the lane after the track that is being analysed."""
        self._stopping = True

    def kill_now(self) -> None:
        """Kills the worker without waiting."""
        if self._worker is not None:
            self._worker.kill_now()

    def end_if_above(self, memory_bytes: int) -> None:
        """Ends a worker that holds more memory than this; the track that it was at pays."""
        if self._worker is not None:
            self._worker.end_if_above(memory_bytes)

    async def run(self) -> None:
        """The lane's life. Raises WorkerUnavailableError when the run cannot go on."""
        try:
            while await self._has_work():
                try:
                    await self._go_on()
                except WorkerLostError as lost:
                    await self._recover(lost)
            if self._worker is not None and not self._line:
                await self._worker.finish()
        finally:
            self.activity = None
            if self._worker is not None:
                await self._worker.kill()

    async def _has_work(self) -> bool:
        if self._stopping and not (self._line and self._line[0].started):
            return False
        while not self._line:
            if (job := await self._queue.take()) is None:
                return False
            if await self._admit(job):
                self._add(job)
        return True

    def _add(self, job: Job) -> None:
        sent = SentRequest(job)
        self._line.append(sent)
        if self._worker is not None:
            self._send(self._worker, sent)

    def _send(self, worker: WorkerProcess, sent: SentRequest) -> None:
        sent.request_id, sent.started = next(_request_ids), False
        sent.begin_wait(MAX_START_S, _now())
        worker.send(sent.request_id, sent.job.track.path)

    async def _go_on(self) -> None:
        """Takes one response further; starts a worker first where there is none."""
        if self._worker is None:
            self._fresh = True
            self._worker = await WorkerProcess.start(self._command, handshake_s=MAX_HANDSHAKE_S)
            self._health.ready()
            for sent in self._line:
                self._send(self._worker, sent)
        response = await self._receive(self._worker, self._line[0])
        await self._accept(response, self._worker.ready)

    async def _receive(self, worker: WorkerProcess, head: SentRequest) -> Response:
        """The next line, in time for the first in the line."""
        due, too_late = head.due(self._limits.silence_s)
        response = await worker.receive(max(0.0, due - _now()), too_late)
        head.heard = _now()
        return response

    async def _accept(self, response: Response, ready: Ready) -> None:
        head = self._line[0]
        if isinstance(response, Failed) and response.id is None:
            raise WorkerUnavailableError(
                f"{self._command.name} did not understand a request: {response.error.message}"
            )
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
            case Done():
                outcome = checked_record(response, ready, self._command.analyzer)
                await self._end(Finished(head.job, outcome, final=isinstance(outcome, Record)))
            case Failed(error=error):
                if error.action == "stop":
                    raise WorkerUnavailableError(
                        f"stopped by {self._command.name}: {error.message} ({error.code})"
                    )
                failure = TrackError(error.code, error.message, error.depends_on_ffmpeg)
                await self._end(Finished(head.job, failure, final=error.action == "skip"))
        if not self._stopping and len(self._line) == 1 and self._line[0].started and not head.job.attempts:
            await self._prefetch()

    def _start(self, head: SentRequest) -> None:
        head.started = True
        head.begin_wait(self._limits.deadline_s(head.job.track.size), _now())
        self._fresh = False
        self._health.taken_up()
        self.activity = Activity(head.job.track.path, head.job.track.size)

    async def _prefetch(self) -> None:
        """Queues a second track in the worker, unless few wait: then they are for lanes that idle sooner."""
        job = self._queue.take_now() if len(self._queue) >= self._lanes() else None
        if job is not None and await self._admit(job):
            self._add(job)

    async def _end(self, finished: Finished) -> None:
        self._line.popleft()
        self.activity = None
        self._health.finished()
        if self._line:
            self._line[0].begin_wait(MAX_START_S, _now())
        await self._report(finished)

    async def _recover(self, lost: WorkerLostError) -> None:
        """Gets rid of the worker and settles what it was given."""
        came_up = self._worker is not None
        if self._worker is not None:
            await self._worker.kill()
            self._worker = None
        self.activity = None
        head = self._line.popleft()
        while self._line:
            self._queue.put_back(self._line.pop().job)
        if head.started:
            await self._charge(head, lost)
        elif not came_up:
            self._line.append(head)
            self._health.unready(lost)
        elif self._fresh and await self._health.untaken(lost):
            head.job.attempts = ATTEMPTS
            await self._report_loss(head, lost)
        else:
            self._line.append(head)

    async def _charge(self, head: SentRequest, lost: WorkerLostError) -> None:
        """The track that was being analysed pays: a second chance on a fresh worker, then its end."""
        head.job.attempts += 1
        head.started = False
        if head.job.attempts < ATTEMPTS:
            self._line.append(head)
        else:
            await self._report_loss(head, lost)
        if not self._stopping:
            await self._health.lost(lost)

    async def _report_loss(self, head: SentRequest, lost: WorkerLostError) -> None:
        verdict = judge_loss(lost)
        await self._report(Finished(head.job, verdict.error, verdict.final))


def _now() -> float:
    return asyncio.get_running_loop().time()
