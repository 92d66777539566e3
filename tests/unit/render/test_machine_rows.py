"""The machines of a cluster in the progress display."""

import io

import pytest
from rich.console import Console
from support.scripted_link import READY

from auralis_cli.cluster.machines import Batch, Machine, Ticket
from auralis_cli.model.record import Track
from auralis_cli.render.machine_rows import in_work, machine_rows
from auralis_cli.workers.engine import Job

TICKET = Ticket(1, Job(Track("/a.flac", 1, 1)), 1.0)


def busy(state: str = "ready") -> Machine:
    machine = Machine("tcp://10.0.0.1:1", 2, state, "nas", ready=READY, seen=1200)  # type: ignore[arg-type]
    machine.batches = {1: Batch(1, machine.address, [TICKET, TICKET], 0.0)}
    return machine


def shown(machines: list[Machine], room: int, width: int = 80) -> list[str]:
    console = Console(file=io.StringIO(), width=width)
    console.print(machine_rows(machines, room))
    assert isinstance(console.file, io.StringIO)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


def test_a_machine_has_one_line() -> None:
    asked = Machine("tcp://10.0.0.2:1", 4)
    assert shown([busy(), asked], 5) == [
        "        nas              2 workers 2 tracks in work   1,200 done",
        "        tcp://10.0.0.2:1           is asked who it is",
    ]


def test_what_has_no_room_is_counted() -> None:
    assert shown([busy()] * 5, 2)[-1].strip() == "… and 3 more machines"


@pytest.mark.parametrize(
    ("state", "words"), [("silent", "silent, 2 tracks in work"), ("refused", "left out, 2 tracks in work")]
)
def test_what_is_wrong_with_a_machine_is_said(state: str, words: str) -> None:
    assert in_work(busy(state)) == words
