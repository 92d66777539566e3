"""Keeps `cache prune` from removing rows of files that only seem gone because their disk is not there."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum, auto
from functools import lru_cache

import msgspec

from auralis_cli.system.mounts import may_be_mount_point


class Presence(Enum):
    """What is at a path."""

    HERE = auto()
    GONE = auto()
    UNKNOWN = auto()
    """The system cannot say: no permission, or a share that does not answer."""


class HeldBack(msgspec.Struct, frozen=True):
    """Rows that stay although their files are gone, and why."""

    folder: str
    rows: int
    reason: str


def presence_of(path: str) -> Presence:
    """Whether there is anything at this path, links followed."""
    try:
        os.stat(path)
    except (FileNotFoundError, NotADirectoryError):
        return Presence.GONE
    except (OSError, ValueError):
        return Presence.UNKNOWN
    return Presence.HERE


def hold_back(gone: Sequence[str], paths: Iterable[str], roots: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Which of the gone files are to be kept: folder and reason by path.

    A file is kept if it lies below a scanned folder (`roots`) that is not there, is empty or cannot be
    listed, or below a mount point with nothing mounted; or if more than half of the `paths` in its scanned
    folder are gone; or if it lies in no scanned folder, and such files that are gone are more than half of
    all `paths`. Of nested scanned folders only the outermost counts: its state decides for those inside it.
    """
    outermost = _outermost(roots)
    kept: dict[str, tuple[str, str]] = {}
    for path in gone:
        root = _root_of(path, outermost)
        reason = _root_trouble(root) if root else None
        if root and reason:
            kept[path] = (root, reason)
        elif (mount := _unmounted_above(os.path.dirname(path))) is not None:
            kept[path] = (mount, "nothing is mounted there")
    left = Counter(_root_of(path, outermost) for path in gone if path not in kept)
    totals = Counter(_root_of(path, outermost) for path in paths)
    totals[""] = totals.total()
    for path in gone:
        root = _root_of(path, outermost)
        if path not in kept and 2 * left[root] > totals[root]:
            reason = f"{left[root]:,} of its {totals[root]:,} tracks are gone, more than half"
            kept[path] = (root or "/", reason)
    _root_trouble.cache_clear()
    _unmounted_above.cache_clear()
    return kept


def by_folder(kept: dict[str, tuple[str, str]]) -> list[HeldBack]:
    """One entry for each folder and reason."""
    counts = Counter(kept.values())
    return [HeldBack(folder, rows, reason) for (folder, reason), rows in sorted(counts.items())]


def _outermost(roots: Iterable[str]) -> list[str]:
    found: list[str] = []
    for root in sorted(set(roots), key=len):
        if not _root_of(root, found):
            found.append(root)
    return found


def _root_of(path: str, roots: Sequence[str]) -> str:
    """The root that the path is in; an empty text for none."""
    return next((root for root in roots if path == root or path.startswith(root.rstrip("/") + "/")), "")


@lru_cache(maxsize=1024)
def _root_trouble(root: str) -> str | None:
    try:
        with os.scandir(root) as entries:
            return None if next(entries, None) else "the folder is empty"
    except (FileNotFoundError, NotADirectoryError):
        return "the folder is not there"
    except OSError as error:
        return f"the folder cannot be listed: {error.strerror or error}"


@lru_cache(maxsize=65536)
def _unmounted_above(folder: str) -> str | None:
    """The nearest mount point at or above a folder that is missing or empty, with nothing mounted on it."""
    if may_be_mount_point(folder) and not os.path.ismount(folder) and _root_trouble(folder):
        return folder
    above = os.path.dirname(folder)
    return None if above == folder else _unmounted_above(above)
