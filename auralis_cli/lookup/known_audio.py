"""Recognises files by their encoded audio: retagged, also under another name, and copies with other tags.

A worker reads the key of a file's encoded audio in a fraction of the time of an analysis. That is worth it
for a changed file. For a new one it is only where it may be a known file that is gone: a first scan asks for
no key.
"""

from collections.abc import Callable
from typing import Final

import msgspec

from auralis_cli.files.gone_files import GoneFiles
from auralis_cli.files.identity import GONE, identify_file, inode_or_path
from auralis_cli.lookup.results import Hit, Moved, Retagged
from auralis_cli.model.record import AnalyzerVersion, Record, Track
from auralis_cli.model.stamps import same_size_and_time
from auralis_cli.model.tags import Tags
from auralis_cli.store.analysed_paths import analysed_paths
from auralis_cli.store.cache import MAX_ROWS_PER_KEY, Cache
from auralis_cli.store.rows import (
    HEADER_COLUMNS,
    RECORD_COLUMNS,
    RowHeader,
    header_from_row,
    record_from_row,
)

_ANY_KEY: Final = "SELECT 1 FROM tracks WHERE audio_key > '' AND analyzer = ? LIMIT 1"
_BY_AUDIO_KEY: Final = (
    f"SELECT {HEADER_COLUMNS}, {RECORD_COLUMNS} FROM tracks WHERE audio_key = ? AND analyzer = ? "
    "AND error_code IS NULL AND typeof(path) = 'blob' LIMIT ?"
)
_HEADER_LENGTH: Final = len(HEADER_COLUMNS.split(","))


class KnownAudio:
    """The rows whose records hold for a file with the same audio key, whatever its tags and its name."""

    def __init__(
        self, cache: Cache, analyzer: AnalyzerVersion, *, is_valid: Callable[[RowHeader], bool]
    ) -> None:
        self._cache = cache
        self._analyzer = analyzer
        self._is_valid = is_valid
        self._gone: GoneFiles | None = None
        self._displaced: dict[str, tuple[RowHeader, Record]] = {}

    def begin_walk(self) -> None:
        """Forgets which files were gone, and which rows have lost their places."""
        if self._gone is not None and not self._gone.is_looking:
            self._gone = None
        self._displaced.clear()

    def is_worth_a_probe(self, track: Track, former: RowHeader | None) -> bool:
        """Whether the audio of a file that has to be analysed may be known. `former`: see `Miss`."""
        if former is not None and former.audio_key is not None:
            return True
        if self._gone is None:
            has_keys = self._cache.select(_ANY_KEY, (self._analyzer.name,))
            self._gone = GoneFiles(analysed_paths(self._cache.path, self._analyzer.name) if has_keys else ())
        return self._gone.may_include(track.path)

    def find(self, track: Track, audio_key: str) -> tuple[RowHeader, Record] | None:
        """The row whose record holds for this audio: the track's own, else that of a gone file, else any."""
        found: list[tuple[RowHeader, Record]] = []
        for row in self._cache.select(_BY_AUDIO_KEY, (audio_key, self._analyzer.name, MAX_ROWS_PER_KEY)):
            header, record = header_from_row(row[:_HEADER_LENGTH]), record_from_row(row[_HEADER_LENGTH:])
            if record is not None and self._is_valid(header):
                if header.path == track.path:
                    return header, record
                found.append((header, record))
        if found:
            return min(found, key=lambda each: (not _is_gone(each[0]), each[0].path))
        return self._displaced.get(audio_key)

    def take(
        self, track: Track, file_key: str, row: RowHeader, record: Record, tags: Tags | None
    ) -> Hit | Moved | Retagged:
        """Gives the track what `find` has found: the row, unless that belongs to a file that is there.

        The tags are those of the track, whatever the row had.

        Writing the sidecar is left to the caller, because it takes long.
        """
        record = msgspec.structs.replace(record, tags=tags)
        is_own = row.path == track.path
        if not is_own:
            self._remember(track.path)
        if is_own or _is_gone(row):
            self._cache.note_move(row.path, track, file_key)
            self._cache.note_tags(track.path, tags)
        else:
            self._cache.note_result(track, file_key, record, self._analyzer, None)
            if row.version is not None or _is_as_before(row):
                return Hit(track, record, copy_of=row.path)
        if row.file_key == file_key and row.size == track.size:  # only its times are new
            return Hit(track, record) if is_own else Moved(track, record, row.path)
        return Retagged(track, record, None if is_own else row.path)

    def _remember(self, path: str) -> None:
        """Keeps what another file's row will replace: the file that was here may turn up under another name,
        as when a folder is numbered anew.
        """
        header = self._cache.headers([path]).get(path)
        if header is None or header.audio_key is None or not self._is_valid(header):
            return
        if (record := self._cache.records([path]).get(path)) is not None:
            self._displaced[header.audio_key] = header, record


def _is_as_before(row: RowHeader) -> bool:
    now = identify_file(row.path)
    return now is not None and same_size_and_time(row, now)


def _is_gone(row: RowHeader) -> bool:
    """Whether the file of the row is gone. Whether a URL is, only its store knows."""
    return row.version is None and inode_or_path(row.path) == GONE
