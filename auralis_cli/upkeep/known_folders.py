"""The folders that were scanned before, for a scan that names none."""

import os
from pathlib import Path

from auralis_cli.files.presence import is_within, outermost
from auralis_cli.store.cache_file import open_for_reading
from auralis_cli.upkeep.cache_info import read_roots


def known_folders(cache: Path) -> list[str]:
    """The outermost scanned folders, by name; none where there is no cache.

    A folder that is gone counts only while tracks below it are known: it may be on a missing disk. Raises
    CacheError for what is not a readable cache.
    """
    if not cache.exists():
        return []
    with open_for_reading(cache) as connection:
        roots = [os.fsdecode(root) for root in read_roots(connection)]
        gone = [root for root in roots if not os.path.isdir(root)]
        if gone:
            rows = connection.execute("SELECT path FROM tracks WHERE typeof(path) = 'blob'")
            paths = [os.fsdecode(path) for (path,) in rows]
            forgotten = {root for root in gone if not any(is_within(path, root) for path in paths)}
            roots = [root for root in roots if root not in forgotten]
    return sorted(outermost(roots))
