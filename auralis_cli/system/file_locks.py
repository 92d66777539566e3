"""Locks between processes. The system releases them when a process ends, however it ends."""

import contextlib
import os
import struct
import sys
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
    """A process's lock on a byte."""

    EXCLUSIVE = auto()
    """No other process has a lock on it."""
    SHARED = auto()
    """Other processes may have shared locks on it."""
    NONE = auto()


def lock_byte(descriptor: int, byte: int, lock: Lock) -> bool:
    """Changes the lock of this process on one byte of an open file, which need not be that long.

    Never waits: False when the lock of another process is in the way. OSError where the file system has no
    locks.
    """
    how = {
        Lock.EXCLUSIVE: fcntl.LOCK_EX | fcntl.LOCK_NB,
        Lock.SHARED: fcntl.LOCK_SH | fcntl.LOCK_NB,
        Lock.NONE: fcntl.LOCK_UN,
    }[lock]
    try:
        fcntl.lockf(descriptor, how, 1, byte)
    except (BlockingIOError, PermissionError):
        return False
    return True


_FLOCK: Final = struct.Struct("@hhqqi4x")
"""Linux's `struct flock` on 64-bit systems: type, whence, start, length, process."""
_CAN_ASK: Final = HAS_LOCKS and sys.platform == "linux" and sys.maxsize > 1 << 32


def holder_of_byte(descriptor: int, byte: int) -> int | None:
    """The process whose lock keeps this one from an exclusive lock; None where none is known."""
    if not _CAN_ASK:
        return None
    request = _FLOCK.pack(fcntl.F_WRLCK, os.SEEK_SET, byte, 1, 0)
    try:
        kind, _, _, _, process = _FLOCK.unpack(fcntl.fcntl(descriptor, fcntl.F_GETLK, request))
    except OSError:
        return None
    return process if kind != fcntl.F_UNLCK and process > 0 else None  # -1: a lock of no single process


@contextlib.contextmanager
def one_process_at_a_time(folder: Path) -> Iterator[None]:
    """Only one process at a time runs such a block for a folder; the others wait.

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
