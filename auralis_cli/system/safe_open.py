"""Opening files to read although something else may have taken their place."""

import os
from typing import Final

_READ: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Not blocking: opening a pipe would otherwise wait until somebody writes to it."""
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)


def open_to_read(path: str, *, follow_link: bool = True) -> int:
    """A descriptor of the file at `path`; never hangs on a pipe or a device. OSError as from `os.open`."""
    return os.open(path, _READ if follow_link else _READ | _NO_FOLLOW)
