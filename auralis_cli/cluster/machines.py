"""What the scan knows of a machine: a Dask worker, its state, what it has in work. Without any I/O."""

from typing import Final, Literal

import msgspec

from auralis_cli.cluster.batches import Speed, window
from auralis_cli.cluster.wire import MAX_THREADS
from auralis_cli.workers.engine import Finished, Job
from auralis_cli.workers.protocol import Ready

State = Literal["asked", "ready", "silent", "blind", "refused", "left"]
"""asked: it has not said yet who it is. silent: it has work and says nothing. blind: it sees no file of the
scan. refused: it cannot work for this scan. left: Dask has it no more.
"""
SILENT_S: Final = 15.0
"""A machine with work that says nothing for so long: others get its tracks."""
PATIENCE_S: Final = 60.0
"""How long a track that nobody else sees waits for a silent machine."""
ASKED_S: Final = 30.0
"""A machine that has not said for so long who it is has its threads busy with other work."""
BLIND_AFTER: Final = 8
"""Files that a machine does not see, while it has seen none, before it is left out."""


class Ticket(msgspec.Struct, eq=False):
    """A job on its way through the cluster."""

    id: int
    job: Job
    work: float
    waits: bool = False
    done: bool = False
    batches: set[int] = msgspec.field(default_factory=set)
    """Those that it is in, on any machine."""
    unseen_by: set[str] = msgspec.field(default_factory=set)
    """Addresses of the machines that do not see it."""
    why_unseen: str = ""
    failure: Finished | None = None
    """Of a machine with another ffmpeg, which counts if no other machine can do better."""
    suspect: bool = False
    """It was on a machine that was lost: it goes alone from now on."""
    lost_alone: int = 0
    """Machines that were lost while they had nothing else."""


class Batch(msgspec.Struct, eq=False):
    """Tracks that were sent to a machine together."""

    id: int
    machine: str
    tickets: list[Ticket]
    sent: float
    alone: bool = False
    """The machine has nothing else: a suspect is on trial."""
    begun: bool = False
    copied: bool = False
    """Its tracks were given to another machine too."""

    @property
    def work(self) -> float:
        """Of all its tracks."""
        return sum(ticket.work for ticket in self.tickets)


class InWork(msgspec.Struct, frozen=True):
    """A track in work, as its machine has last said."""

    path: str
    size: int
    fraction: float | None
    audio_s: float


class Machine(msgspec.Struct, eq=False):
    """One machine, by the address of its Dask worker."""

    address: str
    jobs: int
    state: State = "asked"
    name: str = ""
    """Its host, and the port where a host has several."""
    why: str = ""
    """Why it is left out."""
    ready: Ready | None = None
    ffmpeg: str | None = None
    batches: dict[int, Batch] = msgspec.field(default_factory=dict)
    in_work: list[InWork] = msgspec.field(default_factory=list)
    heard: float = 0.0
    seen: int = 0
    unseen: int = 0
    why_unseen: str = ""
    errors: int = 0
    """Batches in a row of which no answer came back."""
    asked: float = 0.0
    """When it was asked who it is; infinite once it is told that it does not answer."""
    draining: bool = False
    """It gets no ordinary work until it has nothing left, for a trial."""
    speed: Speed = msgspec.field(default_factory=Speed)

    def __post_init__(self) -> None:
        """Of threads a scheduler may say what it likes."""
        self.jobs = min(max(1, self.jobs), MAX_THREADS)

    @property
    def room(self) -> int:
        """Batches that it may get now."""
        if self.state != "ready" or any(batch.alone for batch in self.batches.values()):
            return 0
        most = window(self.jobs) if self.seen else 1
        return max(0, most - len(self.batches))

    @property
    def tracks(self) -> int:
        """Tracks that it has."""
        return sum(len(batch.tickets) for batch in self.batches.values())

    def expected_s(self, work: float) -> float:
        """Seconds that one of its threads takes for this work."""
        return work * self.jobs / max(self.speed.per_s(self.jobs), 1.0)

    def heard_at(self, now: float) -> None:
        """It has said something."""
        self.heard = now
        if self.state == "silent":
            self.state = "ready"

    def may_come(self, now: float) -> bool:
        """Whether it can be expected to work soon, though it does not now."""
        if self.state == "asked":
            return now - self.asked < ASKED_S
        return self.state == "silent" and now - self.heard < PATIENCE_S

    def is_silent(self, now: float) -> bool:
        """Whether it has said nothing for too long about what it has."""
        return self.state == "ready" and bool(self.batches) and now - self.heard > SILENT_S

    def is_blind(self) -> bool:
        """Whether it sees no file of the scan."""
        return not self.seen and self.unseen >= BLIND_AFTER
