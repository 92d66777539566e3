"""Does what `stat` says of a file agree with what it said before?

Three numbers are compared: the size; the modification time, which programs set back (`cp -p`, `mp3gain -p`);
the time of change (ctime), which only the file system sets. Inode and device numbers are not: some file
systems make them up, each time anew.

Of a URL its store tells a version (an ETag, a time); that and the size are compared, and nothing else.
"""

from typing import Final, Protocol

MAX_TIME_NS: Final = (1 << 63) - 1
"""The latest time, in ns since 1970, that SQLite and the sidecars can store: in the year 2262."""

PRECISIONS_NS: Final = (100, 1_000, 1_000_000, 10_000_000, 1_000_000_000, 2_000_000_000)
"""Steps of time in file systems, archives and programs: NTFS and SMB, POSIX, JavaScript, exFAT, tar, FAT."""

BY_SIZE: Final = "size"
"""The version of a URL of which the size alone is known: an edit that keeps the size is not seen."""
UNKNOWN: Final = "unknown"
"""The version of a URL of which nothing is known: it may be another one each time."""


class Stamped(Protocol):
    """Whatever has the size and the times of a file: a track as it is now, a row of the cache."""

    @property
    def size(self) -> int:
        """Bytes."""

    @property
    def mtime_ns(self) -> int:
        """Time of the last modification, in ns since 1970."""

    @property
    def ctime_ns(self) -> int | None:
        """Time of the last change to the file or to what `stat` says of it; None where it is not known."""

    @property
    def version(self) -> str | None:
        """What a store tells of the content of a URL; None for a file."""


def storable_time_ns(time_ns: int) -> int:
    """The time, or the nearest one that can be stored: a file may be dated 1601 or 2300."""
    if -MAX_TIME_NS <= time_ns <= MAX_TIME_NS:
        return time_ns
    return MAX_TIME_NS if time_ns > 0 else -MAX_TIME_NS


def same_stamp(before: Stamped, now: Stamped) -> bool:
    """Whether nothing says that the file is another one than before.

    Times agree if one of them is the other in a coarser precision, as after a copy to another file system.
    Where a ctime is not known, only equal modification times do.
    """
    if before.size != now.size or before.version != now.version:
        return False
    if now.version is not None:
        return now.version != UNKNOWN
    if before.mtime_ns == now.mtime_ns and before.ctime_ns == now.ctime_ns:
        return True  # nearly always
    if before.ctime_ns is None or now.ctime_ns is None:
        return before.mtime_ns == now.mtime_ns
    if not same_time(before.mtime_ns, now.mtime_ns):
        return False
    return same_time(before.ctime_ns, now.ctime_ns) or _has_no_ctime(before, now)


def same_size_and_time(before: Stamped, now: Stamped) -> bool:
    """Whether size and modification time agree, whatever else has changed. An edit may have kept both."""
    return before.size == now.size and same_time(before.mtime_ns, now.mtime_ns)


def only_ctime_differs(before: Stamped, now: Stamped) -> bool:
    """Whether the file has been edited with its time set back, or only its name, owner or rights changed."""
    return same_size_and_time(before, now) and not same_stamp(before, now)


def same_time(one_ns: int, other_ns: int) -> bool:
    """Whether the times are equal, or one is the other cut or rounded to a precision that is in use."""
    return one_ns == other_ns or _rounds_to(one_ns, other_ns) or _rounds_to(other_ns, one_ns)


def _rounds_to(time_ns: int, coarse_ns: int) -> bool:
    apart = abs(time_ns - coarse_ns)
    return any(apart < step and coarse_ns % step == 0 for step in PRECISIONS_NS)


def _has_no_ctime(before: Stamped, now: Stamped) -> bool:
    """Whether the file system shows the modification time as the ctime, as exFAT, sshfs and rclone do.

    Where there is a ctime it is later: that of `before` was taken after this modification. An edit makes both
    equal too, but then the modification time is new, and not one in a coarser precision.
    """
    return now.ctime_ns == now.mtime_ns and (
        before.mtime_ns == now.mtime_ns or _rounds_to(before.mtime_ns, now.mtime_ns)
    )
