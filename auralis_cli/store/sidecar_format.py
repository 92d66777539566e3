"""The JSON of a sidecar: made from a record, and read without trust in it.

Format 2 adds the key of the encoded audio and the tags to format 1. Both are read, but for unknown fields.
"""

import os
import re
from typing import Annotated, Any, Final

import msgspec

from auralis_cli import __version__
from auralis_cli.model.dimensions import keys
from auralis_cli.model.record import Record, Track, TrackWarning
from auralis_cli.model.record_rules import broken_rule
from auralis_cli.model.tags import SparseTags, whole_tags

FORMAT_VERSION: Final = 2
OLDEST_FORMAT: Final = 1
MAX_SIDECAR_BYTES: Final = 128 << 10
"""No sidecar is that long: one has about 3 KiB, and the longest tags have 28 KiB."""
GENERATOR: Final = "auralis "
"""What the generator of every sidecar begins with."""

_Int64 = Annotated[int, msgspec.Meta(ge=-(1 << 63), le=(1 << 63) - 1)]
_Count = Annotated[int, msgspec.Meta(ge=0, le=(1 << 63) - 1)]


class BadSidecarError(ValueError):
    """A file that is no sidecar, or breaks a rule: the rule, in words."""


class NewerSidecarError(BadSidecarError):
    """A sidecar in the format of a newer auralis."""


class AnalysedFile(msgspec.Struct, frozen=True):
    """The file that was analysed. `name` shows whether it was renamed since; it is never opened."""

    name: str
    size: _Count
    mtime_ns: _Int64
    file_key: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{32})?$")]
    content_key: str
    audio_key: str | None = None
    """Not in format 1."""


class SidecarHeader(msgspec.Struct, frozen=True):
    """What every format, also a future one, has."""

    format: Annotated[int, msgspec.Meta(ge=OLDEST_FORMAT)]
    analysis_version: _Count
    analyzer: str
    generator: Annotated[str, msgspec.Meta(pattern=f"^{GENERATOR}")]


class Sidecar(msgspec.Struct, frozen=True):
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
    tags: SparseTags | None = None
    """Of the file. Not in format 1, nor where they were never read."""

    @property
    def record(self) -> Record:
        """What was analysed."""
        return Record(
            analyzer=self.analyzer,
            analysis_version=self.analysis_version,
            worker_version=self.worker_version,
            fingerprint=self.fingerprint,
            nulls=self.nulls,
            details=self.details,
            warnings=self.warnings,
            content_key=self.source.content_key,
            audio_key=self.source.audio_key,
            tags=whole_tags(self.tags),
        )


_GENERATOR_LINE: Final = re.compile(rb'^  "generator": ".*",$', re.MULTILINE)
_DECODER: Final = msgspec.json.Decoder(Sidecar)
_HEADER_DECODER: Final = msgspec.json.Decoder(SidecarHeader)
_ERRORS: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


def decode_sidecar(content: bytes) -> Sidecar:
    """A sidecar whose record keeps the rules. Raises BadSidecarError or NewerSidecarError."""
    header = header_of(content)
    if header is not None and header.format > FORMAT_VERSION:
        raise NewerSidecarError(f"its format version is {header.format}, this auralis knows {FORMAT_VERSION}")
    try:
        sidecar = _DECODER.decode(content)
    except _ERRORS as error:
        raise BadSidecarError(str(error)) from error
    if not OLDEST_FORMAT <= sidecar.format <= FORMAT_VERSION:
        raise BadSidecarError(f"its format version is {sidecar.format}, not {FORMAT_VERSION}")
    if (reason := broken_rule(sidecar.record)) is not None:
        raise BadSidecarError(reason)
    return sidecar


def header_of(content: bytes) -> SidecarHeader | None:
    """The header of a sidecar of any format; None for what auralis has not written."""
    try:
        return _HEADER_DECODER.decode(content)
    except _ERRORS:
        return None


def is_newer(content: bytes, record: Record) -> bool:
    """Whether these are the bytes of a sidecar that a newer auralis has written than the record is from."""
    header = header_of(content)
    if header is None or header.analyzer != record.analyzer:
        return False
    return header.format > FORMAT_VERSION or header.analysis_version > record.analysis_version


def is_same(one: bytes, other: bytes) -> bool:
    """Whether two sidecars are equal, whichever auralis has written them."""
    return one == other or _GENERATOR_LINE.sub(b"", one, 1) == _GENERATOR_LINE.sub(b"", other, 1)


def encode_sidecar(track: Track, file_key: str, record: Record) -> bytes:
    """The content of the track's sidecar. An empty `file_key` is not known."""
    sidecar = Sidecar(
        format=FORMAT_VERSION,
        analysis_version=record.analysis_version,
        analyzer=record.analyzer,
        worker_version=record.worker_version,
        generator=f"{GENERATOR}{__version__}",
        source=AnalysedFile(
            name=printable_name(track.path),
            size=track.size,
            mtime_ns=track.mtime_ns,
            file_key=file_key,
            content_key=record.content_key,
            audio_key=record.audio_key,
        ),
        fingerprint={dimension: record.fingerprint[dimension] for dimension in keys()},
        nulls=record.nulls,
        details=record.details,
        warnings=record.warnings,
        tags=SparseTags.of(record.tags),
    )
    return msgspec.json.format(msgspec.json.encode(sidecar), indent=2) + b"\n"


def printable_name(path: str) -> str:
    """The file name as JSON can contain it: bytes that are not UTF-8 become U+FFFD."""
    return os.fsencode(os.path.basename(path)).decode("utf-8", "replace")
