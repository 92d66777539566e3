"""Whether an empty or missing folder is where a disk or a share belongs that is not mounted now."""

import os
from pathlib import Path
from typing import Final

_PARENTS: Final = ("/mnt", "/media", "/run/media", "/Volumes", "/net", "/misc")
"""Folders whose children are mount points by custom; some systems put a folder per user between."""


def may_be_mount_point(folder: str, table: Path = Path("/etc/fstab")) -> bool:
    """Whether the system's table names this folder, or custom does."""
    above = os.path.dirname(folder)
    if above in _PARENTS or os.path.dirname(above) in ("/media", "/run/media"):
        return True
    try:
        lines = table.read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return False
    fields = (line.split() for line in lines if not line.lstrip().startswith("#"))
    return any(len(each) > 1 and each[1].replace("\\040", " ") == folder for each in fields)
