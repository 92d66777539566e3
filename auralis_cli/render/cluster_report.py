"""What `cluster check` finds: a few lines for each machine, and below them what to do."""

import os

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from auralis_cli.cluster.check import CheckedMachine, Use, missing_protections
from auralis_cli.cluster.inquiry import MachineReport, RootSeen, Sight
from auralis_cli.render.json_types import Count, PathObject, Printed, Seconds, indented_json, path_object
from auralis_cli.render.safe_text import safe_text, utf8_text
from auralis_cli.workers.self_test import SPEED_TEST_S

STYLES = {Use.OK: "green", Use.WARN: "yellow", Use.OUT: "bold red"}


class ProblemObject(Printed, frozen=True):
    """What is wrong with a machine, and what to do."""

    use: Use
    what: str
    advice: str


class RootObject(Printed, frozen=True):
    """A folder of the library on a machine; `there` is where it looked."""

    root: PathObject
    there: PathObject
    sight: Sight
    why: str | None


class MachineObject(Printed, frozen=True):
    """A machine. What it did not say is null; `test_s` are its seconds for the test track."""

    name: str
    address: str
    use: Use
    threads: Count
    cores: Count | None
    system: str | None
    python: str | None
    auralis: str | None
    worker_version: str | None
    analysis_version: Count | None
    protocol: Count | None
    build_profile: str | None
    ffmpeg: str | None
    missing_protections: tuple[str, ...] | None
    test_s: Seconds | None
    roots: tuple[RootObject, ...]
    problems: tuple[ProblemObject, ...]


class ClusterObject(Printed, frozen=True):
    """Output of `cluster check --json`. `ok`: a scan leaves no machine out."""

    ok: bool
    scheduler: str
    machines: tuple[MachineObject, ...]


def cluster_json(scheduler: str, machines: list[CheckedMachine]) -> bytes:
    """The findings."""
    ok = bool(machines) and all(machine.use is not Use.OUT for machine in machines)
    return indented_json(ClusterObject(ok, utf8_text(scheduler), tuple(map(_machine_object, machines))))


def _machine_object(machine: CheckedMachine) -> MachineObject:
    report = machine.report
    ready = None if report is None else report.ready
    return MachineObject(
        name=utf8_text(machine.name),
        address=utf8_text(machine.address),
        use=machine.use,
        threads=machine.threads,
        cores=None if report is None else report.cores,
        system=None if report is None else utf8_text(report.system),
        python=None if report is None else utf8_text(report.python),
        auralis=None if report is None else utf8_text(report.auralis),
        worker_version=None if ready is None else utf8_text(ready.worker_version),
        analysis_version=None if ready is None else ready.analysis_version,
        protocol=None if ready is None else ready.protocol,
        build_profile=None if ready is None else utf8_text(ready.build_profile),
        ffmpeg=None if report is None or report.ffmpeg is None else utf8_text(report.ffmpeg),
        missing_protections=None if report is None or ready is None else tuple(missing_protections(report)),
        test_s=None if report is None else report.test_s,
        roots=() if report is None else tuple(map(_root_object, report.roots)),
        problems=tuple(
            ProblemObject(problem.use, utf8_text(problem.what), utf8_text(problem.advice))
            for problem in machine.problems
        ),
    )


def _root_object(root: RootSeen) -> RootObject:
    path, there = (path_object(os.fsdecode(each)) for each in (root.path, root.there))
    return RootObject(path, there, root.sight, utf8_text(root.why) if root.why else None)


def render_cluster(
    scheduler: str, machines: list[CheckedMachine], warning: str | None, width: int
) -> RenderableType:
    """The report for a console of this width. `warning` is about the scheduler."""
    threads = sum(machine.threads for machine in machines if machine.use is not Use.OUT)
    usable = sum(machine.use is not Use.OUT for machine in machines)
    table = Table.grid(padding=(0, 2))
    table.width = width
    table.add_column(no_wrap=True, width=4)
    table.add_column(overflow="fold", ratio=1)
    counted = "1 machine" if len(machines) == 1 else f"{len(machines)} machines"
    can = f", {usable} of them can work, with {_threads(threads)}" if machines else ""
    table.add_row("", safe_text(f"{scheduler}: {counted}{can}"))
    if warning is not None:
        table.add_row(Text(Use.WARN.value, style=STYLES[Use.WARN]), safe_text(warning))
    for machine in machines:
        style = STYLES[machine.use]
        table.add_row(Text(machine.use.value, style=style), Text(safe_text(machine.name), style="bold"))
        for line in _lines_of(machine):
            table.add_row("", safe_text(line))
        for problem in machine.problems:
            table.add_row("", Text(safe_text(problem.what), style=STYLES[problem.use]))
            table.add_row("", Text(f"-> {safe_text(problem.advice)}", style=STYLES[problem.use]))
    return table


def _lines_of(machine: CheckedMachine) -> list[str]:
    if (report := machine.report) is None:
        return [_threads(machine.threads)]
    lines = [
        f"{machine.address}, {_threads(machine.threads)} on {_cores(report.cores)}, {report.system}, "
        f"Python {report.python}, auralis {report.auralis}"
    ]
    if report.ready is not None:
        lines.append(
            f"fp-worker {report.ready.worker_version}, analysis version {report.ready.analysis_version}, "
            f"{report.ready.build_profile} build, protocol {report.ready.protocol}, "
            f"{_ffmpeg(report)}, {_sandbox(report)}"
        )
    if report.test_s is not None:
        lines.append(f"{report.test_s:.2f} s for the test track of {SPEED_TEST_S} s")
    return lines + [_root_line(root) for root in report.roots if root.sight != "unseen"]


def _threads(count: int) -> str:
    return "1 thread" if count == 1 else f"{count} threads"


def _cores(count: int) -> str:
    return "1 core" if count == 1 else f"{count} cores"


def _ffmpeg(report: MachineReport) -> str:
    return "no ffmpeg" if report.ffmpeg is None else f"ffmpeg {report.ffmpeg}"


def _sandbox(report: MachineReport) -> str:
    return "no full sandbox" if missing_protections(report) else "in its sandbox"


def _root_line(root: RootSeen) -> str:
    path, there = os.fsdecode(root.path), os.fsdecode(root.there)
    where = path if path == there else f"{path} as {there}"
    return f"sees {where}" if root.sight == "same" else f"has a folder {where}, without a file to compare"
