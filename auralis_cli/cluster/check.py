"""Asks each machine of a cluster what it is like, and says which of them can work for a scan."""

import asyncio
import os
import shlex
from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, Protocol

import msgspec

from auralis_cli import __version__
from auralis_cli.cluster.answers import objection
from auralis_cli.cluster.inquiry import Inquiry, MachineReport, Root
from auralis_cli.cluster.link import Sent, TaskLostError, open_link
from auralis_cli.cluster.wire import WIRE_VERSION, Hello, Refusal, encode
from auralis_cli.files.discover import discover
from auralis_cli.files.file_key import key_or_none
from auralis_cli.files.urls import is_url, refuse_urls
from auralis_cli.model.errors import WorkerUnavailableError, WrongPathError
from auralis_cli.model.record import AnalyzerVersion, Track

ANSWER_S: Final = 60.0
"""How long a machine may take: its threads may be busy with other tasks, and the test starts two workers."""
MAX_REPORT_BYTES: Final = 1 << 20
SLOW: Final = 3.0
"""So many times the seconds of the quickest machine are worth a word."""


_NO_REPORT: Final = "it answered what is no report"


class Use(StrEnum):
    """Of a machine: `ok`; `warn`, where it works but not fully; `out`, where a scan leaves it out."""

    OK = "ok"
    WARN = "warn"
    OUT = "out"


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with a machine, and what to do."""

    use: Use
    what: str
    advice: str


class CheckedMachine(msgspec.Struct, frozen=True):
    """A machine, by the address of its Dask worker. `report` is None where it gave none.

    `name`: its host, or the address where it has not said it.
    """

    name: str
    address: str
    threads: int
    report: MachineReport | None
    problems: tuple[Problem, ...]

    @property
    def use(self) -> Use:
        """The worst of its problems."""
        found = {problem.use for problem in self.problems}
        return Use.OUT if Use.OUT in found else Use.WARN if found else Use.OK


class Connection(Protocol):
    """What the check needs of the connection to Dask; `DaskLink` is one."""

    async def members(self) -> dict[str, int]:
        """The threads of each machine by address."""

    async def packages(self, package: str) -> Mapping[str, str | None]:
        """The version of a package on each machine by address, None where it cannot be imported."""

    def call(self, machine: str, function: str, message: bytes) -> Sent:
        """Has a function of `task.py` run on this machine and no other."""


def refuse_unknown(paths: Sequence[str]) -> None:
    """Raises ConfigError for a URL, WrongPathError for a path where this machine has nothing."""
    refuse_urls(paths, "auralis cluster check")
    for path in paths:
        if not os.path.exists(path):
            raise WrongPathError(f"{path} is not there; name folders as this machine sees them")


def find_roots(folders: Sequence[str]) -> tuple[Root, ...]:
    """The folders of the library with the first track in each, for machines to compare; no URLs."""
    found = []
    for folder in (os.path.abspath(folder) for folder in folders if not is_url(folder)):
        track = next((item for item in discover([folder]) if isinstance(item, Track)), None)
        top = os.fsencode(os.path.dirname(folder) if os.path.isfile(folder) else folder)
        if track is None:
            found.append(Root(top))
        else:
            key = key_or_none(track) or ""
            found.append(Root(top, os.fsencode(track.path), track.size, track.mtime_ns, key))
    return tuple(found)


class _Deaf:
    """Hears no event: the check is soon over."""

    def heard_pulse(self, message: object) -> None:
        """Does nothing."""

    def heard_left(self, machine: str, *, expected: bool) -> None:
        """Does nothing."""

    def heard_joined(self) -> None:
        """Does nothing."""


async def run_check(
    scheduler: str | None,
    scheduler_file: Path | None,
    inquiry: Inquiry,
    analyzer: AnalyzerVersion,
    ffmpeg: str | None,
) -> tuple[str, list[CheckedMachine]]:
    """The scheduler's address, and all of its machines. Raises what `open_link` raises."""
    link = await open_link(scheduler, scheduler_file, _Deaf())
    try:
        return link.address, await check_machines(link, inquiry, analyzer, ffmpeg)
    except (OSError, TimeoutError) as error:
        raise WorkerUnavailableError(
            f"the Dask scheduler at {link.address} is gone or does not answer ({error}); start it again"
        ) from error
    finally:
        await link.close()


async def check_machines(
    link: Connection, inquiry: Inquiry, analyzer: AnalyzerVersion, ffmpeg: str | None
) -> list[CheckedMachine]:
    """All machines of the cluster, by name. `ffmpeg`: the version of this machine. Raises OSError."""
    members, packages = await asyncio.gather(link.members(), link.packages("auralis_cli"))
    answers = await asyncio.gather(*(_ask(link, machine, inquiry) for machine in members))
    reports = [answer for answer in answers if isinstance(answer, MachineReport)]
    quickest = min((report.test_s for report in reports if report.test_s), default=None)
    checked = []
    for (address, threads), answer in zip(members.items(), answers, strict=True):
        if isinstance(answer, MachineReport):
            problems = judge(answer, threads, analyzer, ffmpeg, quickest)
        else:
            problems = [_no_report(answer, installed=packages.get(address))]
        report = answer if isinstance(answer, MachineReport) else None
        name = address if isinstance(answer, str) else answer.host
        checked.append(CheckedMachine(name, address, threads, report, tuple(problems)))
    return sorted(checked, key=lambda machine: (machine.name, machine.address))


async def _ask(link: Connection, machine: str, inquiry: Inquiry) -> MachineReport | Refusal | str:
    """The report, or why there is none."""
    sent = link.call(machine, "report", encode(inquiry))
    try:
        answer = await asyncio.wait_for(sent.answer(), ANSWER_S)
        if not isinstance(answer, bytes) or len(answer) > MAX_REPORT_BYTES:
            return _NO_REPORT
        said = msgspec.json.decode(answer, type=MachineReport | Refusal)
    except TimeoutError:
        return f"it did not answer within {ANSWER_S:.0f} s"
    except TaskLostError:
        return "auralis does not run there"
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return _NO_REPORT
    finally:
        sent.release()
    of_all = isinstance(said, Refusal) or [each.path for each in said.roots] == [
        each.path for each in inquiry.roots
    ]
    return said if of_all else _NO_REPORT


def _no_report(answer: Refusal | str, *, installed: str | None) -> Problem:
    install = f"install auralis {__version__} with the extra 'dask' in the Python of its Dask worker"
    if installed is None:
        return Problem(Use.OUT, "auralis is not installed there", install)
    if installed != __version__:
        return Problem(Use.OUT, f"it has auralis {installed}, this machine {__version__}", install)
    why = answer.why if isinstance(answer, Refusal) else answer
    return Problem(Use.OUT, why, "look at the words of its Dask worker; its threads may be busy")


def judge(
    report: MachineReport,
    threads: int,
    analyzer: AnalyzerVersion,
    ffmpeg: str | None,
    quickest: float | None,
) -> list[Problem]:
    """What is wrong with a machine that has answered. `quickest`: seconds of the quickest one."""
    found = []
    if report.trouble is not None or report.ready is None:
        what, _, advice = (report.trouble or "it says nothing of its fp-worker").partition("; ")
        found.append(Problem(Use.OUT, what, advice or "reinstall auralis there"))
    else:
        hello = Hello(report.host, threads, WIRE_VERSION, report.ready, report.ffmpeg)
        if (why := objection(hello, analyzer)) is not None:
            what, _, advice = why.partition("; ")
            found.append(Problem(Use.OUT, what, advice or f"install auralis {__version__} there"))
        found += _of_programs(report, ffmpeg)
    found += _of_roots(report)
    if threads > report.cores:
        what = f"its Dask worker has {threads} threads on {report.cores} cores"
        found.append(Problem(Use.WARN, what, f"start it with --nthreads {report.cores}"))
    if report.test_s and quickest and report.test_s > SLOW * quickest:
        what = f"it takes {report.test_s / quickest:.1f} times as long as the quickest machine"
        found.append(Problem(Use.WARN, what, "it gets less work by itself; look for other load on it"))
    return found


def _of_programs(report: MachineReport, ffmpeg: str | None) -> list[Problem]:
    found = []
    if report.trouble is None and ffmpeg is not None and report.ffmpeg is None:
        what = "it has no ffmpeg, which some formats need"
        found.append(Problem(Use.WARN, what, "install ffmpeg there, or scan with --ffmpeg none"))
    lacking = missing_protections(report)
    if lacking and report.system.startswith("Linux"):
        what = f"its fp-worker runs without {', '.join(lacking)}"
        found.append(Problem(Use.WARN, what, "'auralis doctor' there says why"))
    return found


def missing_protections(report: MachineReport) -> list[str]:
    """The parts of the sandbox that are not in force there."""
    if report.ready is None or report.ready.sandbox is None:
        return ["a sandbox"]
    parts: dict[str, Any] = msgspec.structs.asdict(report.ready.sandbox)
    return [name.replace("_", " ") for name, part in parts.items() if not part.active]


def _of_roots(report: MachineReport) -> list[Problem]:
    unseen = [root for root in report.roots if root.sight == "unseen"]
    use = Use.OUT if unseen and len(unseen) == len(report.roots) else Use.WARN
    return [
        Problem(
            use,
            f"it does not see {os.fsdecode(root.path)}: {root.why}",
            f"mount the same storage there, or name its place: --path-map "
            f"{shlex.quote(f'{report.host}@{os.fsdecode(root.path)}=FOLDER')}; or scan with --ship",
        )
        for root in unseen
    ]
