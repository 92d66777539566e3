"""Locks on what is being analysed now, so that two scans on one cache analyse nothing twice.

Each lock is on one byte of an empty file beside the cache, chosen by the file key of what is analysed. The
system releases it when the process ends, however it ends. Nothing is ever written to the file.
"""

import errno
import os
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import xxhash

from auralis_cli.model.record import AnalyzerName
from auralis_cli.system.file_locks import HAS_LOCKS, Lock, holder_of_byte, lock_byte

LOCKS_SUFFIX: Final = ".claims"

_OTHERS: Final = 0o077
"""The rights of group and others."""
_ADVICE: Final = "delete it while no scan runs"


class ContentLocks:
    """The locks of this process for one analyzer. Where there are no locks, every request is granted."""

    def __init__(self, cache: Path, analyzer: AnalyzerName) -> None:
        self._analyzer = analyzer
        self._descriptor: int | None = None
        self.warnings: list[str] = []
        if HAS_LOCKS:
            self._open(cache.with_name(cache.name + LOCKS_SUFFIX))

    def _open(self, path: Path) -> None:
        """Only its owner may open the file: whoever can, can lock it and let every scan wait."""
        try:
            self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
            status = os.fstat(self._descriptor)
            if not stat.S_ISREG(status.st_mode):
                self.close()
                self._warn(path, "it is not a file")
            elif status.st_uid != os.geteuid():
                self.warnings.append(f"{path} belongs to another user, who can make scans wait; {_ADVICE}")
            elif status.st_mode & _OTHERS and status.st_nlink == 1:
                os.fchmod(self._descriptor, 0o600)
        except FileNotFoundError:
            return
        except OSError as error:
            self._warn(path, "it is a symbolic link" if error.errno == errno.ELOOP else str(error.strerror))

    def _warn(self, path: Path, why: str) -> None:
        self.warnings.append(
            f"cannot use {path} ({why}): two scans at once may analyse a track twice; {_ADVICE}"
        )

    def lock(self, key: str) -> bool:
        """Locks a file key, or a path where there is none; False when another process has it."""
        return self._descriptor is None or self._lock_byte(self._byte_of(key), Lock.EXCLUSIVE)

    def unlock(self, keys: Iterable[str]) -> None:
        """Releases these locks."""
        for key in keys:
            if self._descriptor is not None:
                self._lock_byte(self._byte_of(key), Lock.NONE)

    def holder(self, key: str) -> int | None:
        """The process that has the lock on this key; None where that cannot be told."""
        return None if self._descriptor is None else holder_of_byte(self._descriptor, self._byte_of(key))

    def close(self) -> None:
        """Releases all locks."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def _lock_byte(self, byte: int, lock: Lock) -> bool:
        if self._descriptor is None:
            return True
        try:
            return lock_byte(self._descriptor, byte, lock)
        except OSError:  # this file system has no locks
            self.close()
            return True

    def _byte_of(self, key: str) -> int:
        """One of 2^62 bytes. If two keys have the same one, one of the files waits for the other: no harm."""
        return 1 + (xxhash.xxh3_64_intdigest(f"{self._analyzer}:".encode() + os.fsencode(key)) >> 2)
