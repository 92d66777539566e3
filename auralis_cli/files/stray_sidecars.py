"""Files that have the name of a sidecar and no track: left behind by renamed, moved and deleted tracks.

Only names are compared here. Links to folders are not followed: what lies behind one is looked at where it
really is.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
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
    for folder, names in _walk(top, on_error, leave_out):
        yield from _in_folder(folder, names, folder, _Tracks(names))


def sidecars_in_mirror(root: Path, top: str, on_error: OnError) -> Iterator[SidecarFile]:
    """All in the part `top` of the mirror under `root`."""
    for folder, names in _walk(top, on_error, None):
        if not any(name.endswith(SIDECAR_SUFFIXES) for name in names):
            continue
        music = mirrored_folder(folder, str(root))
        try:
            there: _Tracks | None = _Tracks(os.listdir(music))
        except (FileNotFoundError, NotADirectoryError):
            there = _Tracks([])
        except OSError as error:
            on_error(error)
            there = None
        beside = _Tracks(names)  # a folder may be both: the mirror of one library and another one
        for found in _in_folder(folder, names, music, there):
            is_stray = found.is_stray and not beside.has(os.path.basename(found.path))
            yield msgspec.structs.replace(found, is_stray=is_stray)


class _Tracks:
    """The names in a folder, asked for the tracks of sidecars."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = set(names)
        self._cut = {
            sidecar_name(name, suffix)
            for suffix in SIDECAR_SUFFIXES
            for name in names
            if len(os.fsencode(name)) + len(suffix) > MAX_NAME_BYTES
        }

    def has(self, sidecar: str) -> bool:
        """Whether one of the names has a sidecar of this name."""
        return sidecar.removesuffix(_suffix_of(sidecar)) in self._names or sidecar in self._cut


def _walk(top: str, on_error: OnError, leave_out: str | None) -> Iterator[tuple[str, list[str]]]:
    """Each folder with the names of all in it but folders; a stack, because folders may nest deeper than
    Python.
    """
    pending = [top]
    while pending:
        folder = pending.pop()
        names, subfolders = [], []
        try:
            with os.scandir(folder) as entries:
                for entry in sorted(entries, key=attrgetter("name")):
                    if not entry.is_dir(follow_symlinks=False):
                        names.append(entry.name)
                    elif entry.path != leave_out:
                        subfolders.append(entry.path)
        except OSError as error:
            on_error(error)
            continue
        yield folder, names
        pending.extend(reversed(subfolders))


def _in_folder(folder: str, names: Sequence[str], music: str, there: _Tracks | None) -> Iterator[SidecarFile]:
    """The sidecars of a folder for tracks in another one; `there`: what is in that, None if not known."""
    for name in names:
        if name.endswith(SIDECAR_SUFFIXES):
            track = os.path.join(music, name.removesuffix(_suffix_of(name)))
            is_stray = there is not None and not there.has(name)
            yield SidecarFile(os.path.join(folder, name), track, is_stray)


def _suffix_of(name: str) -> str:
    return next(suffix for suffix in SIDECAR_SUFFIXES if name.endswith(suffix))
