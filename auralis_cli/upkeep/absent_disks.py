"""Keeps `cache prune` from removing rows of files that only seem gone because their disk is not there."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from enum import Enum, auto
from functools import lru_cache

import msgspec

from auralis_cli.files.presence import (
    EMPTY,
    folder_trouble,
    is_emptied,
    is_within,
    look_at_mounts_anew,
    outermost,
    unmounted_above,
)
from auralis_cli.files.urls import is_url


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
    all `paths`. Of nested scanned folders the outermost counts: its state decides for those inside it. One
    that is there and empty keeps its files all the same: scans note where a disk is mounted below a folder.
    """
    roots = list(roots)
    top_level = outermost(roots)
    inner = [root for root in roots if root not in top_level and is_emptied(root)]
    kept: dict[str, tuple[str, str]] = {}
    for path in gone:
        root = _root_of(path, top_level)
        reason = _trouble(root) if root else None
        if root and reason:
            kept[path] = (root, reason)
        elif (emptied := next((root for root in inner if is_within(path, root)), None)) is not None:
            kept[path] = (emptied, EMPTY)
        elif not is_url(path) and (mount := unmounted_above(os.path.dirname(path))) is not None:
            kept[path] = (mount, "nothing is mounted there")
    left = Counter(_root_of(path, top_level) for path in gone if path not in kept)
    totals = Counter(_root_of(path, top_level) for path in paths)
    totals[""] = totals.total()
    for path in gone:
        root = _root_of(path, top_level)
        if path not in kept and 2 * left[root] > totals[root]:
            reason = f"{left[root]:,} of its {totals[root]:,} tracks are gone, more than half"
            kept[path] = (root or "/", reason)
    _trouble.cache_clear()
    look_at_mounts_anew()
    return kept


def by_folder(kept: dict[str, tuple[str, str]]) -> list[HeldBack]:
    """One entry for each folder and reason."""
    counts = Counter(kept.values())
    return [HeldBack(folder, rows, reason) for (folder, reason), rows in sorted(counts.items())]


def _root_of(path: str, roots: Sequence[str]) -> str:
    """The root that the path is in; an empty text for none."""
    return next((root for root in roots if path == root or path.startswith(root.rstrip("/") + "/")), "")


@lru_cache(maxsize=1024)
def _trouble(folder: str) -> str | None:
    """What is wrong with a scanned folder; one with a URL has just been listed."""
    return None if is_url(folder) else folder_trouble(folder)
