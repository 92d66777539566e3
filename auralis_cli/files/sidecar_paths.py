"""From a track to its sidecar, `<file name>.auralis.json` beside it or under a mirror root, and back again.

Sidecars of the reference end differently, so that a rollback replaces none of the worker's.
"""

import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import xxhash

from auralis_cli.model.record import AnalyzerName, Track

SIDECAR_SUFFIX: Final = ".auralis.json"
REFERENCE_SUFFIX: Final = ".auralis-reference.json"
SIDECAR_SUFFIXES: Final = (SIDECAR_SUFFIX, REFERENCE_SUFFIX)

MAX_NAME_BYTES: Final = 255
"""Longest file name on the usual file systems."""


def suffix_of(analyzer: AnalyzerName) -> str:
    """What the names of this analyzer's sidecars end with."""
    return REFERENCE_SUFFIX if analyzer == AnalyzerName.REFERENCE else SIDECAR_SUFFIX


def sidecar_beside(path: str, suffix: str = SIDECAR_SUFFIX) -> str:
    """The sidecar's path in the track's own folder."""
    folder, name = os.path.split(path)
    return os.path.join(folder, sidecar_name(name, suffix))


def sidecar_in_mirror(path: str, root: Path, suffix: str = SIDECAR_SUFFIX) -> str:
    """The sidecar's path under `root`, in folders named like those of the track's absolute path.

    `/music/a/b.flac` → `ROOT/music/a/b.flac.auralis.json`; a drive letter becomes a folder too.
    """
    drive, rest = os.path.splitdrive(sidecar_beside(path, suffix))
    return os.path.join(root, drive.replace(":", "").strip("\\/"), rest.lstrip("\\/"))


def sidecar_name(name: str, suffix: str = SIDECAR_SUFFIX) -> str:
    """The sidecar's name for a file name.

    Where that would exceed 255 bytes, the file name is cut (never inside a character) and `~` and 16
    hexadecimal digits of the whole name's xxh3 follow, so that two long names stay apart.
    """
    raw = os.fsencode(name)
    if len(raw) + len(suffix) <= MAX_NAME_BYTES:
        return name + suffix
    tail = f"~{xxhash.xxh3_64_hexdigest(raw)}{suffix}"
    cut = MAX_NAME_BYTES - len(tail)
    while cut > 0 and raw[cut] & 0xC0 == 0x80:  # a UTF-8 continuation byte
        cut -= 1
    return os.fsdecode(raw[:cut]) + tail


def tracks_in_mirror(root: Path) -> Iterator[Track]:
    """The existing tracks that have a sidecar under `root`, folder by folder.

    Found by the sidecars' paths: nothing inside a sidecar says where its track is. Links to folders are not
    followed.
    """
    top = os.path.abspath(root)
    for folder, subfolders, names in os.walk(top):
        subfolders.sort()
        sidecars = {name for name in names if name.endswith(SIDECAR_SUFFIXES)}
        if sidecars:
            yield from _tracks_in(mirrored_folder(folder, top), sidecars)


def folder_in_mirror(folder: str, root: Path) -> str:
    """The part of a mirror for a folder of music: `/music/a` → `ROOT/music/a`."""
    return os.path.dirname(sidecar_in_mirror(os.path.join(folder, "any"), root))


def mirrored_folder(folder: str, top: str) -> str:
    """The folder of music for a part of a mirror: `ROOT/music/a` → `/music/a`; on Windows the first folder is
    the drive.
    """
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
                yield Track.seen(path, status)
