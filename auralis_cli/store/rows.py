"""A result as a row of the cache and back. The 25 columns are those of the table of dimensions."""

import os
from typing import Any, Final

import msgspec

from auralis_cli.model.dimensions import keys
from auralis_cli.model.record import Analyzer, Record, Track, TrackError, TrackWarning
from auralis_cli.model.record_rules import fault

_VALUE_COLUMNS: Final = tuple(f'"{key}"' for key in keys())

ROW_COLUMNS: Final = (
    *("path", "size", "mtime_ns", "file_key", "analyzer", "analysis_version", "worker_version", "ffmpeg"),
    *("error_code", "error_message", "depends_on_ffmpeg", "analysed_at", "content_key"),
    *("nulls", "details", "warnings"),
    *_VALUE_COLUMNS,
)
"""All columns that a result fills, `path` first."""

_NOTE_COLUMNS: Final = (
    "analyzer",
    "analysis_version",
    "worker_version",
    "content_key",
    "nulls",
    "details",
    "warnings",
)
RECORD_COLUMN_NAMES: Final = (*_NOTE_COLUMNS, *keys())
RECORD_COLUMNS: Final = ", ".join((*_NOTE_COLUMNS, *_VALUE_COLUMNS))
"""What `record_from_row` takes."""


class _Stored(msgspec.Struct, frozen=True):
    """The types that a row must have; SQLite does not enforce them."""

    analyzer: str
    analysis_version: int
    worker_version: str
    content_key: str
    values: list[float | None]


def row_of(
    track: Track,
    file_key: str,
    outcome: Record | TrackError,
    analyzer: Analyzer,
    *,
    ffmpeg: str | None,
    now: str,
) -> tuple[Any, ...]:
    """The values of `ROW_COLUMNS`. ValueError for a record without exactly the 25 keys."""
    file = (os.fsencode(track.path), track.size, track.mtime_ns, file_key or None)
    if isinstance(outcome, TrackError):
        maker = (analyzer.name, analyzer.analysis_version, analyzer.worker_version, ffmpeg)
        error = (outcome.code, _storable(outcome.message), outcome.depends_on_ffmpeg, now)
        return (*file, *maker, *error, None, None, None, None, *(None for _ in keys()))
    if set(outcome.fingerprint) != set(keys()):
        raise ValueError(f"the fingerprint of {track.path} does not have exactly the {len(keys())} keys")
    maker = (outcome.analyzer, outcome.analysis_version, outcome.worker_version, ffmpeg)
    notes = tuple(
        msgspec.json.encode(part).decode() for part in (outcome.nulls, outcome.details, outcome.warnings)
    )
    values = (outcome.fingerprint[key] for key in keys())
    return (*file, *maker, None, None, False, now, outcome.content_key, *notes, *values)


def record_from_row(row: tuple[Any, ...]) -> Record | None:
    """The record of a row of `RECORD_COLUMNS`; None when it breaks the rules, as a file from anywhere may."""
    analyzer, analysis_version, worker_version, content_key, nulls, details, warnings, *values = row
    try:
        fields = (analyzer, analysis_version, worker_version, content_key, values)
        stored = msgspec.convert(dict(zip(_Stored.__struct_fields__, fields, strict=True)), _Stored)
        record = Record(
            analyzer=stored.analyzer,
            analysis_version=stored.analysis_version,
            worker_version=stored.worker_version,
            fingerprint=dict(zip(keys(), stored.values, strict=True)),
            nulls=msgspec.json.decode(nulls, type=dict[str, str]),
            details=msgspec.json.decode(details, type=dict[str, Any]),
            warnings=msgspec.json.decode(warnings, type=tuple[TrackWarning, ...]),
            content_key=stored.content_key,
        )
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError):
        return None
    return record if fault(record) is None else None


def _storable(text: str) -> str:
    """SQLite's text is UTF-8: bytes of a file name that are not become escapes."""
    return text.encode("utf-8", "backslashreplace").decode()
