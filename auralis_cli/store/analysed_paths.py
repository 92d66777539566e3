"""The paths of all files with a record, for another thread than that of the cache, in bounded memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from auralis_cli.store.cache_file import open_for_reading

_AT_ONCE: Final = 10_000
_NEXT: Final = (
    "SELECT path FROM tracks WHERE path > ? AND analyzer = ? AND error_code IS NULL "
    "AND typeof(path) = 'blob' AND instr(path, X'3A2F2F') = 0 ORDER BY path LIMIT ?"  # no URLs: '://'
)


def analysed_paths(cache: Path, analyzer: str) -> Iterator[bytes]:
    """In their order, as they are committed; opens the cache when the first one is asked for.

    No read lasts longer than some thousand rows, so that the log of the writer can be written back. Raises
    CacheError.
    """
    with open_for_reading(cache) as connection:
        last = b""
        while rows := connection.execute(_NEXT, (last, analyzer, _AT_ONCE)).fetchall():
            yield from (path for (path,) in rows)
            (last,) = rows[-1]
