"""What a store tells about a file: its size, and what shows that its content is another one than before.

The ETag, else the generation, version or hash, else the time. Where a store tells nothing of these, only the
size can show a change; where it does not even tell the size, nothing can, and the file is analysed each time.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, Final

import xxhash

from auralis_cli.model.record import Track
from auralis_cli.model.stamps import BY_SIZE, UNKNOWN, storable_time_ns

MAX_CHARACTERS: Final = 200

_MARKS: Final = (
    ("etag", ("ETag", "etag", "e_tag")),
    ("generation", ("generation",)),
    ("hash", ("Content-MD5", "content_md5", "md5Hash", "md5", "Digest", "sha", "ref")),
    ("version", ("VersionId", "version_id", "version")),
)
_TIMES: Final = (
    *("LastModified", "last_modified", "Last-Modified", "mtime", "modified", "updated", "modify", "created"),
)


def track_from_info(url: str, info: Mapping[str, Any]) -> Track:
    """The track at a URL, as its store describes it in a listing or alone."""
    size, time_ns = info.get("size"), _time_ns(info)
    known_size = size if isinstance(size, int) and size >= 0 else None
    version = _version(info)
    if version is None:
        version = _time_version(info, time_ns) or (UNKNOWN if known_size is None else BY_SIZE)
    return Track(url, known_size or 0, time_ns or 0, version=version)


def _version(info: Mapping[str, Any]) -> str | None:
    for kind, names in _MARKS:
        for name in names:
            value = info.get(name)
            if isinstance(value, str | int) and str(value).strip('" ') and value != "null":
                text = f"{kind} {str(value).strip()}".encode("utf-8", "backslashreplace").decode()
                too_long = len(text) > MAX_CHARACTERS
                return f"{kind} xxh3 {xxhash.xxh3_128_hexdigest(text.encode())}" if too_long else text
    return None


def _time_ns(info: Mapping[str, Any]) -> int | None:
    for name in _TIMES:
        value = info.get(name)
        if isinstance(value, str) and value:
            value = _parsed(value)
        if isinstance(value, datetime):
            value = value if value.tzinfo else value.replace(tzinfo=UTC)
            return storable_time_ns(int(value.timestamp()) * 10**9 + value.microsecond * 1000)
        if isinstance(value, int | float) and not isinstance(value, bool):
            microseconds = round(value * 10**6)  # a float has no more; stores tell it both ways
            return storable_time_ns(microseconds * 1000)
    return None


def _time_version(info: Mapping[str, Any], time_ns: int | None) -> str | None:
    """From a time, be it one that only its store can read, as those of some FTP servers."""
    if time_ns is not None:
        return f"time {time_ns}"
    texts = (info.get(name) for name in _TIMES)
    return next((f"time {text[:MAX_CHARACTERS]}" for text in texts if isinstance(text, str) and text), None)


def _parsed(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text)
        except ValueError:
            continue
    return None
