"""Where a track's sidecar lies: `<file name>.auralis.json`, beside the track or under a mirror root."""

import os
from pathlib import Path
from typing import Final

import xxhash

SIDECAR_SUFFIX: Final = ".auralis.json"

NAME_LIMIT_BYTES: Final = 255
"""Longest file name on the usual file systems."""


def sidecar_beside(path: str) -> str:
    """The sidecar's path in the track's own folder."""
    folder, name = os.path.split(path)
    return os.path.join(folder, sidecar_name(name))


def sidecar_in_mirror(path: str, root: Path) -> str:
    """The sidecar's path under `root`, in folders named like those of the track's absolute path.

    `/music/a/b.flac` → `ROOT/music/a/b.flac.auralis.json`; a drive letter becomes a folder too.
    """
    drive, rest = os.path.splitdrive(sidecar_beside(path))
    return os.path.join(root, drive.replace(":", "").strip("\\/"), rest.lstrip("\\/"))


def sidecar_name(name: str) -> str:
    """The sidecar's name for a file name.

    Where that would exceed 255 bytes, the file name is cut (never inside a character) and `~` and 16
    hexadecimal digits of the whole name's xxh3 follow, so that two long names stay apart.
    """
    raw = os.fsencode(name)
    if len(raw) + len(SIDECAR_SUFFIX) <= NAME_LIMIT_BYTES:
        return name + SIDECAR_SUFFIX
    tail = f"~{xxhash.xxh3_64_hexdigest(raw)}{SIDECAR_SUFFIX}"
    cut = NAME_LIMIT_BYTES - len(tail)
    while cut > 0 and raw[cut] & 0xC0 == 0x80:  # a UTF-8 continuation byte
        cut -= 1
    return os.fsdecode(raw[:cut]) + tail
