"""The way of the tracks through a scan: look up → analyse → store, all at once.

intake ─┬─ known ─────────────────────────────────────────────────────────┐
        └─ pending ─> waiting (largest first) ─> recheck ─> engine ─> store ─> emit
              ↑                                     │                  │
              └──────────── second look ────────────┴──────────────────┘
A second look is for copies, for what another scan does or did, and for files that have changed meanwhile. A
track whose audio may be known goes to the engine twice: it is probed, and analysed if its audio is not known.
A known track without tags is only probed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence

from auralis_cli.files.file_key import key_proves_content
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.model.trace import Traced
from auralis_cli.scan.copies import InFlight
from auralis_cli.scan.intake import AnyIntake
from auralis_cli.scan.pending import PendingTrack
from auralis_cli.scan.recheck import RecheckResult
from auralis_cli.scan.step_results import Analyse, StillHeld
from auralis_cli.scan.storage import SIDECAR_WRITERS, ScanStorage
from auralis_cli.scan.tally import ScanTally
from auralis_cli.workers.engine import Engine, Finished, Hashed, Job, Probed
from auralis_cli.workers.queue import TrackQueue

MAX_OPEN_TRACKS = 20_000
"""Tracks without a result, whatever they wait for. Discovery pauses beyond it. About 20 MB."""

COMMIT_INTERVAL_S = 0.9
"""A kill costs the results of this time at most."""

HELD_INTERVAL_S = 0.25
"""How often to ask whether another scan is done with a track."""

Emit = Callable[[Sequence[TrackResult]], Awaitable[None]]


class Pipeline:
    """Moves tracks from the intake through the engine into the storage; counts and emits their results."""

    def __init__(
        self,
        engine: Engine,
        intake: AnyIntake,
        storage: ScanStorage,
        tally: ScanTally,
        emit: Emit | None,
        *,
        rescan: bool,
    ) -> None:
        self._engine = engine
        self._intake = intake
        self._storage = storage
        self._tally = tally
        self._emit_results = emit
        self._rescan = rescan
        self._missing_sidecars = storage.missing_sidecars
        self._waiting: TrackQueue[PendingTrack] = TrackQueue()
        self._in_flight = InFlight()
        self._in_engine: dict[Job, PendingTrack] = {}
        self._second_looks: asyncio.Queue[PendingTrack] = asyncio.Queue()
        self._room = asyncio.Event()
        self._ended = False
        self._error: Exception | None = None

    async def run(self) -> None:
        """Works until every track has its result or the pipeline is ended.

        Raises what a step raises, after what the engine had finished has been stored.
        """
        feeding = asyncio.create_task(self._or_end(self._feed()))
        # Several collect and look again, so that sidecars are synced side by side.
        collecting = [asyncio.create_task(self._or_end(self._collect())) for _ in range(SIDECAR_WRITERS)]
        filling = asyncio.create_task(self._missing_sidecars.run(self._tally, self._or_end))
        looking_again = [self._look_again() for _ in range(SIDECAR_WRITERS)]
        endless = [
            asyncio.create_task(self._or_end(work))
            for work in (self._submit(), *looking_again, self._commit_regularly())
        ]
        try:
            await asyncio.wait([feeding, *collecting])
            await self._missing_sidecars.close()
            await filling
            if self._error is not None:
                raise self._error
        finally:
            self.end()
            tasks = [feeding, *collecting, filling, *endless]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def end(self) -> None:
        """Takes no more tracks and drops those that wait; what is in the engine still gets its result."""
        self._ended = True
        self._room.set()
        self._missing_sidecars.end()
        self._intake.end_walk()
        self._waiting.discard()

    async def _feed(self) -> None:
        """Walks and looks up until all is found; known tracks are emitted, the others wait for the engine."""
        while await self._has_room() and (batch := await self._intake.next_batch()):
            self._tally.add_unchanged(batch.unchanged)
            await self._missing_sidecars.add(batch.without_sidecar)
            to_analyse = [file for file in batch.files if isinstance(file, PendingTrack)]
            for pending in to_analyse:
                self._tally.expect(pending.track)
            await self._emit([file for file in batch.files if isinstance(file, TrackResult)])
            for pending in to_analyse:
                self._dispatch(pending)
        self._tally.discovering = False
        self._close_when_done()

    async def _has_room(self) -> bool:
        """Waits while too many tracks have no result; False once the pipeline is ended.

        No track needs one that is not found yet, so each gets its result although the walk pauses.
        """
        while self._tally.open_tracks >= MAX_OPEN_TRACKS and not self._ended:
            self._room.clear()
            await self._room.wait()
        return not self._ended

    def _dispatch(self, pending: PendingTrack) -> None:
        """Queues a track for the engine, or for a second look if it may be a copy. Drops it after `end`."""
        if self._ended:
            return
        if self._rescan or pending.known is not None:
            self._waiting.put_back(pending)
        elif pending.possible_originals or self._in_flight.shared_failure(pending) is not None:
            self._second_looks.put_nowait(pending)
        elif self._in_flight.enter(pending):
            self._waiting.put_back(pending)

    async def _submit(self) -> None:
        """Gives the largest track to the engine whenever that has room, after a last look at its file."""
        while (pending := await self._waiting.take()) is not None:
            match await self._storage.recheck(pending):
                case RecheckResult.HELD:
                    self._look_again_later(pending)
                case RecheckResult.CHANGED | RecheckResult.KNOWN:
                    self._second_looks.put_nowait(pending)
                case RecheckResult.READY:
                    job = pending.job()
                    self._in_engine[job] = pending
                    await self._engine.submit(job)
        self._engine.close()

    async def _look_again(self) -> None:
        """Looks once more at tracks that may have a result by now."""
        while True:
            pending = await self._second_looks.get()
            error = self._in_flight.shared_failure(pending)
            if error is not None and (shared := await self._storage.fail_alike(pending, error)):
                await self._finish(pending, shared, is_final=True)
                continue
            look = await self._storage.look_again(pending, cancelled=lambda: self._ended)
            if pending.held_by_other_scan:
                self._tally.waits_for = look.holder if isinstance(look, StillHeld) else None
            match look:
                case StillHeld():
                    self._look_again_later(pending)
                case Analyse(changed):
                    self._analyse_instead(pending, changed)
                case TrackResult() as result:
                    await self._finish(pending, result, is_final=result.remembered)

    def _look_again_later(self, pending: PendingTrack) -> None:
        loop = asyncio.get_running_loop()
        loop.call_later(HELD_INTERVAL_S, self._second_looks.put_nowait, pending)

    async def _collect(self) -> None:
        async for finished in self._engine.results():
            await self._store(finished)

    async def _store(self, finished: Finished) -> None:
        """Stores and emits one analysis or what was recognised; sends other files through once more."""
        pending, outcome = self._in_engine.pop(finished.job), finished.outcome
        assert not isinstance(outcome, Hashed | Traced), "a scan asks for neither"
        if pending.known is not None:
            result: Analyse | TrackResult = await self._storage.add_tags(pending, pending.known, outcome)
        elif isinstance(outcome, Probed):
            result = await self._storage.recognise(pending, outcome)
        else:
            result = await self._storage.store(pending, outcome, final=finished.final)
        if isinstance(result, Analyse):
            if result.pending is not pending:
                self._tally.finish(pending.track, Status.ANALYSED)
                self._tally.expect(result.pending.track)
            self._analyse_instead(pending, result.pending)
        else:
            await self._finish(pending, result, is_final=finished.final and result.error is outcome)

    def _analyse_instead(self, pending: PendingTrack, changed: PendingTrack) -> None:
        """Goes on with `changed` instead of `pending`; with another key its copies stop waiting."""
        if changed.file_key != pending.file_key:
            self._pass_on(pending)
        self._dispatch(changed)

    async def _finish(self, pending: PendingTrack, result: TrackResult, *, is_final: bool) -> None:
        """Emits a result and gives it to the copies that wait for it.

        `is_final`: the error would be the same next time, so a copy fails too.
        """
        await self._emit([result])
        self._tally.finish(pending.track, result.status)  # not sooner: the last one ends the scan
        self._room.set()
        if result.status in (Status.ANALYSED, Status.CACHED, Status.MOVED, Status.RETAGGED):
            for copy in self._in_flight.leave(pending):
                copy.possible_originals = (pending.track.path,)
                self._dispatch(copy)
        elif is_final and result.error and pending.file_key and key_proves_content(pending.track.size, None):
            self._in_flight.share_failure(pending, result.error)
            for copy in self._in_flight.leave(pending):
                self._dispatch(copy)
        else:
            self._pass_on(pending)
        self._close_when_done()

    def _pass_on(self, pending: PendingTrack) -> None:
        if (first := self._in_flight.pass_on(pending)) is not None and not self._ended:
            self._waiting.put_back(first)

    def _close_when_done(self) -> None:
        if not self._tally.discovering and not self._tally.open_tracks:
            self._waiting.close()

    async def _emit(self, results: Sequence[TrackResult]) -> None:
        news = self._intake.news_of(results)
        if news and self._emit_results is not None:
            await self._emit_results(news)
        for result in news:
            self._tally.add(result)

    async def _or_end(self, work: Coroutine[None, None, None]) -> None:
        """Does the work; an error in it ends the scan at once instead of at its end."""
        try:
            await work
        except Exception as error:  # noqa: BLE001 - `run` raises it
            self._error = self._error or error
            self.end()
            await self._engine.stop(0)

    async def _commit_regularly(self) -> None:
        while True:
            await asyncio.sleep(COMMIT_INTERVAL_S)
            await self._storage.commit()
