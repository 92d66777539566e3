"""Mount points: could a disk be missing at this folder, and is the folder on a disk of this machine?

An empty folder may be where an unmounted disk belongs; SQLite's write-ahead log works on local disks only.
"""

import os
from pathlib import Path
from typing import Final

_PARENTS: Final = ("/mnt", "/media", "/run/media", "/Volumes", "/net", "/misc")
"""Folders whose children are mount points by convention; some systems put a folder per user between."""


def may_be_mount_point(folder: str, table: Path = Path("/etc/fstab")) -> bool:
    """Whether the system's table of mounts lists this folder, or it is a mount point by convention."""
    above = os.path.dirname(folder)
    if above in _PARENTS or os.path.dirname(above) in ("/media", "/run/media"):
        return True
    try:
        lines = table.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return False
    fields = (line.split() for line in lines if not line.lstrip().startswith("#"))
    return any(len(each) > 1 and each[1].replace("\\040", " ") == folder for each in fields)


# fmt: off
_LOCAL_TYPES: Final = frozenset(
    {
        "apfs", "bcachefs", "btrfs", "exfat", "ext2", "ext3", "ext4", "f2fs", "fuseblk", "hfs",
        "hfsplus", "jfs", "nilfs2", "ntfs", "ntfs3", "overlay", "ramfs", "reiserfs", "tmpfs", "ufs",
        "vfat", "xfs", "zfs",
    }
)
# fmt: on


def is_on_local_disk(folder: Path, mounts: Path = Path("/proc/self/mounts")) -> bool:
    """Whether the file system that contains `folder` is known to be local.

    Unknown types (network, other FUSE, shares of a virtual machine's host) and systems without a table of
    mounts count as remote: the safe journal only costs a little time.
    """
    try:
        table = mounts.read_bytes()
    except OSError:
        return False
    real = os.path.realpath(folder)
    best, kind = -1, ""
    for line in table.splitlines():
        fields = line.split(b" ")
        if len(fields) < 3:
            continue
        point = _unescape(os.fsdecode(fields[1]))
        contains = real == point or real.startswith(point.rstrip("/") + "/")
        if contains and len(point) >= best:  # of two mounts on one folder, the later one hides the earlier
            best, kind = len(point), os.fsdecode(fields[2])
    return kind in _LOCAL_TYPES


def mounts_below(folder: str, table: Path = Path("/proc/self/mountinfo")) -> dict[str, str]:
    """The mount points below a folder, each with the number of its mount; empty without such a table.

    Another mount at the same place has another number.
    """
    try:
        lines = table.read_bytes().splitlines()
    except OSError:
        return {}
    real = os.path.realpath(folder)
    found: dict[str, str] = {}
    for fields in (line.split(b" ") for line in lines):
        if len(fields) > 4:
            point = _unescape(os.fsdecode(fields[4]))
            if point.startswith(real.rstrip("/") + "/"):
                found[folder + point[len(real) :]] = os.fsdecode(fields[0])
    return found


def _unescape(field: str) -> str:
    """The table writes blanks and backslashes as octal numbers."""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        field = field.replace(code, character)
    return field
