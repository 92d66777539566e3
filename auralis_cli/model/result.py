"""The result of a scan for one file, made by `scan` and shown by `render`."""

from enum import StrEnum

import msgspec

from auralis_cli.model.record import Record, TrackError


class Status(StrEnum):
    """How a file ended."""

    ANALYSED = "analysed"
    CACHED = "cached"
    MOVED = "moved"
    RETAGGED = "retagged"
    FAILED = "failed"
    SKIPPED = "skipped"


class TrackResult(msgspec.Struct, frozen=True):
    """One file's result; fields that do not apply to its status are None.

    `record` is None for failed and skipped files, and for cached ones when the caller asked for no records.
    `remembered`: the failure is one of an earlier scan, not met again. `reason`: why a file was skipped.
    `taken_from`: the path under which a moved file, or a retagged one, was known, if it was another; for a
    cached copy, the file with the same audio whose record it has. `tags_read`: the tags of a known file were
    read for the first time. `size` in bytes, for progress.
    """

    path: str
    status: Status
    size: int = 0
    record: Record | None = None
    error: TrackError | None = None
    remembered: bool = False
    reason: str | None = None
    taken_from: str | None = None
    tags_read: bool = False
