"""Who belongs to the cluster: greets machines that join, notes who leaves, leaves out those of no use."""

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable
from math import inf
from typing import Final
from urllib.parse import urlsplit

from auralis_cli.cluster import answers
from auralis_cli.cluster.link import Link, Sent, TaskLostError
from auralis_cli.cluster.machines import ASKED_S, Machine, State
from auralis_cli.cluster.plan import Plan
from auralis_cli.cluster.wire import BadAnswerError, Hello, Refusal, Terms, decode_answer, encode, printable
from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.model.record import AnalyzerVersion
from auralis_cli.workers.engine import Finished

LOOK_S: Final = 2.0
"""Time between two looks at who is there; Dask's events say it sooner."""
ANSWER_S: Final = 2.0
"""How long the scheduler may take to say it."""
GONE_S: Final = 5.0
"""Without an answer for so long, the scheduler is gone."""
NO_MACHINE_S: Final = 300.0
"""How long to wait while there is none: a cluster may have to ask for machines first."""
USELESS_S: Final = 5.0
"""How long to wait for another one while none of those that are there is of use."""
MAX_NEWS: Final = 5


class Roster:
    """The machines of the plan. `news` are the last words on who came and went.

    `move_on` gets tracks that have ended because of it, and is called when there may be something to do.
    `drop` gives up the batches of a machine that is gone or of no use.
    """

    def __init__(
        self,
        plan: Plan,
        terms: Terms,
        analyzer: AnalyzerVersion,
        move_on: Callable[[list[Finished]], None],
        drop: Callable[[Machine], None],
    ) -> None:
        self._plan = plan
        self._terms = terms
        self._analyzer = analyzer
        self._move_on = move_on
        self._drop = drop
        self._look = asyncio.Event()
        self._knock: Sent | None = None
        self._greetings: dict[asyncio.Task[None], Machine] = {}
        self._defect: BaseException | None = None
        """What went wrong with a greeting and must not."""
        self._useful = time.monotonic()
        self._unseen: dict[str, int] = {}
        self._lost = 0
        self._is_gone = False
        """The scheduler is, so that nobody can be told anything."""
        self._out: dict[str, str] = {}
        """Machines that were left out and why, by name."""
        self._notes: list[str] = []
        self.news: deque[str] = deque(maxlen=MAX_NEWS)
        self.told = 0
        """How much news there was in all."""

    @property
    def warnings(self) -> list[str]:
        """What the user should know at the end."""
        found = [*self._notes, *(f"machine {name} was left out: {why}" for name, why in self._out.items())]
        for machine in self._plan.machines.values():
            self._note_unseen(machine)
        found += [
            f"machine {name} did not see {count:,} of the files"
            for name, count in self._unseen.items()
            if name not in self._out
        ]
        if self._lost:
            lost = f"{self._lost:,} machines were" if self._lost != 1 else "1 machine was"
            found.append(f"{lost} lost with tracks in work, which were given to others")
        return found

    def note(self, warning: str) -> None:
        """Adds a warning, which is news too."""
        self._notes.append(warning)
        self._tell(warning)

    def _tell(self, news: str) -> None:
        self.news.append(news)
        self.told += 1

    def machines(self) -> list[Machine]:
        """Those that are there, by name."""
        return sorted(self._plan.machines.values(), key=lambda each: each.name or each.address)

    def look_now(self) -> None:
        """Somebody may have joined."""
        self._look.set()

    async def watch(self, link: Link) -> None:
        """Keeps the plan's machines up to date. Raises WorkerUnavailableError when the scheduler is gone."""
        heard = time.monotonic()
        while True:
            try:
                members = await asyncio.wait_for(link.members(), ANSWER_S)
            except (OSError, TimeoutError) as error:
                if not link.connected or time.monotonic() - heard > GONE_S:
                    self._is_gone = True
                    raise WorkerUnavailableError(
                        "stopped: the Dask scheduler is gone or does not answer; what was finished is "
                        "stored, and the next scan goes on from there"
                    ) from error
                continue
            heard = time.monotonic()
            self._reconcile(link, members)
            self._look.clear()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._look.wait(), LOOK_S)

    def left(self, address: str, *, expected: bool) -> None:
        """Dask has this machine no more."""
        machine = self._plan.machines.get(address)
        if machine is None:
            return
        self._lost += bool(machine.batches) and not expected
        self._note_unseen(machine)
        guilty = self._plan.lost(machine, time.monotonic(), expected=expected)
        self._drop(machine)
        for greeting in [each for each, greeted in self._greetings.items() if greeted is machine]:
            greeting.cancel()
        if not machine.why:
            self._tell(f"{machine.name or address} {'left' if expected else 'was lost'}")
        self._move_on([answers.guilty(each) for each in guilty if self._plan.end(each)])

    def refuse(self, machine: Machine, why: str, state: State = "refused") -> None:
        """The machine gets no more work in this scan."""
        machine.state, machine.why = state, printable(why)
        self._out[machine.name or machine.address] = machine.why
        self._tell(f"{machine.name or machine.address} is left out: {machine.why}")
        self._drop(machine)
        self._move_on([])

    def check(self) -> None:
        """Looks for what no message tells. Raises WorkerUnavailableError when no machine is of use."""
        if self._defect is not None:
            raise self._defect
        now = time.monotonic()
        for machine in list(self._plan.machines.values()):
            if machine.state == "asked" and now - machine.asked > ASKED_S:
                machine.asked = inf
                self._tell(f"{machine.address} has not answered yet: its threads may be busy with other work")
            if machine.is_silent(now):
                self._plan.silent(machine)
                self._tell(f"{machine.name} is silent; others take its tracks")
            if machine.state == "ready" and machine.is_blind():
                self.refuse(machine, f"it sees none of the files ({machine.why_unseen})", "blind")
        if unseen := self._plan.unseen_by_all(now):
            ready = sum(1 for _ in self._plan.ready())
            self._move_on([answers.not_seen(each, ready) for each in unseen if self._plan.end(each)])
        self._check_use(now)

    async def leave(self, link: Link) -> None:
        """Ends the scan on all machines."""
        if self._knock is not None:
            self._knock.release()
        for greeting in self._greetings:
            greeting.cancel()
        await asyncio.gather(*self._greetings, return_exceptions=True)
        if self._plan.machines and link.connected and not self._is_gone:
            await link.leave(list(self._plan.machines), self._terms.scan)

    def _reconcile(self, link: Link, members: dict[str, int]) -> None:
        if not members and self._knock is None:
            self._knock = link.knock()
        elif members and self._knock is not None:
            self._knock.release()
            self._knock = None
        for address in [known for known in self._plan.machines if known not in members]:
            self.left(address, expected=False)
        for address, threads in members.items():
            if address not in self._plan.machines:
                machine = Machine(address, threads, asked=time.monotonic())
                self._plan.machines[address] = machine
                greeting = asyncio.create_task(self._greet(link, machine))
                self._greetings[greeting] = machine
                greeting.add_done_callback(self._greeted)

    def _greeted(self, greeting: asyncio.Task[None]) -> None:
        del self._greetings[greeting]
        if not greeting.cancelled() and (error := greeting.exception()) is not None:
            self._defect = error

    async def _greet(self, link: Link, machine: Machine) -> None:
        sent = link.call(machine.address, "greet", encode(self._terms))
        try:
            answer = decode_answer(await sent.answer())
        except TaskLostError:
            self.refuse(machine, answers.CANNOT_RUN)
            return
        except BadAnswerError as error:
            self.refuse(machine, str(error))
            return
        finally:
            sent.release()
        match answer:
            case Hello():
                self._take_in(machine, answer)
            case Refusal(why, host):
                machine.name = self._name(machine, host)
                self.refuse(machine, why)
            case _:
                self.refuse(machine, "it answered what was not asked")

    def _take_in(self, machine: Machine, hello: Hello) -> None:
        machine.name = self._name(machine, hello.host)
        if (why := answers.objection(hello, self._analyzer)) is not None:
            self.refuse(machine, why)
            return
        machine.jobs, machine.ready, machine.ffmpeg = hello.jobs, hello.ready, hello.ffmpeg
        machine.state = "ready"
        workers = f"{hello.jobs} workers" if hello.jobs != 1 else "1 worker"
        self._tell(f"{machine.name} joined with {workers}")
        self._move_on([])

    def _name(self, machine: Machine, host: str) -> str:
        host = printable(host)
        others = {each.name for each in self._plan.machines.values() if each is not machine}
        return host if host not in others else f"{host}:{urlsplit(machine.address).port}"

    def _note_unseen(self, machine: Machine) -> None:
        if machine.unseen:
            self._unseen[machine.name] = machine.unseen

    def _check_use(self, now: float) -> None:
        states = {machine.state for machine in self._plan.machines.values()}
        if states & {"asked", "ready", "silent"}:
            self._useful = now
            return
        if states and now - self._useful > USELESS_S:
            why = "; ".join(f"{name}: {why}" for name, why in self._out.items())
            raise WorkerUnavailableError(f"stopped: no machine of the cluster can work for this scan: {why}")
        if not states and now - self._useful > NO_MACHINE_S:
            raise WorkerUnavailableError(
                f"stopped: the cluster has had no machine for {NO_MACHINE_S:.0f} s; start some with "
                "'dask worker' and scan again"
            )
