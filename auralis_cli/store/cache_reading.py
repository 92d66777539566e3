"""Reading the cache's file without changing it, for commands that only report."""

import contextlib
import os
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from auralis_cli.model.errors import CacheError
from auralis_cli.store.cache_file import cache_errors, check_header
from auralis_cli.store.cache_schema import distrust

PATIENCE_S = 5.0


@contextlib.contextmanager
def open_for_reading(path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that cannot write. CacheError where there is no cache that this version can read."""
    if not path.exists():
        raise CacheError(f"there is no cache at {path} yet; 'auralis scan FOLDER' makes it")
    try:
        check_header(path)
    except OSError as error:
        why = error.strerror or error
        raise CacheError(f"cannot read the cache {path}: {why}; check its permissions") from error
    uri = f"file:{quote(os.fsencode(path))}?mode=ro"
    with cache_errors(path, "read"):
        connection = sqlite3.connect(uri, uri=True, timeout=PATIENCE_S, isolation_level=None)
        with contextlib.closing(connection):
            distrust(connection)
            connection.text_factory = lambda content: content.decode("utf-8", "replace")
            yield connection
