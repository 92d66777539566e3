"""Opening the cache's SQLite file, to write or only to read; what its errors mean to a user."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Final

from auralis_cli.model.errors import CacheDamagedError, CacheError
from auralis_cli.store.connection import distrust, open_untrusted
from auralis_cli.store.content_locks import LOCKS_SUFFIX
from auralis_cli.store.private_copy import is_in_use, private_copy
from auralis_cli.store.schema import (
    APPLICATION_ID,
    DATABASE_VERSION,
    NewerSchemaError,
    migrate,
    schema_mismatch,
    trigger_in,
)
from auralis_cli.system.mounts import is_on_local_disk

BUSY_TIMEOUT_S: Final = 60.0
"""How long to wait for another scan's write; each of its writes takes milliseconds."""

_PAGE_BYTES: Final = 8192
"""Pages of a new cache. A row has 1 to 3 KB: of SQLite's usual 4 KiB a third would stay empty."""

_HEADER_BYTES: Final = 100
_MAGIC: Final = b"SQLite format 3\x00"
_RIGHTS: Final = "check the permissions of the file and its folder"
_DAMAGED: Final = "it is damaged: move it away, and a new one will be filled from the sidecars"


def open_cache_file(path: Path, *, busy_timeout_s: float = BUSY_TIMEOUT_S) -> sqlite3.Connection:
    """A connection in autocommit mode to the cache at `path`, created with its folders where missing.

    Its journal is a write-ahead log on local disks, elsewhere one that is safe on a network. CacheError for a
    file that is not a cache of this version or an older one; it is not changed. CacheDamagedError for a cache
    that is damaged.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        check_header(path)
        if may_only_read(path):  # SQLite would open it all the same, and leave files that lock the owner out
            raise CacheError(
                f"cannot write to the cache {path}: you may only read it; {_RIGHTS}, or name another one "
                "with --cache"
            )
        if not path.exists():  # SQLite would let nobody but the owner write, whatever the umask says
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666))
    except OSError as error:
        why = error.strerror or error
        advice = (
            f"{_RIGHTS}, or name another one" if isinstance(error, PermissionError) else "name another one"
        )
        raise CacheError(f"cannot open the cache {path}: {why}; {advice} with --cache") from error
    with cache_errors(path, "open"):
        connection = sqlite3.connect(
            path, timeout=busy_timeout_s, isolation_level=None, check_same_thread=False, cached_statements=32
        )
        try:
            distrust(connection)
            connection.execute(f"PRAGMA page_size = {_PAGE_BYTES}")  # changes no database that has pages
            _check_schema(path, connection)
            migrate(connection)
            _set_journal(connection, local=is_on_local_disk(path.parent), patience_s=busy_timeout_s)
        except NewerSchemaError as error:
            connection.close()
            raise _newer(path, int(str(error))) from error
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def open_existing_cache(path: Path) -> Iterator[sqlite3.Connection]:
    """The cache at `path` for a command that works on all rows; SQLite's errors become CacheError."""
    if not path.exists():
        raise CacheError(f"there is no cache at {path} yet; 'auralis scan FOLDER' makes it")
    connection = open_cache_file(path)
    try:
        with cache_errors(path, "use"):
            yield connection
    finally:
        connection.close()


@contextmanager
def cache_errors(path: Path, action: str) -> Iterator[None]:
    """Turns SQLite's errors into a message: what, why, what to do."""
    try:
        yield
    except sqlite3.Error as error:
        kind = CacheDamagedError if _is_damage(error) else CacheError
        raise kind(f"cannot {action} the cache {path}: {error}; {_advice(error, action)}") from error


def check_header(path: Path) -> None:
    """Raises CacheError for a file that is not a cache, OSError for one that cannot be read.

    Reads the first bytes without SQLite, which may write to a file when it opens it.
    """
    if not path.exists():
        return
    if not path.is_file():
        raise CacheError(f"cannot use {path} as the cache: it is not a file; name another one with --cache")
    with path.open("rb") as file:
        header = file.read(_HEADER_BYTES)
    if not header:
        return
    if len(header) < _HEADER_BYTES or not any(header) or not header.startswith(_MAGIC):
        raise _no_database(path, header)
    application_id = int.from_bytes(header[68:72], "big")
    version = int.from_bytes(header[60:64], "big")
    if application_id != APPLICATION_ID:
        raise _not_ours(path)
    if version > DATABASE_VERSION:
        raise _newer(path, version)


def _no_database(path: Path, header: bytes) -> CacheError:
    """The error for a file without SQLite's header: a damaged cache if anything shows that it was one."""
    zeroed = len(header) == _HEADER_BYTES and not any(header)
    stamped = header[68:72] == APPLICATION_ID.to_bytes(4, "big")
    if zeroed or stamped or path.with_name(path.name + LOCKS_SUFFIX).exists():
        return CacheDamagedError(f"cannot open the cache {path}: its header is damaged; {_DAMAGED}")
    return _not_ours(path)


def _not_ours(path: Path) -> CacheError:
    return CacheError(
        f"cannot use {path} as the cache: it is not an auralis cache; "
        "name another file with --cache, or move this one away for a new one filled from the sidecars"
    )


def _check_schema(path: Path, connection: sqlite3.Connection) -> None:
    if (trigger := trigger_in(connection)) is not None:
        raise CacheError(
            f"cannot use the cache {path}: it has the trigger {trigger!r}, which would run with each row "
            f"that auralis writes; remove it (sqlite3 FILE 'DROP TRIGGER \"{trigger}\"'), or name another "
            "cache with --cache"
        )
    if (mismatch := schema_mismatch(connection)) is not None:
        raise CacheDamagedError(f"cannot use the cache {path}: {mismatch}; {_DAMAGED}")


def _newer(path: Path, version: int) -> CacheError:
    return CacheError(
        f"cannot use the cache {path}: a newer auralis has written it (version {version}, this one knows "
        f"{DATABASE_VERSION}); update auralis, or name another cache with --cache"
    )


def _set_journal(connection: sqlite3.Connection, *, local: bool, patience_s: float) -> None:
    """Chooses the journal. SQLite does not wait by itself for the lock that a change of journal needs."""
    wanted = "wal" if local else "truncate"
    deadline = time.monotonic() + patience_s
    while True:
        try:
            if connection.execute("PRAGMA journal_mode").fetchone()[0] == wanted:
                break
            if connection.execute(f"PRAGMA journal_mode = {wanted}").fetchone()[0] == wanted:
                break
        except sqlite3.OperationalError as error:
            if not _is_busy(error):
                raise
        if time.monotonic() > deadline:
            raise sqlite3.OperationalError("database is locked")
        time.sleep(0.01)
    # With a write-ahead log a power cut may lose the last commit, but never damages the database.
    connection.execute(f"PRAGMA synchronous = {'NORMAL' if local else 'FULL'}")


_DAMAGE: Final = (
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_TOOBIG,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_FORMAT,
)


def _is_busy(error: sqlite3.Error) -> bool:
    return _code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _is_damage(error: sqlite3.Error) -> bool:
    """Whether the file is to blame: broken pages, or content that auralis never writes."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:  # Python's own: a text that is not UTF-8
        return "decode" in str(error)
    return code & 0xFF in _DAMAGE


def _code(error: sqlite3.Error) -> int:
    """The primary result code; 0 for an error of Python's own."""
    return (getattr(error, "sqlite_errorcode", None) or 0) & 0xFF


def _advice(error: sqlite3.Error, action: str) -> str:
    code = _code(error)
    if _is_busy(error):
        return "another program is writing to it; end that program, or name another cache with --cache"
    if code == sqlite3.SQLITE_FULL:
        if action == "read":  # what is read and sorted needs temporary files
            return (
                "free some space in /var/tmp or /tmp, or name another folder for temporary files with TMPDIR"
            )
        return "free some space on its disk"
    if _is_damage(error):
        return _DAMAGED
    if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_READONLY_DBMOVED:
        return (
            "it has another inode than when it was opened: it was replaced, or its file system changes inodes"
            " (mergerfs, rclone, sshfs); name a cache on a local disk with --cache"
        )
    if code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return _RIGHTS
    return "check its disk, or name another cache with --cache"


@contextmanager
def open_for_reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write. CacheError where there is no cache that this version can read."""
    if not path.exists():
        raise CacheError(f"there is no cache at {path} yet; 'auralis scan FOLDER' makes it")
    try:
        check_header(path)
    except OSError as error:
        why = error.strerror or error
        raise CacheError(f"cannot read the cache {path}: {why}; check its permissions") from error
    with cache_errors(path, "read"), _readable(path) as readable, open_untrusted(readable) as connection:
        yield connection


def _readable(path: Path) -> AbstractContextManager[Path]:
    """The cache, or a copy for who may not write: SQLite's files of a reader would lock the owner out."""
    return private_copy(path) if may_only_read(path) and not is_in_use(path) else nullcontext(path)


def may_only_read(path: Path) -> bool:
    """Whether this user may not write to the cache that is there."""
    return path.exists() and not os.access(path, os.W_OK)
