"""A new cache in the place of a damaged one."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from auralis_cli.files.identity import place_of
from auralis_cli.model.errors import CacheDamagedError, CacheError
from auralis_cli.store.cache_file import cache_errors, open_cache_file
from auralis_cli.store.cache_salvage import salvage, set_aside

try:
    import fcntl
except ImportError:  # a system without such locks
    fcntl = None  # type: ignore[assignment]


def renew_cache_file(
    path: Path,
    damage: CacheDamagedError,
    *,
    place: tuple[int, int] | str | None,
    busy_timeout_s: float,
) -> tuple[sqlite3.Connection, str | None]:
    """A connection to a sound cache at `path`, and a warning that says what became of the damaged one.

    `place` is where the damaged one was (`place_of`), None for one that could not be opened. The warning is
    None when another process has already put a new one there. CacheError when the damaged one cannot be
    renamed.
    """
    with _one_at_a_time(path.parent):
        if place is None or place_of(str(path)) != place:
            with contextlib.suppress(CacheDamagedError):
                return open_cache_file(path, busy_timeout_s=busy_timeout_s), None
        try:
            aside = set_aside(path)
        except OSError as error:
            why = error.strerror or error
            raise CacheError(f"{damage}; it could not be renamed: {why}") from damage
        connection = open_cache_file(path, busy_timeout_s=busy_timeout_s)
        with cache_errors(path, "write to"):
            saved = salvage(aside, connection)
    reason = str(damage.__cause__ or damage)
    rows = "1 row was" if saved == 1 else f"{saved:,} rows were"
    return connection, (
        f"the cache {path} is damaged ({reason}): it was renamed to {aside.name}, and {rows} "
        "taken over into a new one; the rest comes from sidecars or is analysed again"
    )


@contextlib.contextmanager
def _one_at_a_time(folder: Path) -> Iterator[None]:
    """Of several scans that meet the damage, one renames the file; where there are no locks, trust luck."""
    descriptor = None
    if fcntl is not None:
        with contextlib.suppress(OSError):
            descriptor = os.open(folder, os.O_RDONLY)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)
