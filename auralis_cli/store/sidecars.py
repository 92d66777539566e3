"""Sidecars: JSON files that keep fingerprints with the music. When read, their content is not trusted."""

import errno
import os
import threading
from collections.abc import Iterable
from enum import Enum, auto
from pathlib import Path
from typing import Final

import msgspec

from auralis_cli.files.file_key import has_doubtful_tags, is_same_content, key_or_none
from auralis_cli.files.presence import look_at_mounts_anew, unmounted_above
from auralis_cli.files.sidecar_folders import SidecarFolders, why_unwritable
from auralis_cli.files.sidecar_paths import sidecar_beside, sidecar_in_mirror, suffix_of
from auralis_cli.model.errors import ConfigError
from auralis_cli.model.record import AnalyzerName, Record, Track
from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.sidecar_format import (
    MAX_SIDECAR_BYTES,
    AnalysedFile,
    NewerSidecarError,
    decode_sidecar,
    encode_sidecar,
    is_newer,
    is_same,
    printable_name,
)
from auralis_cli.store.sidecar_warnings import SidecarWarnings
from auralis_cli.system.atomic_file import replace_file
from auralis_cli.system.safe_open import read_limited

_FOLDER_ERRORS: Final = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR)
_NOTHING_THERE: Final = (FileNotFoundError, NotADirectoryError)


class Written(Enum):
    """What a write has done."""

    NEW = auto()
    """The track has the sidecar now."""
    SAME = auto()
    """It had one that says the same: nothing was written."""
    KEPT = auto()
    """It has one that a newer auralis has written, which stays."""
    FAILED = auto()
    NOWHERE = auto()
    """There are to be no sidecars."""


class Sidecars:
    """Reads and writes one analyzer's sidecars: beside the tracks, under a mirror root, or not at all.

    Errors never raise and never lose a result: they are collected in `warnings`. A folder that cannot be
    written to is not tried again. Several threads may write at once.

    Where a mirror's disk seems not to be mounted, nothing is written, except to `begin_mirror`.
    """

    def __init__(
        self,
        mode: SidecarMode,
        mirror_root: Path | None,
        analyzer: AnalyzerName = AnalyzerName.WORKER,
        *,
        begin_mirror: bool = False,
    ) -> None:
        if mode is SidecarMode.MIRROR and mirror_root is None:
            raise ConfigError("sidecars in a mirror need a root folder; name it with --sidecar-dir")
        self._mode = mode
        self._root = mirror_root if mode is SidecarMode.MIRROR else None
        self._analyzer = str(analyzer)
        self._suffix = suffix_of(analyzer)
        self._folders = SidecarFolders(self._suffix)
        self._absent = None if self._root is None or begin_mirror else _why_absent(self._root)
        self._writable: set[str] = set()
        self._unwritable: dict[str, OSError] = {}
        self.troubles = SidecarWarnings()
        self._lock = threading.Lock()
        self.written = 0
        """Sidecars that tracks have now and had not before."""

    @property
    def warnings(self) -> list[str]:
        """What went wrong, in a few lines."""
        return self.troubles.lines()

    def path_of(self, path: str) -> str | None:
        """Where the sidecar of the track at this absolute path lies; None without sidecars."""
        return None if self._mode is SidecarMode.NONE else self._place(path)

    def read(self, track: Track) -> tuple[Record, str] | None:
        """The record and file key from the track's sidecar, when there is one and it is about this file.

        A sidecar that breaks a rule is ignored with a warning. One that is out of date is ignored silently:
        its size differs, or its time or name does and equal file keys do not prove that the audio is the
        same. Records of every analysis version are returned; tags only where they are sure to be the file's.
        """
        path = self.path_of(track.path)
        if path is None:
            return None
        try:
            sidecar = decode_sidecar(read_limited(path, MAX_SIDECAR_BYTES, follow_link=False))
        except _NOTHING_THERE:
            return None
        except NewerSidecarError:
            self.troubles.note_newer(path)
            return None
        except (OSError, ValueError) as error:
            self.troubles.note_ignored(path, str(error))
            return None
        record = sidecar.record
        if record.analyzer != self._analyzer:
            reason = f"its analyzer is '{record.analyzer}', not '{self._analyzer}'"
            self.troubles.note_ignored(path, reason)
            return None
        if not is_about(sidecar.source, track, record):
            return None
        if has_doubtful_tags(track, sidecar.source.mtime_ns):
            record = msgspec.structs.replace(record, tags=None)
        return record, sidecar.source.file_key

    def write(self, track: Track, file_key: str, record: Record) -> Written:
        """Writes the track's sidecar in one step: readers find the old one or the new one, never half.

        What says the same is not written again, and what a newer auralis has written is left alone.
        """
        path = self.path_of(track.path)
        if path is None:
            return Written.NOWHERE
        folder = os.path.dirname(path)
        if (refusal := self._absent or self._unwritable.get(folder)) is not None:
            self.troubles.note_unwritten(path, refusal)
            return Written.FAILED
        content = encode_sidecar(track, file_key, record)
        try:
            there = _content_of(path)
            if there is not None and is_same(there, content):
                return Written.SAME
            if there is not None and is_newer(there, record):
                self.troubles.note_newer(path)
                return Written.KEPT
            if self._root is not None:
                os.makedirs(folder, exist_ok=True)
            replace_file(path, content)
        except OSError as error:
            if error.errno in _FOLDER_ERRORS:
                self._unwritable[folder] = error
            self.troubles.note_unwritten(path, error)
            return Written.FAILED
        with self._lock:
            self.written += 1
        return Written.NEW

    def note_listing(self, folder: str, entries: Iterable[os.DirEntry[str]]) -> None:
        """What the walk finds in a folder, which `missing` then need not list again. Any thread may call."""
        if self._mode is SidecarMode.BESIDE:
            self._folders.note(folder, entries)

    def missing(self, tracks: Iterable[Track]) -> list[Track]:
        """Those of the tracks, in the order of a walk, that have no sidecar but could have one.

        Lists folders and opens nothing, so that it costs little where all are there.
        """
        if self._mode is SidecarMode.NONE:
            return []
        missing, unknown = self._folders.without(tracks, self._place)
        for track, error in unknown:
            self.troubles.note_lacking(self._place(track.path), error)
        return [track for track in missing if self._may_write(self._place(track.path))]

    def refuse(self, track: Track, reason: str) -> None:
        """Warns that the track's sidecar is ignored."""
        self.troubles.note_ignored(self.path_of(track.path) or track.path, reason)

    def _place(self, path: str) -> str:
        if self._root is None:
            return sidecar_beside(path, self._suffix)
        return sidecar_in_mirror(path, self._root, self._suffix)

    def _may_write(self, path: str) -> bool:
        """Whether the folder of a sidecar can be written to, as far as the system says before a try."""
        folder = os.path.dirname(path)
        if not self._absent and folder not in self._writable and folder not in self._unwritable:
            if (error := why_unwritable(folder)) is None:
                self._writable.add(folder)
            else:
                self._unwritable[folder] = error
        if (refusal := self._absent or self._unwritable.get(folder)) is not None:
            self.troubles.note_lacking(path, refusal)
        return refusal is None


def _why_absent(root: Path) -> OSError | None:
    """Why the root of a mirror seems to be on a missing disk; None if it does not."""
    look_at_mounts_anew()
    mount = unmounted_above(os.path.abspath(root))
    return None if mount is None else OSError(errno.ENODEV, f"nothing is mounted at {mount}")


def _content_of(path: str) -> bytes | None:
    """What is at the sidecar's place; None for nothing, and for what cannot be a sidecar."""
    try:
        return read_limited(path, MAX_SIDECAR_BYTES, follow_link=False)
    except (*_NOTHING_THERE, ValueError):
        return None


def is_about(source: AnalysedFile, track: Track, record: Record) -> bool:
    """Whether the sidecar's source is the track as it is now."""
    if source.size != track.size:
        return False
    if source.mtime_ns == track.mtime_ns and source.name == printable_name(track.path):
        return True
    return is_same_content(track, source.mtime_ns, record) and key_or_none(track) == source.file_key
