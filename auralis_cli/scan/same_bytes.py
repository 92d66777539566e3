"""Whether two files hold the same bytes, by reading them."""

import os
from collections.abc import Callable
from typing import Final

BLOCK_BYTES: Final = 1 << 20

_FLAGS: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Not blocking: a pipe that has taken a file's place must not hang the scan."""


def same_bytes(first: str, second: str, cancelled: Callable[[], bool] = lambda: False) -> bool:
    """Compares to the first difference. OSError when one cannot be read; False once `cancelled` says so."""
    with open(os.open(first, _FLAGS), "rb", buffering=0) as a, open(os.open(second, _FLAGS), "rb", 0) as b:
        while not cancelled():
            one, other = _read(a.fileno()), _read(b.fileno())
            if one != other:
                return False
            if not one:
                return True
    return False


def _read(descriptor: int) -> bytes:
    """The next block, shorter only at the end of the file."""
    block = os.read(descriptor, BLOCK_BYTES)
    while len(block) < BLOCK_BYTES and (more := os.read(descriptor, BLOCK_BYTES - len(block))):
        block += more
    return block
