"""Where a fetched file lies until it is analysed: in memory, or on a disk, and without a name either way."""

import contextlib
import os
import tempfile
from typing import Final, Self

COPY_BYTES: Final = 1 << 20
MEMORY_FOLDER: Final = "/dev/shm"
"""A file system in memory. A file of `memfd_create` belongs to none, so that Landlock could not let ffmpeg
open it.
"""


class Holder:
    """A file without a name that grows as parts come. Up to `memory_bytes` it lies in memory, then on a disk.

    Nothing of it is left once its descriptors are closed, whatever ends the program.
    """

    def __init__(self, memory_bytes: int, size: int = 0) -> None:
        """`size`: what is expected; what is too large goes to the disk at once. OSError without a place."""
        self.size = 0
        self._memory_bytes = memory_bytes
        self._in_memory = False
        descriptor = None
        if size <= memory_bytes:
            with contextlib.suppress(OSError):  # there is no such file system, or it is full
                descriptor = _nameless(MEMORY_FOLDER)
                self._in_memory = True
        self._descriptor = _nameless(None) if descriptor is None else descriptor

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def add(self, part: bytes | memoryview) -> None:
        """Appends. OSError where the disk is full."""
        if self._in_memory and self.size + len(part) > self._memory_bytes:
            self._move_to_disk()
        try:
            _write(self._descriptor, part)
        except OSError:
            if not self._in_memory:
                raise
            # The memory for files is full, as in a container: the disk may have room.
            os.ftruncate(self._descriptor, self.size)
            self._move_to_disk()
            _write(self._descriptor, part)
        self.size += len(part)

    def reader(self) -> int:
        """A descriptor of its own, to read from the start and not to write."""
        return os.open(f"/proc/self/fd/{self._descriptor}", os.O_RDONLY | os.O_CLOEXEC)

    def _move_to_disk(self) -> None:
        memory, self._descriptor, self._in_memory = self._descriptor, _nameless(None), False
        try:
            os.lseek(memory, 0, os.SEEK_SET)
            while part := os.read(memory, COPY_BYTES):
                _write(self._descriptor, part)
        finally:
            os.close(memory)


def _write(descriptor: int, part: bytes | memoryview) -> None:
    view = memoryview(part)
    while view:
        view = view[os.write(descriptor, view) :]


def _nameless(folder: str | None) -> int:
    """The descriptor of a new file without a name in the folder; None: that for temporary files."""
    with tempfile.TemporaryFile(prefix="auralis-", dir=folder) as file:
        return os.dup(file.fileno())
