"""Is a file still the one that was seen, and are two paths one file?

Inode numbers alone do not say: some file systems make them up (mergerfs, rclone, sshfs, CIFS), so that two
files have the same one, or one file another one at each look.
"""

import os
from typing import Final

from auralis_cli.model.record import Track
from auralis_cli.model.stamps import same_size_and_time

GONE: Final = ""
"""Nothing is at the path."""

Place = tuple[int, ...] | str


def identify_file(path: str) -> Track | None:
    """The file at `path` as it is now, links followed; None if `stat` fails."""
    try:
        return Track.seen(path, os.stat(path))
    except (OSError, ValueError):
        return None


def look_again(track: Track) -> Track | None:
    """The track's file as it is now; None if `stat` fails.

    What a URL leads to stays as it was listed: whoever fetches it compares it with that.
    """
    return identify_file(track.path) if track.version is None else track


def is_unchanged(track: Track) -> bool:
    """Whether size and time of the file still are as discovery saw them."""
    now = look_again(track)
    return now is not None and same_size_and_time(track, now)


def has_moving_ctime(track: Track) -> bool:
    """Whether another look at the file finds another ctime and nothing else changed.

    Then it is the time of the look, which some file systems show for want of a ctime, and says nothing.
    """
    now = look_again(track)
    return now is not None and same_size_and_time(track, now) and now.ctime_ns != track.ctime_ns


def is_same_file(path: str, other: str) -> bool:
    """Whether two paths lead to one file: by a hard link, a symbolic link, or two spellings of a name.

    Device, inode, size, times and number of links agree; a file with one link also has only one real path,
    but for the case of its letters.
    """
    try:
        one, two = os.stat(path), os.stat(other)
    except (OSError, ValueError):
        return False
    if stat_numbers(one) != stat_numbers(two):
        return False
    return one.st_nlink > 1 or _real(path) == _real(other)


def is_same_folder(path: str, other: str) -> bool:
    """Whether two paths lead to one folder, as through a bind mount: all that `stat` says agrees, and so do
    the names and inodes of what is in it. False for one that cannot be read.
    """
    try:
        numbers = stat_numbers(os.stat(path))
        return numbers == stat_numbers(os.stat(other)) and _content(path) == _content(other)
    except OSError:
        return False


def stat_numbers(status: os.stat_result) -> tuple[int, ...]:
    """What all paths to one file or folder have in common: place, number of links, size, times."""
    place = (status.st_dev, status.st_ino, status.st_nlink)
    return (*place, status.st_size, status.st_mtime_ns, status.st_ctime_ns)


def _real(path: str) -> str:
    return os.path.realpath(path).casefold()


def _content(folder: str) -> set[tuple[str, int]]:
    with os.scandir(folder) as entries:
        return {(entry.name, entry.inode()) for entry in entries}


def file_or_path(path: str) -> Place:
    """What identifies the file at a path: the numbers that `stat` tells of it, so that a file is the same
    under two spellings on a file system that ignores case; the path, where there are no inodes or several
    hard links; `GONE` if nothing is there.

    A path that cannot be examined, as on a share that does not answer, is not gone.
    """
    status = _status_or_path(path)
    return status if isinstance(status, str) else stat_numbers(status)


def inode_or_path(path: str) -> tuple[int, int] | str:
    """The same for a file that is written to: only device and inode stay as they are."""
    status = _status_or_path(path)
    return status if isinstance(status, str) else (status.st_dev, status.st_ino)


def _status_or_path(path: str) -> os.stat_result | str:
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return GONE
    except (OSError, ValueError):  # ValueError: a path from a damaged row, with a NUL
        return path
    return status if status.st_ino and status.st_nlink == 1 else path
