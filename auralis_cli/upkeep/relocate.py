"""`cache relocate`: the rows of a library that was moved as a whole, without reading its files."""

import os
import sqlite3
from typing import Final

import msgspec

from auralis_cli.files.presence import is_within
from auralis_cli.model.errors import WrongPathError
from auralis_cli.store.connection import transaction
from auralis_cli.upkeep.cache_info import read_roots

_BELOW: Final = "SELECT path, analyzer, size FROM tracks WHERE path = ? OR (path > ? AND path < ?)"
_MOVE: Final = (
    "UPDATE OR IGNORE tracks SET path = ?, ctime_ns = NULL, inode = NULL, missing_since = NULL "
    "WHERE path = ? AND analyzer = ?"
)
_MOVE_ROOT: Final = "UPDATE OR REPLACE roots SET path = ? WHERE path = ?"


class Relocation(msgspec.Struct, frozen=True):
    """What was done, in rows; what would be done, in a dry run."""

    moved: int
    absent: int
    """Stayed, because no file of the same size is at the new place."""
    taken: int
    """Stayed, because the new place has a row already."""
    folders: int
    """Scanned folders that have the new place now."""


def relocate(connection: sqlite3.Connection, old: str, new: str, *, dry_run: bool = False) -> Relocation:
    """Gives the rows at and below `old` the paths below `new`, absolute both, where their files are.

    Only sizes are compared: a file with another time is looked at by the next scan like any touched one. That
    each has a new time of change says nothing.
    Raises WrongPathError if nothing is at `new` or nothing is known at `old`.
    """
    if not os.path.exists(new):
        raise WrongPathError(f"{new} is not there; name the folder where the library is now")
    if new == old or is_within(new, old):
        raise WrongPathError(f"{new} is {old} or lies in it; name the former folder and the present one")
    start = os.fsencode(old.rstrip("/"))
    rows = connection.execute(_BELOW, (start, start + b"/", start + b"0")).fetchall()  # "0" follows "/"
    rows = [row for row in rows if isinstance(row[0], bytes)]
    if not rows:
        raise WrongPathError(f"no track at or below {old} is known; 'auralis cache info' lists the folders")
    pairs = [(path, os.fsencode(new.rstrip("/")) + path[len(start) :], *rest) for path, *rest in rows]
    there = [(path, target, analyzer) for path, target, analyzer, size in pairs if _has_size(target, size)]
    taken = {
        (target, analyzer)
        for _, target, analyzer in there
        if connection.execute(
            "SELECT 1 FROM tracks WHERE path = ? AND analyzer = ?", (target, analyzer)
        ).fetchone()
    }
    moving = [each for each in there if each[1:] not in taken]
    left = {path for path, *_ in rows} - {path for path, *_ in moving}
    folders = _folders(connection, old, new, left)
    if not dry_run:
        with transaction(connection):
            connection.executemany(_MOVE, [(target, path, analyzer) for path, target, analyzer in moving])
            connection.executemany(_MOVE_ROOT, folders)
    return Relocation(len(moving), len(rows) - len(there), len(taken), len(folders))


def _folders(
    connection: sqlite3.Connection, old: str, new: str, left: set[bytes]
) -> list[tuple[bytes, bytes]]:
    """(new, former) path of the scanned folders that move: those below which no row stays."""
    stay = [os.fsdecode(path) for path in left]
    roots = (os.fsdecode(root) for root in read_roots(connection))
    return [
        (os.fsencode(new.rstrip("/") + root[len(old.rstrip("/")) :]), os.fsencode(root))
        for root in roots
        if (root == old or is_within(root, old)) and not any(is_within(path, root) for path in stay)
    ]


def _has_size(path: bytes, size: object) -> bool:
    try:
        return os.stat(path).st_size == size
    except (OSError, ValueError):
        return False
