"""Opening files to read although something else may have taken their place."""

import os
import stat
from typing import Final

_READ: Final = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
"""Not blocking: opening a pipe would otherwise wait until somebody writes to it."""
_NO_FOLLOW: Final = getattr(os, "O_NOFOLLOW", 0)


def open_to_read(path: str, *, follow_link: bool = True, folder: int | None = None) -> int:
    """A descriptor of the file at `path`; never hangs on a pipe or a device. OSError as from `os.open`.

    `folder`: the descriptor of the folder in which a relative path begins.
    """
    return os.open(path, _READ if follow_link else _READ | _NO_FOLLOW, dir_fd=folder)


def open_folder(path: str) -> int:
    """A descriptor of the folder at `path`, which may not be a link. What is done through it is done in this
    folder, whatever takes its place.
    """
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY | _NO_FOLLOW)


def read_limited(path: str, limit: int, *, follow_link: bool = True, folder: int | None = None) -> bytes:
    """The content of a regular file of at most `limit` bytes; ValueError for anything else, OSError as usual.

    Devices are not even opened. Links may not be followed, as what they lead to is not what was meant.
    `folder`: the descriptor of the folder in which a relative path begins.
    """
    kind = os.stat(path, dir_fd=folder, follow_symlinks=follow_link).st_mode
    if stat.S_ISLNK(kind):
        raise ValueError("it is a symbolic link")
    if not stat.S_ISREG(kind):
        raise ValueError("it is not a file")
    # Something else may have taken its place by now.
    descriptor = open_to_read(path, follow_link=follow_link, folder=folder)
    with open(descriptor, "rb") as file:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise ValueError("it is not a file")
        content = b"" if status.st_size > limit else file.read(limit + 1)
    if max(status.st_size, len(content)) > limit:
        raise ValueError(f"it is longer than {limit} bytes")
    return content
