"""The engine of a Dask cluster: gives tracks in batches to machines, and takes each track's first result."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from typing import Final

import msgspec

from auralis_cli.cluster.in_flight import InFlight
from auralis_cli.cluster.link import Link, OpenLink, open_warning
from auralis_cli.cluster.machines import InWork, Machine
from auralis_cli.cluster.plan import Plan
from auralis_cli.cluster.roster import Roster
from auralis_cli.cluster.wire import Pulse, Terms
from auralis_cli.model.record import AnalyzerVersion
from auralis_cli.workers.engine import STOP_GRACE_S, Activity, Finished, Job

STEP_S: Final = 0.5
"""Time between two looks at what nobody speaks of: silent machines, machines that have gone."""
MAX_UNSTORED: Final = 4096
"""Results that may wait to be stored; no batch is sent beyond it."""


class DaskPool:
    """See `Engine`. `ffmpeg`: the version of the one on this machine."""

    def __init__(
        self, open_link: OpenLink, terms: Terms, analyzer: AnalyzerVersion, ffmpeg: str | None = None
    ) -> None:
        self._open_link = open_link
        self._terms = terms
        self._ffmpeg = ffmpeg
        self._plan = Plan(ships=terms.ship)
        self.roster = Roster(self._plan, terms, analyzer, self._move_on, self._drop)
        self._link: Link | None = None
        self._finished: asyncio.Queue[Finished | None] = asyncio.Queue()
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._in_flight: InFlight | None = None
        self._main: asyncio.Task[None] | None = None
        self._stopping: asyncio.Task[None] | None = None
        self._closed = self._over = False
        self._error: BaseException | None = None

    async def submit(self, job: Job) -> None:
        """See `Engine`."""
        while not self._over and not self._plan.has_room():
            self._room.clear()
            await self._room.wait()
        if not self._over:
            self._plan.add(job)
            self._wake.set()

    def close(self) -> None:
        """See `Engine`."""
        self._closed = True
        self._wake.set()

    async def results(self) -> AsyncIterator[Finished]:
        """See `Engine`."""
        if self._main is None:
            self._main = asyncio.create_task(self._work())
        while (finished := await self._finished.get()) is not None:
            yield finished
            if self._finished.qsize() == MAX_UNSTORED:
                self._wake.set()
        self._finished.put_nowait(None)  # for the others
        if self._error is not None:
            raise self._error

    async def stop(self, grace_s: float = STOP_GRACE_S) -> None:
        """See `Engine`. Nothing of the scan is left on the cluster."""
        self._drop_waiting()
        if self._in_flight is not None:
            await self._in_flight.wait(grace_s)
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._leave())
        await asyncio.shield(self._stopping)

    def kill_now(self) -> None:
        """See `Engine`. Once the connection is gone, Dask cancels the tasks, and machines end their work."""
        self._drop_waiting()

    def activities(self) -> list[Activity | None]:
        """See `Engine`: of each machine what is in work, and None for its idle workers."""
        found: list[Activity | None] = []
        for machine in self.roster.machines():
            busy = machine.in_work if machine.batches else []
            found += [Activity(each.path, each.size, each.fraction, each.audio_s) for each in busy]
            found += [None] * max(0, machine.jobs - len(busy))
        return found

    def heard_pulse(self, message: object) -> None:
        """A machine says what it has in work."""
        try:
            pulse = msgspec.convert(message, Pulse, strict=False)
        except msgspec.ValidationError:
            return
        machine = self._plan.machines.get(pulse.machine)
        if machine is None or pulse.scan != self._terms.scan:
            return
        machine.heard_at(time.monotonic())
        if not pulse.batches:  # it waits for the bytes of a batch, whatever else it does
            return
        for number in pulse.batches:
            if (batch := machine.batches.get(number)) is not None:
                batch.begun = True
        machine.in_work = [
            InWork(ticket.job.track.path, ticket.job.track.size, fraction, audio_s)
            for number, fraction, audio_s in pulse.tracks[: machine.jobs]
            if (ticket := self._plan.tickets.get(number)) is not None
        ]

    def heard_left(self, machine: str, *, expected: bool) -> None:
        """Dask has removed a machine."""
        self.roster.left(machine, expected=expected)

    def heard_joined(self) -> None:
        """There is another machine."""
        self.roster.look_now()

    async def _work(self) -> None:
        """Connects, and works until all is done. What goes wrong ends the results with it."""
        watching: asyncio.Task[None] | None = None
        try:
            if not self._over:
                self._link = await self._open_link(self)
                if (warning := open_warning(self._link.address)) is not None:
                    self.roster.note(warning)
                self._in_flight = InFlight(
                    self._link,
                    self._plan,
                    self.roster,
                    self._terms,
                    ffmpeg=self._ffmpeg,
                    move_on=self._move_on,
                )
                watching = asyncio.create_task(self.roster.watch(self._link))
            while watching and self._in_flight and not self._is_done(self._in_flight):
                if not self._over:
                    self.roster.check()
                    self._move_on_all(self._in_flight)
                    self._in_flight.raise_defect()
                if watching.done():
                    watching.result()
                self._wake.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._wake.wait(), STEP_S)
        except Exception as error:  # noqa: BLE001 - results() raises it where the caller can see it
            self._error = error
        finally:
            self._over = True
            self._room.set()
            if watching is not None:
                watching.cancel()
            self._finished.put_nowait(None)

    def _is_done(self, in_flight: InFlight) -> bool:
        """All tracks have their ends, or, after a stop, nothing more will come."""
        return in_flight.is_empty if self._over else self._closed and not self._plan.tickets

    def _move_on(self, finished: list[Finished]) -> None:
        """Some tracks have ended without an answer; there may be something to do."""
        for end in finished:
            self._finished.put_nowait(end)
        self._wake.set()

    def _drop(self, machine: Machine) -> None:
        """Nobody waits any more for what the machine has."""
        if self._in_flight is not None:
            self._in_flight.drop(machine)

    def _move_on_all(self, in_flight: InFlight) -> None:
        """Gives each machine what it has room for, one batch after the other to all of them."""
        now, given = time.monotonic(), True
        while given and self._finished.qsize() < MAX_UNSTORED:
            given = False
            for machine in sorted(self._plan.ready(), key=lambda each: len(each.batches) / each.jobs):
                if (batch := self._plan.next_batch(machine, now)) is not None:
                    in_flight.send(machine, batch)
                    given = True
        if self._plan.has_room():
            self._room.set()

    def _drop_waiting(self) -> None:
        self._over = True
        self._plan.discard()
        self._room.set()
        self._wake.set()

    async def _leave(self) -> None:
        """Forgets all tasks, ends the scan on all machines, and the connection."""
        if self._in_flight is not None:
            await self._in_flight.end()
        if self._main is not None:
            if self._link is None:
                self._main.cancel()  # it still connects
            await asyncio.gather(self._main, return_exceptions=True)
        if self._link is not None:
            await self.roster.leave(self._link)
            await self._link.close()
        if self._main is None:
            self._finished.put_nowait(None)
