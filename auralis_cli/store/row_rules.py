"""What makes a row of the cache believable, whoever wrote it."""

import os
import re
from collections.abc import Mapping
from typing import Any, Final

from auralis_cli.store.rows import RECORD_COLUMN_NAMES, record_from_row

_CODE: Final = re.compile(r"[a-z][a-z_]{0,39}")
_FILE_KEY: Final = re.compile(r"[0-9a-f]{32}")
_LONGEST_TEXT: Final = 10_000


def row_fault(row: Mapping[str, Any]) -> str | None:
    """The first rule that a row (values by column) breaks, in words; None for a good one."""
    path = row["path"]
    if not isinstance(path, bytes) or b"\0" in path or not os.path.isabs(os.fsdecode(path)):
        return "its path is not one"
    if not all(isinstance(row[column], int) for column in ("size", "mtime_ns")) or row["size"] < 0:
        return "its size or time is not a number"
    key = row["file_key"]
    if key is not None and not (isinstance(key, str) and _FILE_KEY.fullmatch(key)):
        return "its file key is not a hash"
    if row["error_code"] is not None:
        return _failure_fault(row)
    if record_from_row(tuple(row[column] for column in RECORD_COLUMN_NAMES)) is None:
        return "its record breaks the rules of a record"
    return None


def _failure_fault(row: Mapping[str, Any]) -> str | None:
    code, message = row["error_code"], row["error_message"]
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        return "its error code is not one"
    if not isinstance(message, str) or len(message) > _LONGEST_TEXT:
        return "its error message is not one"
    if not all(isinstance(row[column], str) for column in ("analyzer", "worker_version")):
        return "its analyzer is not one"
    if not isinstance(row["analysis_version"], int) or row["depends_on_ffmpeg"] not in (0, 1):
        return "its analysis version is not one"
    return None
