"""`cache prune`: a row whose file is gone is first marked as missing; a later prune removes it."""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from auralis_cli.files.presence import is_within
from auralis_cli.files.urls import is_url
from auralis_cli.store.acoustic_hashes import drop_unused
from auralis_cli.store.connection import transaction
from auralis_cli.upkeep.absent_disks import HeldBack, Presence, by_folder, hold_back, presence_of
from auralis_cli.upkeep.cache_info import read_roots

DAYS: Final = 30
"""How many days a row stays after it was marked as missing."""

_ROWS_PER_COMMIT: Final = 500

_MARK_MISSING: Final = "UPDATE tracks SET missing_since = ? WHERE path = ? AND missing_since IS NULL"
_MARK_FOUND: Final = "UPDATE tracks SET missing_since = NULL WHERE path = ?"
# Only the mark that was seen: a scan may have found the file again meanwhile.
_REMOVE: Final = "DELETE FROM tracks WHERE path = ? AND missing_since <= ?"
_FORGET_ROOT: Final = "DELETE FROM roots WHERE path = ?"


class Pruning(msgspec.Struct, frozen=True):
    """What a prune did, in files; what it would do, in a dry run."""

    checked: int
    newly_missing: int
    """Found gone for the first time: their rows are marked now."""
    waiting: int
    """Marked before, but not long enough to be removed."""
    removed: int
    found_again: int
    """Marked before, and back."""
    unknown: int
    """Files of which the system cannot say whether they exist; their rows stay."""
    held_back: tuple[HeldBack, ...]


def prune(
    connection: sqlite3.Connection,
    *,
    now: datetime,
    days: int = DAYS,
    force: bool = False,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _: None,
) -> Pruning:
    """Looks for the file of every row. With 0 days, rows of files that are gone are removed at once.

    Of URLs their folders are listed: see `presence_of_urls`.

    Rows of files that seem to be on an absent disk (`hold_back`) stay as they are, unless `force`.
    """
    missing_since = _missing_since(connection)
    roots = [os.fsdecode(root) for root in read_roots(connection)]
    seen: dict[str, Presence] = {}
    for path in missing_since:
        if not is_url(path):
            seen[path] = presence_of(path)
            progress(len(seen))
    if len(seen) < len(missing_since):
        from auralis_cli.upkeep.url_presence import presence_of_urls  # files need nothing of it

        files = len(seen)
        urls, url_roots = list(filter(is_url, missing_since)), list(filter(is_url, roots))
        seen |= presence_of_urls(urls, url_roots, lambda count: progress(files + count))
    gone = [path for path, presence in seen.items() if presence is Presence.GONE]
    kept = {} if force else hold_back(gone, seen, roots)
    going = [path for path in gone if path not in kept]
    stamp, limit = (
        now.isoformat(timespec="seconds"),
        (now - timedelta(days=days)).isoformat(timespec="seconds"),
    )
    new = [path for path in going if missing_since[path] is None]
    old = [
        path for path in going if (since := missing_since[path]) is not None and (days == 0 or since <= limit)
    ]
    back = [p for p, presence in seen.items() if presence is Presence.HERE and missing_since[p] is not None]
    if not dry_run:
        _write(connection, _MARK_FOUND, [(os.fsencode(path),) for path in back])
        _write(connection, _MARK_MISSING, [(stamp, os.fsencode(path)) for path in new])
        _write(connection, _REMOVE, [(os.fsencode(path), missing_since[path]) for path in old])
        if days == 0:
            _write(connection, _REMOVE, [(os.fsencode(path), stamp) for path in new])
        drop_unused(connection)
        if force:
            _write(connection, _FORGET_ROOT, [(os.fsencode(root),) for root in roots if _is_gone(root, seen)])
    at_once = len(new) if days == 0 else 0
    return Pruning(
        checked=len(seen),
        newly_missing=len(new) - at_once,
        waiting=len(going) - len(new) - len(old),
        removed=len(old) + at_once,
        found_again=len(back),
        unknown=sum(presence is Presence.UNKNOWN for presence in seen.values()),
        held_back=tuple(by_folder(kept)),
    )


def _is_gone(root: str, seen: Mapping[str, Presence]) -> bool:
    """Whether a scanned folder is gone; one with a URL, whether all that was known in it is."""
    if not is_url(root):
        return not os.path.isdir(root)
    return all(presence is Presence.GONE for path, presence in seen.items() if is_within(path, root))


def _missing_since(connection: sqlite3.Connection) -> dict[str, str | None]:
    """By path, since when its file is missing; None if one of the path's rows is not marked."""
    rows = connection.execute(
        "SELECT path, CASE WHEN min(typeof(missing_since) = 'text') THEN max(missing_since) END "
        "FROM tracks WHERE typeof(path) = 'blob' GROUP BY path"
    )
    return {os.fsdecode(path): since for path, since in rows}


def _write(connection: sqlite3.Connection, statement: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Runs the statement for each row, in short transactions so that a scan can write in between."""
    for chunk in _chunks(rows):
        with transaction(connection):
            connection.executemany(statement, chunk)


def _chunks(rows: Sequence[tuple[Any, ...]]) -> Iterator[Sequence[tuple[Any, ...]]]:
    for start in range(0, len(rows), _ROWS_PER_COMMIT):
        yield rows[start : start + _ROWS_PER_COMMIT]
