"""From a mirror of sidecars back to the tracks that they are about, by their places and names alone."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from auralis_cli.files.sidecar_paths import SIDECAR_SUFFIXES, sidecar_name
from auralis_cli.model.record import Track


def tracks_of_mirror(root: Path) -> Iterator[Track]:
    """The tracks that are there and have a sidecar of their name under `root`, folder by folder.

    Nothing inside a sidecar says where its track is; links to folders are not followed.
    """
    top = os.path.abspath(root)
    for folder, subfolders, names in os.walk(top):
        subfolders.sort()
        sidecars = {name for name in names if name.endswith(SIDECAR_SUFFIXES)}
        if sidecars:
            yield from _tracks_in(_mirrored(folder, top), sidecars)


def _mirrored(folder: str, top: str) -> str:
    """`ROOT/music/a` → `/music/a`; on Windows the first folder is the drive."""
    parts = [part for part in os.path.relpath(folder, top).split(os.sep) if part != os.curdir]
    if os.name == "nt" and parts:
        parts[0] += ":"
        return os.sep.join(parts) + (os.sep if len(parts) == 1 else "")
    return os.sep + os.sep.join(parts)


def _tracks_in(folder: str, sidecars: set[str]) -> Iterator[Track]:
    try:
        names = sorted(os.listdir(folder))
    except OSError:
        return  # the music is elsewhere, or its disk is not mounted
    for name in names:
        if any(sidecar_name(name, suffix) in sidecars for suffix in SIDECAR_SUFFIXES):
            path = os.path.join(folder, name)
            try:
                status = os.stat(path)
            except OSError:
                continue
            if stat.S_ISREG(status.st_mode):
                yield Track(path, status.st_size, status.st_mtime_ns)
