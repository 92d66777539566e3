"""Locks on contents: which ones are being analysed now, so that two scans on one cache do nothing twice.

A lock is on one byte of an empty file beside the cache. The system releases it when the process ends, however
it ends, so there are no stale locks. Nothing is ever written to the file.
"""

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import xxhash

from auralis_cli.model.record import AnalyzerName
from auralis_cli.system.file_locks import HAS_LOCKS, Lock, lock_byte

LOCKS_SUFFIX: Final = ".claims"

_PRESENCE: Final = 0
"""The byte that every scan holds shared while it runs."""


class ContentLocks:
    """The locks of this process for one analyzer. Where the system has no locks, every one is granted."""

    def __init__(self, cache: Path, analyzer: AnalyzerName) -> None:
        self._analyzer = analyzer
        self._descriptor: int | None = None
        if HAS_LOCKS:
            path = cache.with_name(cache.name + LOCKS_SUFFIX)
            with contextlib.suppress(OSError):
                self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
            self._lock_byte(_PRESENCE, Lock.SHARED)

    def lock(self, content: str) -> bool:
        """Locks a content (a file key, or a path where there is none); False when another process has it."""
        return self._descriptor is None or self._lock_byte(self._byte_of(content), Lock.EXCLUSIVE)

    def unlock(self, contents: Iterable[str]) -> None:
        """Gives locks back."""
        for content in contents:
            if self._descriptor is not None:
                self._lock_byte(self._byte_of(content), Lock.NONE)

    def is_only_scan(self) -> bool:
        """Whether surely no other scan runs on this cache."""
        if self._descriptor is None or not self._lock_byte(_PRESENCE, Lock.EXCLUSIVE):
            return False
        return self._lock_byte(_PRESENCE, Lock.SHARED) and self._descriptor is not None

    def close(self) -> None:
        """Gives all locks back."""
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

    def _byte_of(self, content: str) -> int:
        """One of 2^62 bytes; two contents on one byte only wait for each other."""
        return 1 + (xxhash.xxh3_64_intdigest(f"{self._analyzer}:".encode() + os.fsencode(content)) >> 2)
