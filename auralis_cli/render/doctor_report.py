"""What `doctor` finds: one line each, and below it what to do."""

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from auralis_cli.render.json_types import Printed, indented_json
from auralis_cli.render.safe_text import safe_text, utf8_text
from auralis_cli.upkeep.doctor import Check, State

STYLES = {State.OK: "green", State.WARN: "yellow", State.FAIL: "bold red"}


class CheckObject(Printed, frozen=True):
    """One finding; `advice` is null when all is well."""

    name: str
    state: State
    finding: str
    advice: str | None


class DoctorObject(Printed, frozen=True):
    """Output of `doctor --json`."""

    ok: bool
    checks: tuple[CheckObject, ...]


def checks_json(checks: list[Check], *, ok: bool) -> bytes:
    """The findings; `ok` is whether everything works."""
    rows = (
        CheckObject(
            check.name,
            check.state,
            utf8_text(check.finding),
            None if check.advice is None else utf8_text(check.advice),
        )
        for check in checks
    )
    return indented_json(DoctorObject(ok, tuple(rows)))


def render_checks(checks: list[Check], width: int) -> RenderableType:
    """The report for a console of this width."""
    table = Table.grid(padding=(0, 2))
    table.width = width
    table.add_column(no_wrap=True, width=4)
    table.add_column(no_wrap=True, width=max((len(check.name) for check in checks), default=1))
    table.add_column(overflow="fold", ratio=1)
    for check in checks:
        table.add_row(
            Text(check.state.value, style=STYLES[check.state]), check.name, safe_text(check.finding)
        )
        if check.advice is not None:
            table.add_row("", "", Text(f"-> {safe_text(check.advice)}", style=STYLES[check.state]))
    return table
