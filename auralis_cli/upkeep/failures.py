"""The failures in the cache: found and removed by path and error code."""

import contextlib
import os
from collections.abc import Collection, Sequence
from pathlib import Path

import msgspec

from auralis_cli.model.codes import check_codes, error_codes
from auralis_cli.store.cache_file import cache_errors, open_cache_file, open_for_reading
from auralis_cli.store.connection import transaction


class StoredFailure(msgspec.Struct, frozen=True):
    """A file that scans skip until the file or the program that failed on it changes, or the user asks."""

    path: str
    analyzer: str
    code: str
    message: str
    when: str
    """ISO 8601, UTC."""
    size: int
    """Bytes."""
    worker_version: str
    depends_on_ffmpeg: bool


_COLUMNS = "path, analyzer, error_code, error_message, analysed_at, size, worker_version, depends_on_ffmpeg"


def find_failures(cache: Path, paths: Sequence[str] = (), codes: Collection[str] = ()) -> list[StoredFailure]:
    """The failures at and below these absolute paths and with these codes; all where none are given.

    Sorted by code, then path. Empty when there is no cache. Raises CacheError.
    """
    if not cache.exists():
        return []
    with open_for_reading(cache) as connection:
        rows = connection.execute(
            f"SELECT {_COLUMNS} FROM tracks WHERE error_code IS NOT NULL AND typeof(path) = 'blob' "
            "AND typeof(size) = 'integer' "  # what a crafted row may have, cache verify tells
            "ORDER BY error_code, path, analyzer"
        ).fetchall()
    failures = (_failure(*row) for row in rows)
    return [
        failure
        for failure in failures
        if (not codes or failure.code in codes)
        and (not paths or any(is_at_or_below(failure.path, path) for path in paths))
    ]


def check_failure_codes(cache: Path, codes: Collection[str]) -> None:
    """Raises ConfigError for a code that no failure has and that this version does not know."""
    unknown = [code for code in codes if code not in error_codes()]
    check_codes(
        [code for code in unknown if not find_failures(cache, codes=(code,))], error_codes(), "failure"
    )


def forget_failures(cache: Path, failures: Sequence[StoredFailure]) -> int:
    """Removes these from the cache, if they are unchanged there; returns how many. Raises CacheError."""
    forgotten = 0
    with (
        contextlib.closing(open_cache_file(cache)) as connection,
        cache_errors(cache, "write to"),
        transaction(connection),
    ):
        for failure in failures:
            forgotten += connection.execute(
                "DELETE FROM tracks WHERE path = ? AND analyzer = ? AND error_code = ?",
                (os.fsencode(failure.path), failure.analyzer, failure.code),
            ).rowcount
    return forgotten


def is_at_or_below(path: str, top: str) -> bool:
    """Whether `path` is `top` or within that folder, by their spelling."""
    return path == top or path.startswith(top.rstrip(os.sep) + os.sep)


def _failure(
    path: bytes, analyzer: str, code: str, message: str | None, when: str, *rest: int | str
) -> StoredFailure:
    size, worker_version, depends_on_ffmpeg = rest
    return StoredFailure(
        path=os.fsdecode(path),
        analyzer=str(analyzer),
        code=str(code),
        message=str(message or ""),
        when=str(when),
        size=int(size),
        worker_version=str(worker_version),
        depends_on_ffmpeg=bool(depends_on_ffmpeg),
    )
