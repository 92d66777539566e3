"""A row of the cache: made from a result, turned back into one, checked against the rules of a row."""

import os
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from auralis_cli.files.urls import is_stored_place
from auralis_cli.model.codes import error_codes
from auralis_cli.model.dimensions import keys
from auralis_cli.model.record import VIDEO_ERROR, AnalyzerVersion, Record, Track, TrackError, TrackWarning
from auralis_cli.model.record_rules import broken_rule
from auralis_cli.store.tag_columns import TAG_COLUMNS, tag_columns, tags_from_columns

_VALUE_COLUMNS: Final = tuple(f'"{key}"' for key in keys())

_OTHER_COLUMNS: Final = (
    *("path", "size", "mtime_ns", "ctime_ns", "inode", "file_key", "source"),
    *("analyzer", "analysis_version", "worker_version", "ffmpeg"),
    *("error_code", "error_message", "depends_on_ffmpeg", "analysed_at", "content_key", "audio_key"),
    *("nulls", "details", "warnings"),
    *TAG_COLUMNS,
)
ROW_COLUMN_NAMES: Final = (*_OTHER_COLUMNS, *keys())
"""All columns that a result fills, `path` first."""
ROW_COLUMNS: Final = (*_OTHER_COLUMNS, *_VALUE_COLUMNS)
"""The same as SQL."""

_NOTE_COLUMNS: Final = (
    *("analyzer", "analysis_version", "worker_version", "content_key", "audio_key"),
    *("nulls", "details", "warnings"),
    *TAG_COLUMNS,
)
RECORD_COLUMN_NAMES: Final = (*_NOTE_COLUMNS, *keys())
RECORD_COLUMNS: Final = ", ".join((*_NOTE_COLUMNS, *_VALUE_COLUMNS))
"""What `record_from_row` takes."""


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    """The types that a row must have; SQLite does not enforce them."""

    analyzer: str
    analysis_version: int
    worker_version: str
    content_key: str
    audio_key: str | None
    values: list[float | None]


# Made once: to decode with a type given each time takes twice as long, and every listed row does it.
_NULLS: Final = msgspec.json.Decoder(dict[str, str])
_DETAILS: Final = msgspec.json.Decoder(dict[str, Any])
_WARNINGS: Final = msgspec.json.Decoder(tuple[TrackWarning, ...])


def row_of(
    track: Track,
    file_key: str,
    outcome: Record | TrackError,
    analyzer: AnalyzerVersion,
    *,
    ffmpeg: str | None,
    now: str,
) -> tuple[Any, ...]:
    """The values of `ROW_COLUMNS`. ValueError for a record without exactly the 25 keys."""
    file = (*file_columns(track), file_key or None, track.version)
    if isinstance(outcome, TrackError):
        maker = (str(analyzer.name), analyzer.analysis_version, analyzer.worker_version, ffmpeg)
        error = (outcome.code, _storable(outcome.message), outcome.depends_on_ffmpeg, now)
        nothing = (None,) * (len(ROW_COLUMNS) - len(file) - len(maker) - len(error))
        return (*file, *maker, *error, *nothing)
    if outcome.fingerprint.keys() != set(keys()):
        raise ValueError(f"the fingerprint of {track.path} does not have exactly the {len(keys())} keys")
    maker = (outcome.analyzer, outcome.analysis_version, outcome.worker_version, ffmpeg)
    notes = tuple(
        msgspec.json.encode(part).decode() for part in (outcome.nulls, outcome.details, outcome.warnings)
    )
    values = [outcome.fingerprint[key] for key in keys()]
    stored = (None, None, False, now, outcome.content_key, outcome.audio_key)
    return (*file, *maker, *stored, *notes, *tag_columns(outcome.tags), *values)


def file_columns(track: Track) -> tuple[bytes, int, int, int | None, int | None]:
    """Path, size, mtime_ns, ctime_ns and inode as a row has them."""
    inode = None if track.inode is None else stored_inode(track.inode)
    return os.fsencode(track.path), track.size, track.mtime_ns, track.ctime_ns, inode


def stored_inode(inode: int) -> int:
    """The number as SQLite can store it: its integers have a sign."""
    return inode if inode < 1 << 63 else inode - (1 << 64)


def record_from_row(row: tuple[Any, ...]) -> Record | None:
    """The record of a row of `RECORD_COLUMNS`; None if it breaks a rule: the file may be crafted."""
    analyzer, analysis_version, worker_version, content_key, audio_key, *notes = row
    nulls, details, warnings, *others = notes
    tags, values = others[: len(TAG_COLUMNS)], others[len(TAG_COLUMNS) :]
    try:
        fields = (analyzer, analysis_version, worker_version, content_key, audio_key, values)
        stored = msgspec.convert(fields, _Stored)
        record = Record(
            analyzer=stored.analyzer,
            analysis_version=stored.analysis_version,
            worker_version=stored.worker_version,
            fingerprint=dict(zip(keys(), stored.values, strict=True)),
            nulls=_NULLS.decode(nulls),
            details=_DETAILS.decode(details),
            warnings=_WARNINGS.decode(warnings),
            content_key=stored.content_key,
            audio_key=stored.audio_key,
            tags=tags_from_columns(tags),
        )
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError):
        return None
    return record if broken_rule(record) is None else None


def _storable(text: str) -> str:
    """The text as UTF-8, as SQLite needs it: other bytes, of a file name, become escapes."""
    return text.encode("utf-8", "backslashreplace").decode()


HEADER_COLUMNS: Final = (
    "path, size, mtime_ns, file_key, analyzer, analysis_version, worker_version, ffmpeg, "
    "error_code, error_message, depends_on_ffmpeg, missing_since, "
    "ctime_ns, audio_key, tags_read, source"
)
"""What `header_from_row` takes."""


class RowHeader(msgspec.Struct, frozen=True):
    """The parts of a row that decide whether it is still valid; `error` is None for a record.

    `missing`: `cache prune` has marked the row because its file was gone.
    """

    path: str
    size: int
    mtime_ns: int
    file_key: str
    analyzer: str
    analysis_version: int
    worker_version: str
    ffmpeg: str | None
    error: TrackError | None
    missing: bool = False
    ctime_ns: int | None = None
    audio_key: str | None = None
    tags_read: bool = False
    """False where the tags of the file were never read."""
    version: str | None = None
    """Of a URL: see `Track`."""


def is_valid_for(
    row: RowHeader,
    analyzer: AnalyzerVersion,
    ffmpeg: Callable[[], str | None],
    *,
    audio_only: bool = False,
    oldest: int | None = None,
) -> bool:
    """Whether this analyzer would come to the row's result again, if the file is the same.

    A failure also needs the same worker version and, where ffmpeg could change it, the same ffmpeg version,
    which `ffmpeg` returns (None without ffmpeg); it is called only then. A film has failed only for a scan
    for `audio_only`. A record of an older analysis is valid down to the version `oldest`, if that is given.
    """
    if not isinstance(row.analysis_version, int):
        return False
    if row.error is None:
        return analyzer.takes(row.analyzer, row.analysis_version, oldest)
    if not analyzer.takes(row.analyzer, row.analysis_version):
        return False
    if _broken_error_rule(row.error.code, row.error.message) is not None:
        return False
    if row.worker_version != analyzer.worker_version or (row.error.code == VIDEO_ERROR and not audio_only):
        return False
    return not row.error.depends_on_ffmpeg or row.ffmpeg == ffmpeg()


def header_from_row(row: tuple[Any, ...]) -> RowHeader:
    """The header in a row of `HEADER_COLUMNS`."""
    path, size, mtime_ns, file_key, analyzer, analysis_version, worker_version, ffmpeg, *failure = row
    code, message, depends_on_ffmpeg, missing_since, ctime_ns, audio_key, tags_read, source = failure
    error = None if code is None else TrackError(str(code), str(message or ""), bool(depends_on_ffmpeg))
    return RowHeader(
        os.fsdecode(path),
        size,
        _time(mtime_ns),
        file_key or "",
        analyzer,
        analysis_version,
        worker_version,
        ffmpeg,
        error,
        missing_since is not None,
        None if ctime_ns is None else _time(ctime_ns),
        audio_key,
        tags_read is not None,
        None if source is None else str(source),
    )


def _time(stored: object) -> int:
    """A time as it was stored; one that no file has, where somebody has stored something else."""
    return stored if isinstance(stored, int) else -1 << 63


_FILE_KEY: Final = re.compile(r"[0-9a-f]{32}")
_MAX_TEXT_CHARACTERS: Final = 10_000


def broken_row_rule(row: Mapping[str, Any]) -> str | None:
    """The first rule that a row (values by column) breaks, in words; None for a good one."""
    path = row["path"]
    if not isinstance(path, bytes) or b"\0" in path or not is_stored_place(path, row["source"]):
        return "its path is not an absolute path, nor a URL with a version"
    if not all(isinstance(row[column], int) for column in ("size", "mtime_ns")) or row["size"] < 0:
        return "its size or time is not a number"
    if not all(row[column] is None or isinstance(row[column], int) for column in ("ctime_ns", "inode")):
        return "its time of change or its inode is not a number"
    if (key := row["file_key"]) is not None and not (isinstance(key, str) and _FILE_KEY.fullmatch(key)):
        return "its file key is not a hash"
    if row["error_code"] is not None:
        return _broken_failure_rule(row)
    if record_from_row(tuple(row[column] for column in RECORD_COLUMN_NAMES)) is None:
        return "its record breaks the rules of a record"
    return None


def _broken_error_rule(code: object, message: object) -> str | None:
    if code not in error_codes():
        return "its error code is none that exists"
    if not isinstance(message, str) or len(message) > _MAX_TEXT_CHARACTERS:
        return "its error message is not a text, or too long"
    return None


def _broken_failure_rule(row: Mapping[str, Any]) -> str | None:
    if (broken := _broken_error_rule(row["error_code"], row["error_message"])) is not None:
        return broken
    if not all(isinstance(row[column], str) for column in ("analyzer", "worker_version")):
        return "its analyzer or worker version is not a text"
    if not isinstance(row["analysis_version"], int) or row["depends_on_ffmpeg"] not in (0, 1):
        return "its analysis version or its mark for ffmpeg is not a number"
    return None
