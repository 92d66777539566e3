"""The batches that are on machines: sent, answered, or given up."""

import asyncio
import time
from collections.abc import Callable
from functools import partial
from typing import Final

from auralis_cli.cluster import answers
from auralis_cli.cluster.link import Link, Sent, TaskLostError
from auralis_cli.cluster.machines import Batch, Machine
from auralis_cli.cluster.plan import Plan
from auralis_cli.cluster.roster import Roster
from auralis_cli.cluster.wire import (
    Answers,
    BadAnswerError,
    Refusal,
    Request,
    Terms,
    WireTrack,
    decode_answer,
    encode,
)
from auralis_cli.workers.engine import Finished

MAX_ERRORS: Final = 3
"""Batches in a row that a machine may lose."""


class InFlight:
    """Sends batches and takes their answers. `move_on` gets what has ended, after every answer.

    `ffmpeg`: the version of the one on this machine.
    """

    def __init__(
        self,
        link: Link,
        plan: Plan,
        roster: Roster,
        terms: Terms,
        *,
        ffmpeg: str | None,
        move_on: Callable[[list[Finished]], None],
    ) -> None:
        self._link = link
        self._plan = plan
        self._roster = roster
        self._terms = terms
        self._ffmpeg = ffmpeg
        self._move_on = move_on
        self._taking: dict[int, tuple[asyncio.Task[None], Sent, Batch]] = {}
        """Who takes the answer to a batch, by its id."""
        self._defect: BaseException | None = None

    @property
    def is_empty(self) -> bool:
        """Whether no batch is on a machine."""
        return not self._taking

    def send(self, machine: Machine, batch: Batch) -> None:
        """Sends a batch to its machine."""
        tracks = tuple(WireTrack.of(ticket.id, ticket.job) for ticket in batch.tickets)
        sent = self._link.call(batch.machine, "analyse", encode(Request(self._terms, batch.id, tracks)))
        task = asyncio.create_task(self._take(machine, batch, sent))
        self._taking[batch.id] = task, sent, batch
        task.add_done_callback(partial(self._ended, batch, sent))

    def drop(self, machine: Machine) -> None:
        """Nobody waits for what the machine has; others get it."""
        for task, sent, batch in list(self._taking.values()):
            if batch.machine == machine.address and task is not asyncio.current_task():
                task.cancel()
                sent.release()

    async def wait(self, within_s: float) -> None:
        """Gives the batches some time."""
        if self._taking and within_s:
            await asyncio.wait([task for task, *_ in self._taking.values()], timeout=within_s)

    async def end(self) -> None:
        """Gives up all batches."""
        taking = list(self._taking.values())
        for task, sent, _ in taking:
            task.cancel()
            sent.release()
        await asyncio.gather(*(task for task, *_ in taking), return_exceptions=True)

    def raise_defect(self) -> None:
        """Raises what went wrong with an answer and must not."""
        if self._defect is not None:
            raise self._defect

    async def _take(self, machine: Machine, batch: Batch, sent: Sent) -> None:
        try:
            answer = decode_answer(await sent.answer())
            machine.heard_at(time.monotonic())
            if isinstance(answer, Answers):
                machine.errors = 0
                self._move_on(answers.take_answers(self._plan, machine, batch, answer, self._ffmpeg))
                self._drop_copies(batch)
            elif isinstance(answer, Refusal) and not answer.again:
                self._roster.refuse(machine, answer.why)
            else:
                self._note_error(machine, "its batches end without an answer")
        except TaskLostError as error:
            self._note_error(machine, f"Dask loses its tasks ({error})")
        except BadAnswerError as error:
            self._roster.refuse(machine, f"{error}; nothing more of it is believed")

    def _ended(self, batch: Batch, sent: Sent, task: asyncio.Task[None]) -> None:
        """The batch is on no machine any more. Called also for a task that was cancelled before it began."""
        sent.release()
        del self._taking[batch.id]
        self._plan.answered(batch, time.monotonic())
        self._plan.try_elsewhere(batch.tickets)
        if not task.cancelled() and (error := task.exception()) is not None:
            self._defect = error
        self._move_on([])

    def _drop_copies(self, batch: Batch) -> None:
        """Gives up other batches of which every track has its end by now."""
        for number in {number for ticket in batch.tickets for number in ticket.batches} - {batch.id}:
            task, sent, other = self._taking[number]
            if all(ticket.done for ticket in other.tickets):
                task.cancel()
                sent.release()

    def _note_error(self, machine: Machine, why: str) -> None:
        if not self._link.connected or machine.state == "left":
            return
        machine.errors += 1
        if machine.errors >= MAX_ERRORS:
            self._roster.refuse(machine, why)
