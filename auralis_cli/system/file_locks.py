"""Locks between processes. The system releases them when a process ends, however it ends."""

import contextlib
import os
from collections.abc import Iterator
from enum import Enum, auto
from pathlib import Path
from typing import Final

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

HAS_LOCKS: Final = fcntl is not None
"""Whether this system has such locks. Without them no process knows of another."""


class Lock(Enum):
    """What a process has of a byte."""

    EXCLUSIVE = auto()
    """No other process has a lock on it."""
    SHARED = auto()
    """Other processes may have shared locks on it."""
    NONE = auto()


def lock_byte(descriptor: int, byte: int, lock: Lock) -> bool:
    """Changes the lock of this process on one byte of an open file, which need not be that long.

    An exclusive lock is not waited for: False when another process has one. A shared lock is waited for.
    OSError where the file system has no locks.
    """
    how = {
        Lock.EXCLUSIVE: fcntl.LOCK_EX | fcntl.LOCK_NB,
        Lock.SHARED: fcntl.LOCK_SH,
        Lock.NONE: fcntl.LOCK_UN,
    }[lock]
    try:
        fcntl.lockf(descriptor, how, 1, byte)
    except (BlockingIOError, PermissionError):
        return False
    return True


@contextlib.contextmanager
def one_process_at_a_time(folder: Path) -> Iterator[None]:
    """Other processes wait for the block's end before they begin theirs for the same folder.

    Where the system or the file system has no locks, nobody waits.
    """
    descriptor = None
    if HAS_LOCKS:
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)
