"""Second paths to files that are known: hard links, and paths through linked folders. Nothing is opened."""

from collections.abc import Callable, Sequence

from auralis_cli.files.identity import is_same_file
from auralis_cli.model.record import Track
from auralis_cli.store.cache import Cache
from auralis_cli.store.rows import RowHeader


def rows_of_links(
    cache: Cache, tracks: Sequence[Track], is_valid: Callable[[RowHeader], bool]
) -> dict[str, RowHeader]:
    """By path, the valid row of the same file under another path.

    The row has the file's inode, size and times, all of them known and equal, and its path leads to the file
    now. The time of change must be equal too, so a file that got its second name after its row was stored is
    not among them: its key has to be read.
    """
    found = {}
    for track in tracks:
        rows = () if track.inode is None else cache.headers_of_inode(track.inode)
        for row in rows:
            if _is_link(track, row) and is_valid(row):
                found[track.path] = row
                break
    return found


def _is_link(track: Track, row: RowHeader) -> bool:
    if (row.size, row.mtime_ns, row.ctime_ns) != (track.size, track.mtime_ns, track.ctime_ns):
        return False
    return row.path != track.path and is_same_file(track.path, row.path)
