"""The memory of a process and its children, and whether one of them waits for a disk.

Read from Linux's /proc. Systems without it give no memory and no waiting.
"""

import os
from collections.abc import Iterator
from pathlib import Path

PROC = Path("/proc")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
_DISK_WAIT = "D"


def resident_bytes(pid: int, proc: Path = PROC) -> int:
    """Bytes of RAM that the process and its children use."""
    return sum(_resident_pages(proc / str(member)) for member in _members(pid, proc)) * _PAGE_BYTES


def waits_for_disk(pid: int, proc: Path = PROC) -> bool:
    """Whether a disk or network share blocks a thread of the process or of its children."""
    threads = (thread for member in _members(pid, proc) for thread in _threads(member, proc))
    return any(_state(thread) == _DISK_WAIT for thread in threads)


def _members(pid: int, proc: Path) -> Iterator[int]:
    """The process and all below it."""
    yield pid
    for thread in _threads(pid, proc):
        for child in _read(thread / "children").split():
            yield from _members(int(child), proc)


def _threads(pid: int, proc: Path) -> list[Path]:
    try:
        return list((proc / str(pid) / "task").iterdir())
    except OSError:
        return []


def _resident_pages(process: Path) -> int:
    fields = _read(process / "statm").split()
    return int(fields[1]) if len(fields) > 1 else 0


def _state(thread: Path) -> str:
    """The state's letter. It follows the program's name, which may contain spaces and brackets."""
    return _read(thread / "stat").rpartition(")")[2].strip()[:1]


def _read(path: Path) -> str:
    """The file's text; empty when the process has gone."""
    try:
        return path.read_text("ascii", "replace")
    except OSError:
        return ""
