"""Processes as the tests see them from outside, through /proc."""

import contextlib
import os
import signal
import time
from collections.abc import Callable, Iterable
from pathlib import Path


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


def has_open(pid: int, path: Path) -> bool:
    """Whether the process holds this file open."""
    for descriptor in Path(f"/proc/{pid}/fd").glob("*"):
        with contextlib.suppress(OSError):
            if os.readlink(descriptor) == str(path):
                return True
    return False
