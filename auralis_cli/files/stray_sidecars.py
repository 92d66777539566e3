"""Files that have the name of a sidecar and no track: left behind by renamed, moved and deleted tracks.

Only names are compared here. Links to folders are not followed: what lies behind one is looked at where it
really is.
"""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import msgspec

from auralis_cli.files.sidecar_paths import MAX_NAME_BYTES, SIDECAR_SUFFIXES, mirrored_folder, sidecar_name

OnError = Callable[[OSError], None]
"""Gets why a folder cannot be listed."""


class SidecarFile(msgspec.Struct, frozen=True):
    """A file with the name of a sidecar, absolute, and where its track would be."""

    path: str
    track: str
    """Of a name that was cut because it was too long, the end is not known."""
    is_stray: bool
    """No track is there. Otherwise one is, or nobody can say."""


def sidecars_beside(top: str, on_error: OnError, leave_out: str | None = None) -> Iterator[SidecarFile]:
    """All below a folder of music, except in the folder `leave_out`."""
    for folder, _, names in _walk(top, on_error, leave_out):
        yield from _in_folder(folder, names, folder, set(names))


def sidecars_in_mirror(root: Path, top: str, on_error: OnError) -> Iterator[SidecarFile]:
    """All in the part `top` of the mirror under `root`."""
    for folder, _, names in _walk(top, on_error, None):
        if not any(name.endswith(SIDECAR_SUFFIXES) for name in names):
            continue
        music = mirrored_folder(folder, str(root))
        try:
            there: set[str] | None = set(os.listdir(music))
        except (FileNotFoundError, NotADirectoryError):
            there = set()
        except OSError as error:
            on_error(error)
            there = None
        beside = set(names)  # a folder may be both: the mirror of one library and another one
        for found in _in_folder(folder, names, music, there):
            is_stray = found.is_stray and not _has_track(os.path.basename(found.path), beside)
            yield msgspec.structs.replace(found, is_stray=is_stray)


def _walk(top: str, on_error: OnError, leave_out: str | None) -> Iterator[tuple[str, list[str], list[str]]]:
    for folder, subfolders, names in os.walk(top, onerror=on_error):
        if leave_out is not None:
            subfolders[:] = [name for name in subfolders if os.path.join(folder, name) != leave_out]
        subfolders.sort()
        yield folder, subfolders, sorted(names)


def _in_folder(
    folder: str, names: Iterable[str], music: str, there: set[str] | None
) -> Iterator[SidecarFile]:
    """The sidecars of a folder for tracks in another one; `there`: the names in it, None if not known."""
    for name in names:
        if name.endswith(SIDECAR_SUFFIXES):
            track = os.path.join(music, name.removesuffix(_suffix_of(name)))
            is_stray = there is not None and not _has_track(name, there)
            yield SidecarFile(os.path.join(folder, name), track, is_stray)


def _has_track(sidecar: str, names: set[str]) -> bool:
    """Whether one of the names has a sidecar of this name."""
    suffix = _suffix_of(sidecar)
    if sidecar.removesuffix(suffix) in names:
        return True
    if len(os.fsencode(sidecar)) < MAX_NAME_BYTES - 3:  # it was not cut; a character has up to four bytes
        return False
    long = MAX_NAME_BYTES - len(suffix)
    return any(sidecar_name(name, suffix) == sidecar for name in names if len(os.fsencode(name)) > long)


def _suffix_of(name: str) -> str:
    return next(suffix for suffix in SIDECAR_SUFFIXES if name.endswith(suffix))
