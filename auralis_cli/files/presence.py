"""Is a scanned folder there with something in it, or does a disk seem to be missing?"""

import os
from functools import lru_cache

from auralis_cli.files.names import is_system_folder
from auralis_cli.system.mounts import may_be_mount_point

EMPTY = "the folder is empty"
NOT_THERE = "the folder is not there"


def folder_trouble(folder: str) -> str | None:
    """Why nothing of a folder can be seen, in words; None where something is in it.

    What is hidden or the system's does not count: an empty mount point may hold a `.keep` or `lost+found`.
    """
    try:
        with os.scandir(folder) as entries:
            return None if any(_counts(entry.name) for entry in entries) else EMPTY
    except (FileNotFoundError, NotADirectoryError):
        return NOT_THERE
    except OSError as error:
        return f"the folder cannot be listed: {error.strerror or error}"


def is_emptied(folder: str) -> bool:
    """Whether the folder is there and empty, as a mount point is whose disk was taken away."""
    return folder_trouble(folder) == EMPTY


def unmounted_above(folder: str) -> str | None:
    """The nearest mount point at or above a folder that is missing or empty, with nothing mounted on it.

    What is found is remembered until `look_at_mounts_anew`.
    """
    while not _is_unmounted(folder):
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above
    return folder


def look_at_mounts_anew() -> None:
    """Disks may come and go."""
    _is_unmounted.cache_clear()


@lru_cache(maxsize=65536)
def _is_unmounted(folder: str) -> bool:
    return bool(may_be_mount_point(folder) and not os.path.ismount(folder) and folder_trouble(folder))


def is_within(path: str, top: str) -> bool:
    """Whether `path` lies below `top`, by their spelling."""
    return path.startswith(top.rstrip(os.sep) + os.sep) and path != top


def outermost(folders: list[str]) -> list[str]:
    """The folders that lie in no other of them, shortest first."""
    found: list[str] = []
    # In this order all that lies in a folder comes right after it.
    for folder in sorted(set(folders), key=lambda each: each.rstrip(os.sep) + os.sep):
        if not (found and is_within(folder, found[-1])):
            found.append(folder)
    return sorted(found, key=lambda each: (len(each), each))


def _counts(name: str) -> bool:
    return not name.startswith(".") and not is_system_folder(name)
