"""The cache: one SQLite row per path and analyzer. Several processes may share one file."""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any, Final, Self, TypeVar

from auralis_cli.files.identity import inode_or_path
from auralis_cli.model.errors import CacheDamagedError
from auralis_cli.model.record import AnalyzerName, AnalyzerVersion, Record, Track, TrackError
from auralis_cli.model.tags import Tags
from auralis_cli.store.cache_file import BUSY_TIMEOUT_S, cache_errors, open_cache_file
from auralis_cli.store.connection import transaction
from auralis_cli.store.damage import renew_cache_file
from auralis_cli.store.rows import (
    HEADER_COLUMNS,
    RECORD_COLUMNS,
    RowHeader,
    file_columns,
    header_from_row,
    record_from_row,
    row_of,
    stored_inode,
)
from auralis_cli.store.statements import BY_FILE_KEY, BY_INODE, MOVE, NOTE_ROOT, NOTE_TAGS, STAMPS, UPSERT
from auralis_cli.store.tag_columns import tag_columns
from auralis_cli.store.vanished import has_vanished, take_over

T = TypeVar("T")

_PATHS_PER_QUERY: Final = 500  # SQLite's oldest limit on parameters is 999
MAX_ROWS_PER_KEY: Final = 64
"""With more copies than this, a moved file may be reported as one more copy; neither is analysed."""
CAN_SHARE_CONNECTION: Final = sqlite3.threadsafety == 3
_UNSTORABLE: Final = (OverflowError, UnicodeError)
"""The errors for a row that SQLite cannot store: a number too large, or text not in UTF-8."""


class Cache:
    """Records and failures of one analyzer by path. Those of another are neither seen nor touched.

    The `note_…` methods write nothing: they keep what is to be written until `commit` writes all of it in one
    transaction of milliseconds, so that two scans can write in turn. Every read commits first. Only one
    thread at a time may call. Methods raise CacheError when the database fails; what was noted stays so.

    A file that proves damaged is renamed, and a new one takes its place with every readable row; `warnings`
    says so. Without `renew` it is a CacheDamagedError.
    """

    def __init__(
        self,
        path: Path,
        *,
        analyzer: AnalyzerName = AnalyzerName.WORKER,
        busy_timeout_s: float = BUSY_TIMEOUT_S,
        renew: bool = True,
    ) -> None:
        self.path = path
        self.warnings: list[str] = []
        self._analyzer = str(analyzer)
        self._busy_timeout_s = busy_timeout_s
        self._may_renew = renew
        self._pending: list[tuple[str, Sequence[Any]]] = []
        self._place: tuple[int, int] | str
        self._connection = self._open()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def note_result(
        self,
        track: Track,
        file_key: str,
        outcome: Record | TrackError,
        analyzer: AnalyzerVersion,
        ffmpeg: str | None,
    ) -> None:
        """Notes a result, which replaces the row of this path.

        `track` is the file as it was before the analysis, and still was after it. Of a failure, `analyzer`
        and `ffmpeg` (its version, None without ffmpeg) say when it is worth another try. An empty `file_key`
        means that it is not known. ValueError for a result of another analyzer than the cache's.
        """
        maker = outcome.analyzer if isinstance(outcome, Record) else analyzer.name
        if maker != self._analyzer:
            raise ValueError(f"a result of the {maker} for the cache of the {self._analyzer}")
        now = datetime.now(UTC).isoformat(timespec="seconds")
        self._pending.append((UPSERT, row_of(track, file_key, outcome, analyzer, ffmpeg=ffmpeg, now=now)))

    def note_move(self, from_path: str, track: Track, file_key: str) -> None:
        """Notes that the row of `from_path` is that of `track` now: its path and times may be new."""
        new = (*file_columns(track), file_key or None, os.fsencode(from_path), self._analyzer)
        self._pending.append((MOVE, new))

    def note_tags(self, path: str, tags: Tags | None) -> None:
        """Notes the tags of the file at this path; None: they are to be read anew."""
        self._pending.append((NOTE_TAGS, (os.fsencode(path), self._analyzer, *tag_columns(tags))))

    def note_roots(self, folders: Iterable[str]) -> None:
        """Notes that these folders are scanned: while one of them is absent, `cache prune` keeps its rows."""
        now = datetime.now(UTC).isoformat(timespec="seconds")
        noted = set(self._or_renew(partial(self._read, "SELECT path FROM roots", ())))
        new = {os.fsencode(folder) for folder in folders} - {path for (path,) in noted}
        self._pending += [(NOTE_ROOT, (folder, now)) for folder in sorted(new)]

    def headers(self, paths: Iterable[str]) -> dict[str, RowHeader]:
        """The rows of these paths without their records, by path."""
        rows = self._select(HEADER_COLUMNS, "path", map(os.fsencode, paths))
        return {header.path: header for header in map(header_from_row, rows)}

    def stamps(
        self, first: bytes, last: bytes, *, versions: tuple[int, int], with_tags: bool = False, limit: int
    ) -> set[tuple[bytes, int, int, int | None]]:
        """(path, size, mtime_ns, ctime_ns) of the records whose paths lie between two paths, analysed by one
        of these versions, the oldest to the newest; `with_tags`: and whose tags were read.

        Only the first `limit` rows between them are read: a whole library may lie there. This one query costs
        a third of a query for each path, and reads nothing but an index.
        """
        return set(self.select(STAMPS, (first, last, limit, self._analyzer, *versions, with_tags)))

    def headers_by_file_key(self, file_keys: Iterable[str]) -> dict[str, list[RowHeader]]:
        """Up to `MAX_ROWS_PER_KEY` rows with each of these file keys, by key, in the order of their paths."""
        found: dict[str, list[RowHeader]] = {}
        for key in dict.fromkeys(filter(None, file_keys)):
            if rows := self.select(BY_FILE_KEY, (key, self._analyzer, MAX_ROWS_PER_KEY)):
                found[key] = [header_from_row(row) for row in sorted(rows, key=itemgetter(0))]
        return found

    def headers_of_inode(self, inode: int) -> list[RowHeader]:
        """Up to `MAX_ROWS_PER_KEY` rows of files with this inode, on whatever file system."""
        rows = self.select(BY_INODE, (stored_inode(inode), self._analyzer, MAX_ROWS_PER_KEY))
        return [header_from_row(row) for row in rows]

    def records(self, paths: Iterable[str]) -> dict[str, Record]:
        """The records of these paths, by path. Failures and rows that break a rule are left out."""
        found = {}
        for row in self._select(
            f"path, {RECORD_COLUMNS}", "path", map(os.fsencode, paths), "error_code IS NULL"
        ):
            if (record := record_from_row(row[1:])) is not None:
                found[os.fsdecode(row[0])] = record
        return found

    def state_of_others(self) -> object:
        """Another answer once another process has committed. Any thread may ask if `CAN_SHARE_CONNECTION`."""
        try:
            version = self._connection.execute("PRAGMA data_version").fetchone()
        except sqlite3.Error:  # what comes next on the cache says why
            return object()
        return self._place, version  # SQLite counts for each connection anew

    def select(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """The rows that a query of the rooms above finds."""
        self.commit()
        return self._or_renew(partial(self._read, query, values))

    def commit(self) -> None:
        """Writes all that was noted. Call it at least every second and before every stop.

        If the file is not there any more, another takes its place, with all that was in it.
        """
        if has_vanished(self.path, self._place):  # another scan has replaced it, or somebody moved it
            self._take_over()
        if not self._pending:
            return
        self._or_renew(self._write)
        self._pending.clear()

    def _take_over(self) -> None:
        connection, warning = take_over(
            self._connection, self.path, self._place, busy_timeout_s=self._busy_timeout_s
        )
        self._connection, self._place = connection, inode_or_path(str(self.path))
        self.warnings.append(warning)

    def _write(self) -> None:
        with cache_errors(self.path, "write to"), transaction(self._connection):
            for statement, values in self._pending:
                try:
                    self._connection.execute(statement, values)
                except _UNSTORABLE as error:  # only this row is lost
                    self.warnings.append(f"not stored: {os.fsdecode(values[0])}: {error}; please report this")

    def close(self) -> None:
        """Commits and closes."""
        try:
            self.commit()
        finally:
            self._connection.close()

    def _select(
        self, columns: str, key: str, values: Iterable[Any], also: str = "typeof(path) = 'blob'"
    ) -> Iterator[tuple[Any, ...]]:
        self.commit()
        values = iter(values)
        while chunk := tuple(islice(values, _PATHS_PER_QUERY)):
            marks = ", ".join("?" * len(chunk))
            query = f"SELECT {columns} FROM tracks WHERE {key} IN ({marks}) AND analyzer = ? AND {also}"
            yield from self._or_renew(partial(self._read, query, (*chunk, self._analyzer)))

    def _read(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        with cache_errors(self.path, "read"):
            return self._connection.execute(query, values).fetchall()

    def renew(self, reason: str) -> None:
        """Renames the file and goes on with a new one, which gets every row that keeps the rules."""
        self.commit()
        self._connection.close()
        self._connection = self._renew(CacheDamagedError(reason), self._place)

    def _or_renew(self, step: Callable[[], T]) -> T:
        """Runs the step; if the file proves damaged, replaces it and runs the step again."""
        try:
            return step()
        except CacheDamagedError as damage:
            if not self._may_renew:
                raise
            with contextlib.suppress(sqlite3.Error):
                self._connection.close()
            self._connection = self._renew(damage, self._place)
            return step()

    def _open(self) -> sqlite3.Connection:
        try:
            connection = open_cache_file(self.path, busy_timeout_s=self._busy_timeout_s)
        except CacheDamagedError as damage:
            if not self._may_renew:
                raise
            connection = self._renew(damage, None)
        self._place = inode_or_path(str(self.path))
        return connection

    def _renew(self, damage: CacheDamagedError, place: tuple[int, int] | str | None) -> sqlite3.Connection:
        connection, warning = renew_cache_file(
            self.path, damage, place=place, busy_timeout_s=self._busy_timeout_s
        )
        self._place = inode_or_path(str(self.path))
        if warning is not None:
            self.warnings.append(warning)
        return connection
