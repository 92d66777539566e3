"""The machines of a cluster during a scan: what each has in work, who came and who went."""

from collections.abc import Sequence
from typing import Final

from rich.table import Table
from rich.text import Text

from auralis_cli.cluster.machines import Machine
from auralis_cli.cluster.roster import Roster
from auralis_cli.render.safe_text import safe_text

NEWS_LINES: Final = 3
_STATES: Final = {
    "asked": "is asked who it is",
    "ready": "",
    "silent": "silent",
    "blind": "left out",
    "refused": "left out",
    "left": "gone",
}


def in_work(machine: Machine) -> str:
    """`12 tracks in work`, or what is wrong with it."""
    state = _STATES[machine.state]
    tracks = f"{machine.tracks:,} tracks in work" if machine.tracks != 1 else "1 track in work"
    return state if state and not machine.tracks else ", ".join(filter(None, (state, tracks)))


def machine_rows(machines: Sequence[Machine], room: int) -> Table:
    """One line for each machine: name, workers, tracks in work, tracks done."""
    rows = Table.grid(padding=(0, 1))
    rows.add_column(width=7)
    rows.add_column(no_wrap=True, overflow="ellipsis", max_width=24)
    rows.add_column(justify="right", style="dim", no_wrap=True)
    rows.add_column(no_wrap=True)
    rows.add_column(style="dim", no_wrap=True)
    for machine in machines[:room]:
        workers = f"{machine.jobs} workers" if machine.jobs != 1 else "1 worker"
        workers = workers if machine.ready else ""
        name = safe_text(machine.name or machine.address)
        rows.add_row("", name, workers, in_work(machine), f"{machine.seen:,} done" if machine.seen else "")
    if len(machines) > room:
        rows.add_row("", f"… and {len(machines) - room} more machines")
    return rows


def news_rows(roster: Roster, lines: int = NEWS_LINES) -> list[Text]:
    """The last words on who came and went."""
    news = list(roster.news)[-lines:]
    return [
        Text(f"        {safe_text(each)}", style="dim", overflow="ellipsis", no_wrap=True) for each in news
    ]


def machines_in_short(roster: Roster) -> str:
    """`3 machines, 40 tracks in work`, for a line."""
    machines = [machine for machine in roster.machines() if machine.state in ("ready", "silent")]
    tracks = sum(machine.tracks for machine in machines)
    number = f"{len(machines):,} machines" if len(machines) != 1 else "1 machine"
    return f"{number}, {tracks:,} in work"
