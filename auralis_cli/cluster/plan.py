"""Which tracks go to which machine: the state of the cluster, without any I/O.

A track that a machine does not see goes to another one. What was on a lost machine goes alone, on a machine
that has nothing else, so that a track which ends machines is found and the others are not charged. When there
is nothing left to give, an idle machine helps a slow one: the first result of a track counts.
"""

import heapq
from collections.abc import Iterable, Iterator
from itertools import chain, count
from typing import Final

from auralis_cli.cluster.batches import MAX_PROBATION_TRACKS, SHIPPED_BYTES, batch_work, is_full, window
from auralis_cli.cluster.machines import Batch, Machine, Ticket
from auralis_cli.workers.engine import Job
from auralis_cli.workers.track_cost import work_of

MAX_WAITING: Final = 8192
"""Tracks that may wait here."""
FEW_WAITING: Final = 32
"""So many always may."""
MAX_LOST_ALONE: Final = 2
"""Machines that may be lost on a track alone before it fails for good."""
TRIAL_SHARE: Final = 4
"""One machine in so many tries suspects, while there is other work."""
HELP_AFTER_S: Final = 2.0
"""How old a batch is at least, when another machine helps with it."""


class Plan:
    """Tickets that wait, machines, and what is where. `ships`: the bytes of tracks go with their batches."""

    def __init__(self, *, ships: bool = False) -> None:
        self._ships = ships
        self.machines: dict[str, Machine] = {}
        self.tickets: dict[int, Ticket] = {}
        """All without an end, by id."""
        self._waiting: list[tuple[float, int, Ticket]] = []
        self._choosy: list[Ticket] = []
        """Those that wait and that some machine does not see."""
        self._suspects: list[Ticket] = []
        self._waiting_work = 0.0
        self._order = count()
        self._ids = count(1)
        self._batch_ids = count(1)

    def add(self, job: Job) -> None:
        """A new job."""
        ticket = Ticket(next(self._ids), job, work_of(job.track.path, job.track.size))
        self.tickets[ticket.id] = ticket
        self._put(ticket)

    def has_room(self) -> bool:
        """Whether more jobs should come: enough should wait for every machine to find its next batch."""
        waiting = len(self._waiting)
        if waiting >= MAX_WAITING:
            return False
        ready = list(self.ready())
        needed = sum(window(each.jobs) * batch_work(each.speed, each.jobs) for each in ready)
        few = FEW_WAITING + sum(2 * each.jobs for each in ready)
        return waiting < few or self._waiting_work < needed

    def ready(self) -> Iterator[Machine]:
        """The machines that can work."""
        return (machine for machine in self.machines.values() if machine.state == "ready")

    def next_batch(self, machine: Machine, now: float) -> Batch | None:
        """What this machine should do next; None for nothing."""
        if not machine.room:
            return None
        if suspect := self._next_suspect(machine):
            return self._send(machine, [suspect], now, alone=True)
        if machine.draining:
            return None
        tickets = self._take(machine)
        if tickets:
            return self._send(machine, tickets, now)
        if len(machine.batches) < machine.jobs and (tickets := self._to_help(machine, now)):
            return self._send(machine, tickets, now)
        return None

    def answered(self, batch: Batch, now: float) -> None:
        """The batch is no longer on its machine, whatever came back."""
        for ticket in batch.tickets:
            ticket.batches.discard(batch.id)
        if (machine := self.machines.get(batch.machine)) and machine.batches.pop(batch.id, None):
            machine.speed.done(batch.work, now, idle=not machine.batches)
            machine.draining = machine.draining and bool(self._suspects)

    def end(self, ticket: Ticket) -> bool:
        """The ticket has its end; False if it has had one before."""
        if ticket.done:
            return False
        ticket.done = True
        del self.tickets[ticket.id]
        return True

    def try_elsewhere(self, tickets: Iterable[Ticket]) -> None:
        """They have no end and wait again, unless another machine has them."""
        for ticket in tickets:
            if not (ticket.done or ticket.waits or ticket.batches):
                self._put(ticket)

    def silent(self, machine: Machine) -> None:
        """Others get what the machine has, while it may still answer."""
        machine.state = "silent"
        for batch in machine.batches.values():
            for ticket in batch.tickets:
                if not (ticket.done or ticket.waits) and ticket.batches == {batch.id}:
                    self._put(ticket)

    def lost(self, machine: Machine, now: float, *, expected: bool) -> list[Ticket]:
        """Dask has the machine no more. Returns the tickets that have ended too many machines."""
        machine.state = "left"
        tickets = [
            ticket for batch in machine.batches.values() for ticket in batch.tickets if not ticket.done
        ]
        alone = len(tickets) == 1
        for batch in list(machine.batches.values()):
            self.answered(batch, now)
        self.machines.pop(machine.address, None)
        if not expected:
            for ticket in tickets:
                ticket.suspect = True
                ticket.lost_alone += alone
        guilty = [ticket for ticket in tickets if ticket.lost_alone >= MAX_LOST_ALONE]
        self.try_elsewhere(ticket for ticket in tickets if ticket not in guilty)
        return guilty

    def unseen_by_all(self, now: float) -> list[Ticket]:
        """Those that no machine sees, while no other can be expected to."""
        if any(machine.may_come(now) for machine in self.machines.values()):
            return []
        able = [machine.address for machine in self.ready()]
        self._choosy = [ticket for ticket in self._choosy if not ticket.done]
        waiting = [each for each in chain(self._choosy, self._suspects) if not (each.done or each.batches)]
        return [ticket for ticket in waiting if ticket.unseen_by.issuperset(able)] if able else []

    def discard(self) -> None:
        """Drops all that wait."""
        self._waiting.clear()
        self._choosy.clear()
        self._suspects.clear()

    def _put(self, ticket: Ticket) -> None:
        ticket.waits = True
        if ticket.suspect:
            self._suspects.append(ticket)
        elif ticket.unseen_by:
            self._choosy.append(ticket)
        else:
            heapq.heappush(self._waiting, (-ticket.work, next(self._order), ticket))
            self._waiting_work += ticket.work

    def _send(self, machine: Machine, tickets: list[Ticket], now: float, *, alone: bool = False) -> Batch:
        batch = Batch(next(self._batch_ids), machine.address, tickets, now, alone)
        for ticket in tickets:
            ticket.waits = False
            ticket.batches.add(batch.id)
        if not machine.batches:
            machine.heard = now
        machine.speed.busy(now)
        machine.batches[batch.id] = batch
        return batch

    def _take(self, machine: Machine) -> list[Ticket]:
        """The largest that wait, up to the work of a batch."""
        aim, taken, work, size = batch_work(machine.speed, machine.jobs), list[Ticket](), 0.0, 0
        for ticket in self._candidates(machine):
            taken.append(ticket)
            work += ticket.work
            size += ticket.job.track.size
            following = self._waiting[0][2].work if self._waiting else 0.0
            if self._ships and size >= SHIPPED_BYTES:
                break
            if is_full(len(taken), work, aim, following) or (
                not machine.seen and len(taken) >= MAX_PROBATION_TRACKS
            ):
                break
        return taken

    def _candidates(self, machine: Machine) -> Iterator[Ticket]:
        """Takes out, one after the other, what waits and what the machine may get."""
        for ticket in [each for each in self._choosy if self._may_get(each, machine)]:
            self._choosy.remove(ticket)
            if not ticket.done:
                yield ticket
        kept = []
        try:
            while self._waiting:
                item = heapq.heappop(self._waiting)
                ticket = item[2]
                if not ticket.done and not self._may_get(ticket, machine):
                    kept.append(item)
                    continue
                self._waiting_work -= ticket.work
                if not ticket.done:
                    yield ticket
        finally:
            for item in kept:
                heapq.heappush(self._waiting, item)

    def _may_get(self, ticket: Ticket, machine: Machine) -> bool:
        return machine.address not in ticket.unseen_by and ticket.batches.isdisjoint(machine.batches)

    def _next_suspect(self, machine: Machine) -> Ticket | None:
        """One for a machine that has nothing else; reserves the machine if it still has something."""
        self._suspects = [each for each in self._suspects if not each.done]
        suspect = next((each for each in self._suspects if self._may_get(each, machine)), None)
        if suspect is None:
            machine.draining = False
            return None
        if not machine.draining and self._waiting:
            trying = sum(each.draining for each in self.ready())
            machine.draining = trying < max(1, len(list(self.ready())) // TRIAL_SHARE)
        else:
            machine.draining = True
        if not machine.draining or machine.batches:
            return None
        self._suspects.remove(suspect)
        return suspect

    def _to_help(self, idle: Machine, now: float) -> list[Ticket]:
        """The open tracks of the batch that would end much sooner on this machine, which is idle."""
        best: tuple[float, Batch] | None = None
        for machine in self.machines.values():
            if machine is idle or machine.state not in ("ready", "silent"):
                continue
            for batch in machine.batches.values():
                if batch.copied or batch.alone or now - batch.sent < HELP_AFTER_S:
                    continue
                tickets = self._open(batch, idle)
                here_s = idle.expected_s(sum(ticket.work for ticket in tickets))
                left_s = machine.expected_s(batch.work) * (1 if batch.begun else 2) - (now - batch.sent)
                overdue = now - batch.sent > 3 * machine.expected_s(batch.work) + HELP_AFTER_S
                gain = left_s - 1.5 * here_s
                if tickets and (overdue or gain > HELP_AFTER_S) and (best is None or gain > best[0]):
                    best = gain, batch
        if best is None:
            return []
        best[1].copied = True
        return self._open(best[1], idle)

    def _open(self, batch: Batch, machine: Machine) -> list[Ticket]:
        return [each for each in batch.tickets if not each.done and self._may_get(each, machine)]
