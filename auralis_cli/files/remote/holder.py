"""Where a fetched file lies until it is analysed: in memory, or without a name on a disk."""

import os
import tempfile
from typing import Final, Self

COPY_BYTES: Final = 1 << 20


class Holder:
    """A file without a name that grows as parts come. Up to `memory_bytes` it lies in memory, then on a disk.

    Nothing of it is left once its descriptors are closed, whatever ends the program.
    """

    def __init__(self, memory_bytes: int, size: int = 0) -> None:
        """`size`: what is expected; what is too large goes to the disk at once."""
        self.size = 0
        self._memory_bytes = memory_bytes
        self._in_memory = size <= memory_bytes and hasattr(os, "memfd_create")
        self._descriptor = os.memfd_create("auralis-track") if self._in_memory else _on_disk()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._descriptor)

    def add(self, part: bytes | memoryview) -> None:
        """Appends. OSError where the disk is full."""
        if self._in_memory and self.size + len(part) > self._memory_bytes:
            self._move_to_disk()
        view = memoryview(part)
        while view:
            view = view[os.write(self._descriptor, view) :]
        self.size += len(part)

    def reader(self) -> int:
        """A descriptor of its own, to read from the start."""
        return os.open(f"/proc/self/fd/{self._descriptor}", os.O_RDONLY | os.O_CLOEXEC)

    def _move_to_disk(self) -> None:
        memory, self._descriptor, self._in_memory = self._descriptor, _on_disk(), False
        try:
            os.lseek(memory, 0, os.SEEK_SET)
            while part := os.read(memory, COPY_BYTES):
                view = memoryview(part)
                while view:
                    view = view[os.write(self._descriptor, view) :]
        finally:
            os.close(memory)


def _on_disk() -> int:
    with tempfile.TemporaryFile(prefix="auralis-") as file:
        return os.dup(file.fileno())
