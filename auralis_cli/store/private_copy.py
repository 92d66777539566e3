"""A copy of a cache for who may not, or does not want to, write anything beside it.

SQLite makes two files (`-wal`, `-shm`) beside a database even to read it. Those of another user would lock
the owner out.
"""

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from auralis_cli.model.errors import CacheError
from auralis_cli.store.connection import open_untrusted

_TRIES: Final = 5
_COPIED: Final = ("", "-wal")
_OTHERS: Final = ("-shm", "-journal")


@contextlib.contextmanager
def private_copy(path: Path) -> Iterator[Path]:
    """The path of a copy in a temporary folder, with all that was committed.

    Raises CacheError or sqlite3.Error.

    Where another process uses the cache, its files are there already, and SQLite reads through them and
    leaves them as they are. Else nobody writes, and bytes are copied.
    """
    with TemporaryDirectory(prefix="auralis-") as folder:
        copy = Path(folder) / path.name
        try:
            if is_in_use(path) or not _copy_bytes(path, copy):
                with open_untrusted(path) as source, contextlib.closing(sqlite3.connect(copy)) as target:
                    source.backup(target)
        except OSError as error:
            why = error.strerror or error
            raise CacheError(f"cannot read the cache {path}: {why}; check its permissions") from error
        yield copy


def is_in_use(path: Path) -> bool:
    """Whether another process may be writing, so that the bytes alone do not tell what is committed."""
    return any(Path(f"{path}{suffix}").exists() for suffix in _OTHERS)


def _copy_bytes(path: Path, copy: Path) -> bool:
    """Copies the database, and a log that a crash has left; False where they do not stay the same."""
    for _ in range(_TRIES):
        before = file_state(path)
        for suffix in _COPIED:
            with contextlib.suppress(FileNotFoundError):
                shutil.copyfile(f"{path}{suffix}", f"{copy}{suffix}")
        if before == file_state(path):
            return True
        Path(f"{copy}-wal").unlink(missing_ok=True)
    return False


def has_log(path: Path) -> bool:
    """Whether there is a log with what may be committed and not yet in the database itself."""
    return Path(f"{path}-wal").exists()


def file_state(path: Path) -> list[tuple[int, int, int] | None]:
    """Differs once anything was written to the cache at `path`."""
    found: list[tuple[int, int, int] | None] = []
    for suffix in (*_COPIED, *_OTHERS):
        try:
            status = os.stat(f"{path}{suffix}")
        except FileNotFoundError:
            found.append(None)
        else:
            found.append((status.st_size, status.st_mtime_ns, status.st_ctime_ns))
    return found
