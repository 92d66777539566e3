"""The machine on which a bench runs: processor, system, versions."""

import os
import platform
import re
from pathlib import Path

from auralis_cli import __version__
from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.render.json_types import Printed
from auralis_cli.system.cpus import usable_cpus
from auralis_cli.workers.program import WorkerCommand
from auralis_cli.workers.protocol import Ready

CPU_INFO = Path("/proc/cpuinfo")


class Machine(Printed, frozen=True):
    """The processor, the usable cores, the load when the bench began, and versions by program."""

    cpu: str
    cores: int
    load: float | None
    system: str
    versions: dict[str, str]


def describe_machine(worker: Ready, reference: Ready | None) -> Machine:
    """This machine, now. The reference's version lists its packages after the plus sign."""
    versions = {
        "auralis": __version__,
        "python": platform.python_version(),
        "worker": f"{worker.worker_version} ({worker.build_profile})",
        "analysis": str(worker.analysis_version),
    }
    if reference is not None:
        local = reference.worker_version.partition("+")[2]
        versions |= dict(re.findall(r"([a-z]+)([0-9.]*[0-9])", local))
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return Machine(_cpu_name(), usable_cpus(), load, platform.platform(terse=True), versions)


def check_release_build(command: WorkerCommand, ready: Ready) -> None:
    """Raises WorkerUnavailableError for a debug build, whose speed says nothing about auralis."""
    if ready.build_profile != "release":
        raise WorkerUnavailableError(
            f"{command.program} is a {ready.build_profile} build, whose speed means nothing; "
            "build it with 'cargo build --release' or reinstall auralis"
        )


def _cpu_name() -> str:
    """The model name that Linux reports, else what Python knows."""
    try:
        text = CPU_INFO.read_text()
    except OSError:
        text = ""
    found = re.search(r"^(?:model name|Model)\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else platform.processor() or platform.machine()
