"""`cache forget`: the rows of files and folders that the user names, whether or not they are there."""

import os
import sqlite3
from collections.abc import Sequence
from typing import Final

import msgspec

from auralis_cli.files.presence import is_within, outermost
from auralis_cli.model.errors import WrongPathError
from auralis_cli.store.connection import transaction
from auralis_cli.upkeep.cache_info import read_roots

_BELOW: Final = "FROM tracks WHERE path = ? OR (path > ? AND path < ?)"
_COUNT: Final = f"SELECT count(DISTINCT path), count(*) {_BELOW}"
_FORGET: Final = f"DELETE {_BELOW}"
_FORGET_ROOT: Final = "DELETE FROM roots WHERE path = ?"


class Forgotten(msgspec.Struct, frozen=True):
    """What was forgotten; what would be, in a dry run."""

    tracks: int
    rows: int
    """One per track and analyzer."""
    folders: int
    """Scanned folders that a scan without a path no longer scans."""


def forget(connection: sqlite3.Connection, paths: Sequence[str], *, dry_run: bool = False) -> Forgotten:
    """Removes the rows at and below absolute paths, and the scanned folders there, all or nothing.

    Raises WrongPathError where nothing is known at a path; nothing is changed then.
    """
    tracks = rows = 0
    roots = [os.fsdecode(root) for root in read_roots(connection)]
    tops = outermost(list(paths))
    folders = [root for root in roots if any(root == top or is_within(root, top) for top in tops)]
    with transaction(connection):
        for path in tops:
            known, count = connection.execute(_COUNT, _range(path)).fetchone()
            if not count and not any(root == path or is_within(root, path) for root in folders):
                raise WrongPathError(
                    f"no track at or below {path} is known; 'auralis cache info' lists the scanned folders"
                )
            tracks, rows = tracks + known, rows + count
            if not dry_run:
                connection.execute(_FORGET, _range(path))
        if not dry_run:
            connection.executemany(_FORGET_ROOT, [(os.fsencode(folder),) for folder in folders])
    return Forgotten(tracks, rows, len(folders))


def _range(path: str) -> tuple[bytes, bytes, bytes]:
    start = os.fsencode(path.rstrip(os.sep))
    return start, start + b"/", start + b"0"  # "0" follows "/"
