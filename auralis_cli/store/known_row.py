"""What a row of the cache says about when it holds."""

import os
from typing import Any, Final

import msgspec

from auralis_cli.model.record import TrackError

KNOWN_COLUMNS: Final = (
    "path, size, mtime_ns, file_key, analyzer, analysis_version, worker_version, ffmpeg, "
    "error_code, error_message, depends_on_ffmpeg, missing_since"
)
"""What `known_from_row` takes."""


class Known(msgspec.Struct, frozen=True):
    """What a row says about when it holds; `error` is None for a record.

    `missing`: the row is a tombstone, set when its file was not there.
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


def known_from_row(row: tuple[Any, ...]) -> Known:
    """The row of `KNOWN_COLUMNS`."""
    path, size, mtime_ns, file_key, analyzer, analysis_version, worker_version, ffmpeg, *failure = row
    code, message, depends_on_ffmpeg, missing_since = failure
    error = None if code is None else TrackError(code, message or "", bool(depends_on_ffmpeg))
    return Known(
        os.fsdecode(path),
        size,
        mtime_ns,
        file_key or "",
        analyzer,
        analysis_version,
        worker_version,
        ffmpeg,
        error,
        missing_since is not None,
    )
