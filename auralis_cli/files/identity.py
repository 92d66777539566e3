"""Is a file still the one that was seen? Size and time alone do not say: a replacement may keep both."""

import os
from typing import Final, NamedTuple

from auralis_cli.model.record import Track, same_stamp, storable_time_ns

GONE: Final = ""
"""Nothing is at the path."""


class FileIdentity(NamedTuple):
    """What `stat` says about a file. `cp -p` and `rsync -a` keep size and time, not all of this."""

    device: int
    inode: int
    size: int
    mtime_ns: int
    ctime_ns: int

    def track_at(self, path: str) -> Track:
        """The track at this path, as it was when the file was examined."""
        return Track(path, self.size, self.mtime_ns)


def identify_file(path: str) -> FileIdentity | None:
    """The identity of the file at `path`, links followed; None if `stat` fails."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    mtime_ns = storable_time_ns(status.st_mtime_ns)  # as discovery saw it
    return FileIdentity(status.st_dev, status.st_ino, status.st_size, mtime_ns, status.st_ctime_ns)


def is_unchanged(track: Track) -> bool:
    """Whether size and time of the file still are as discovery saw them."""
    now = identify_file(track.path)
    return now is not None and same_stamp(now, track)


def inode_or_path(path: str) -> tuple[int, int] | str:
    """What identifies the file at a path: device and inode, so that a file is the same under two spellings on
    a file system that ignores case; the path, where there are no inodes or several hard links; `GONE` if
    nothing is there.

    A path that cannot be examined, as on a share that does not answer, is not gone.
    """
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return GONE
    except (OSError, ValueError):  # ValueError: a path from a damaged row, with a NUL
        return path
    return (status.st_dev, status.st_ino) if status.st_ino and status.st_nlink == 1 else path
