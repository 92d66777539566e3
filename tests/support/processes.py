"""Processes as the tests see them from outside, through /proc."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path

LAUNCHER = "fp-launcher"
"""The name of the process that starts the ffmpeg of a worker; its command line is the worker's."""


def running(argument: str) -> list[int]:
    """Processes with this text in their command line, whose words end with NUL; zombies left out."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if argument.encode() in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


def children(pid: int) -> list[int]:
    """Processes that this one has started."""
    found: list[int] = []
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found.extend(map(int, listing.read_text().split()))
    return found


def descendants(pid: int) -> list[int]:
    """All below this one."""
    return [below for child in children(pid) for below in (child, *descendants(child))]


def ffmpeg_of(worker: int) -> int | None:
    """The program that the launcher of this worker runs as ffmpeg, once it has become that program."""
    for launcher in children(worker):
        for program in children(launcher):
            if name_of(program) != LAUNCHER:
                return program
    return None


def name_of(pid: int) -> str:
    """The name of its program, cut to 15 characters."""
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/comm").read_text().strip()
    return ""


def is_alive(pid: int) -> bool:
    """Whether it still runs; a zombie that nobody has reaped does not."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] not in "ZX"


def seconds_until(condition: Callable[[], bool], limit_s: float) -> float:
    """How long it took until the condition held; fails the test after the limit."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < limit_s, f"not within {limit_s} s"
        time.sleep(0.01)
    return time.monotonic() - began


def kill(pids: Iterable[int]) -> int:
    """Kills those that still run; how many."""
    killed = 0
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            killed += 1
    return killed


def processor_seconds(pid: int) -> float:
    """Processor time that it has used; 0 when it has gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
