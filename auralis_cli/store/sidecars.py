"""Sidecars: JSON files that keep fingerprints with the music. When read, their content is not trusted."""

import contextlib
import errno
import os
from pathlib import Path
from typing import Annotated, Any, Final

import msgspec

from auralis_cli import __version__
from auralis_cli.files.file_key import is_same_content, key_or_none
from auralis_cli.files.sidecar_paths import sidecar_beside, sidecar_in_mirror, suffix_of
from auralis_cli.model.dimensions import keys
from auralis_cli.model.errors import ConfigError
from auralis_cli.model.record import AnalyzerName, Record, Track, TrackWarning
from auralis_cli.model.record_rules import broken_rule
from auralis_cli.settings.values import SidecarMode
from auralis_cli.system.atomic_file import replace_file
from auralis_cli.system.safe_open import read_limited

FORMAT_VERSION: Final = 1
MAX_SIDECAR_BYTES: Final = 64 << 10
"""No sidecar is that long: one has about 3 KiB."""

_FOLDER_ERRORS: Final = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR)
_Int64 = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]


class AnalysedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file that was analysed. `name` shows whether it was renamed since; it is never opened."""

    name: str
    size: _Count
    mtime_ns: _Int64
    file_key: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{32})?$")]
    content_key: str


class Sidecar(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    format: int
    analysis_version: _Count
    analyzer: str
    worker_version: str
    generator: str
    source: AnalysedFile
    fingerprint: dict[str, float | None]
    nulls: dict[str, str]
    details: dict[str, Any]
    warnings: tuple[TrackWarning, ...]


class Sidecars:
    """Reads and writes one analyzer's sidecars: beside the tracks, under a mirror root, or not at all.

    Errors never raise and never lose a result: they are collected in `warnings`, once per folder and kind. A
    folder that cannot be written to is not tried again.
    """

    def __init__(
        self, mode: SidecarMode, mirror_root: Path | None, analyzer: AnalyzerName = AnalyzerName.WORKER
    ) -> None:
        if mode is SidecarMode.MIRROR and mirror_root is None:
            raise ConfigError("sidecars in a mirror need a root folder; name it with --sidecar-dir")
        self._mode = mode
        self._root = mirror_root
        self._analyzer = str(analyzer)
        self._suffix = suffix_of(analyzer)
        self._decoder = msgspec.json.Decoder(Sidecar)
        self._unwritable: set[str] = set()
        self._warned: set[tuple[str | int, int | None]] = set()
        self.warnings: list[str] = []

    def path_of(self, path: str) -> str | None:
        """Where the sidecar of the track at this absolute path lies; None without sidecars."""
        if self._mode is SidecarMode.NONE:
            return None
        if self._root is None:
            return sidecar_beside(path, self._suffix)
        return sidecar_in_mirror(path, self._root, self._suffix)

    def read(self, track: Track) -> tuple[Record, str] | None:
        """The record and file key from the track's sidecar, when there is one and it is about this file.

        A sidecar that breaks a rule is ignored with a warning. One that is out of date is ignored silently:
        its size differs, or its time or name does and equal file keys do not prove that the audio is the
        same. Records of every analysis version are returned.
        """
        path = self.path_of(track.path)
        if path is None:
            return None
        try:
            content = read_limited(path, MAX_SIDECAR_BYTES, follow_link=False)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError) as error:
            self._ignore(path, str(error))
            return None
        try:
            sidecar = self._decoder.decode(content)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            self._ignore(path, str(error))
            return None
        if sidecar.format != FORMAT_VERSION:
            self._ignore(path, f"its format version is {sidecar.format}, not {FORMAT_VERSION}")
            return None
        record = _record_of(sidecar)
        if (reason := broken_rule(record)) is not None:
            self._ignore(path, reason)
            return None
        if record.analyzer != self._analyzer:
            self._ignore(path, f"its analyzer is '{record.analyzer}', not '{self._analyzer}'")
            return None
        return (record, sidecar.source.file_key) if _is_about(sidecar.source, track, record) else None

    def write(self, track: Track, file_key: str, record: Record) -> None:
        """Writes the track's sidecar in one step: readers find the old one or the new one, never half."""
        path = self.path_of(track.path)
        if path is None:
            return
        folder = os.path.dirname(path)
        if folder in self._unwritable:
            return
        try:
            if self._root is not None:
                os.makedirs(folder, exist_ok=True)
            replace_file(path, _encode(track, file_key, record))
        except OSError as error:
            self._cannot_write(folder, error)

    def refuse(self, track: Track, reason: str) -> None:
        """Warns that the track's sidecar is ignored."""
        self._ignore(self.path_of(track.path) or track.path, reason)

    def _ignore(self, path: str, reason: str) -> None:
        self._warn(path, None, f"ignoring the sidecar {path}: {reason}; it will be replaced")

    def _cannot_write(self, folder: str, error: OSError) -> None:
        where: str | int = folder
        if error.errno in _FOLDER_ERRORS:
            self._unwritable.add(folder)
        if error.errno == errno.EROFS:  # one warning for the whole file system
            with contextlib.suppress(OSError):
                where = os.stat(folder).st_dev
        reason = error.strerror or str(error)
        advice = "results are in the cache; use --sidecars mirror or none"
        self._warn(where, error.errno, f"cannot write sidecars in {folder}: {reason}; {advice}")

    def _warn(self, where: str | int, kind: int | None, message: str) -> None:
        if (where, kind) not in self._warned:
            self._warned.add((where, kind))
            self.warnings.append(message)


def _is_about(source: AnalysedFile, track: Track, record: Record) -> bool:
    """Whether the sidecar's source is the track as it is now."""
    if source.size != track.size:
        return False
    if source.mtime_ns == track.mtime_ns and source.name == _printable_name(track.path):
        return True
    return is_same_content(track, source.mtime_ns, record) and key_or_none(track) == source.file_key


def _encode(track: Track, key: str, record: Record) -> bytes:
    name = _printable_name(track.path)
    sidecar = Sidecar(
        format=FORMAT_VERSION,
        analysis_version=record.analysis_version,
        analyzer=record.analyzer,
        worker_version=record.worker_version,
        generator=f"auralis {__version__}",
        source=AnalysedFile(name, track.size, track.mtime_ns, key, record.content_key),
        fingerprint={dimension: record.fingerprint[dimension] for dimension in keys()},
        nulls=record.nulls,
        details=record.details,
        warnings=record.warnings,
    )
    return msgspec.json.format(msgspec.json.encode(sidecar), indent=2) + b"\n"


def _record_of(sidecar: Sidecar) -> Record:
    return Record(
        analyzer=sidecar.analyzer,
        analysis_version=sidecar.analysis_version,
        worker_version=sidecar.worker_version,
        fingerprint=sidecar.fingerprint,
        nulls=sidecar.nulls,
        details=sidecar.details,
        warnings=sidecar.warnings,
        content_key=sidecar.source.content_key,
    )


def _printable_name(path: str) -> str:
    """The file name as JSON can contain it: bytes that are not UTF-8 become U+FFFD."""
    return os.fsencode(os.path.basename(path)).decode("utf-8", "replace")
