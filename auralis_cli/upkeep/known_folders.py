"""The folders that were scanned before, for a scan that names none."""

import os
import sqlite3
from pathlib import Path
from typing import Final

from auralis_cli.files.presence import outermost
from auralis_cli.store.cache_file import open_for_reading
from auralis_cli.upkeep.cache_info import read_roots

_BELOW: Final = "SELECT 1 FROM tracks WHERE path > ? AND path < ? LIMIT 1"


def known_folders(cache: Path) -> list[str]:
    """The outermost scanned folders, by name; none where there is no cache.

    A folder that is gone counts only while tracks below it are known: it may be on a missing disk. Raises
    CacheError for what is not a readable cache.
    """
    if not cache.exists():
        return []
    with open_for_reading(cache) as connection:
        roots = [
            os.fsdecode(root)
            for root in read_roots(connection)
            if os.path.isdir(root) or _has_tracks(connection, root)
        ]
    return sorted(outermost(roots))


def _has_tracks(connection: sqlite3.Connection, root: bytes) -> bool:
    start = root.rstrip(b"/")
    return connection.execute(_BELOW, (start + b"/", start + b"0")).fetchone() is not None  # "0" follows "/"
