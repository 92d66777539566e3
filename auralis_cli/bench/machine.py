"""Where figures were measured: processor, system, versions."""

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
    """The processor, the cores that may be used, the load when the bench began, versions by program."""

    cpu: str
    cores: int
    load: float | None
    system: str
    versions: dict[str, str]


def describe_machine(worker: Ready, reference: Ready | None) -> Machine:
    """This machine, now. The packages of the reference are named by its version's local part."""
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


def refuse_debug(command: WorkerCommand, ready: Ready) -> None:
    """Raises WorkerUnavailableError for a worker whose speed means nothing."""
    if ready.build_profile != "release":
        raise WorkerUnavailableError(
            f"{command.program} is a {ready.build_profile} build, whose speed means nothing; "
            "build it with 'cargo build --release' or reinstall auralis"
        )


def _cpu_name() -> str:
    """The model name; what Python knows where Linux does not tell."""
    try:
        text = CPU_INFO.read_text()
    except OSError:
        text = ""
    found = re.search(r"^(?:model name|Model)\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1].strip() if found else platform.processor() or platform.machine()
