"""Recognises linked, moved, renamed and touched files, and files that a sidecar describes.

Links are known by their inodes; the others by their file keys, for which at most 1 MiB is read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Final

import msgspec

from auralis_cli.files.file_key import (
    MAX_WHOLE_FILE_BYTES,
    has_doubtful_tags,
    is_same_content,
    key_or_none,
    key_proves_content,
)
from auralis_cli.files.identity import GONE, file_or_path, is_unchanged
from auralis_cli.lookup.links import rows_of_links
from auralis_cli.lookup.results import Hit, LookupResult, Miss, Moved, PastFailure
from auralis_cli.lookup.row_places import is_displaced
from auralis_cli.model.record import AnalyzerVersion, Record, Track, TrackError
from auralis_cli.model.stamps import only_ctime_differs, same_stamp, same_time
from auralis_cli.store.cache import Cache
from auralis_cli.store.rows import RowHeader
from auralis_cli.store.sidecars import Sidecars

MAX_COMPARED: Final = 4
"""So many files a track is compared with; then it is analysed."""


class Examined(msgspec.Struct, frozen=True):
    """A file whose cached row is missing or out of date: its key, and the record of a valid sidecar."""

    track: Track
    file_key: str
    record: Record | None
    key_was_read: bool
    """The key was just computed from the file, not taken from a sidecar or a row."""


class MovedFiles:
    """Finds a row or a sidecar for files that have no valid row under their own path."""

    def __init__(
        self,
        cache: Cache,
        analyzer: AnalyzerVersion,
        *,
        sidecars: Sidecars,
        is_valid: Callable[[RowHeader], bool],
        oldest: int,
        read_tags: bool = False,
        with_records: bool,
    ) -> None:
        self._cache = cache
        self._analyzer = analyzer
        self._sidecars = sidecars
        self._is_valid = is_valid
        self._oldest = oldest
        self._read_tags = read_tags
        self._with_records = with_records

    def recognise(self, tracks: Sequence[Track], rows: Mapping[str, RowHeader]) -> dict[str, LookupResult]:
        """Results by path: from a row of another path or time, else from the sidecar, else a miss.

        `rows`: the rows of the tracks' own paths.
        """
        results = self._links(tracks)
        results.update(
            self._by_key([self._examine(t, rows.get(t.path)) for t in tracks if t.path not in results], rows)
        )
        return results

    def _links(self, tracks: Sequence[Track]) -> dict[str, LookupResult]:
        """Second paths to known files, each of which gets a row of its own."""
        found = rows_of_links(self._cache, tracks, self._is_valid)
        records = self._cache.records({row.path for row in found.values() if row.error is None})
        results: dict[str, LookupResult] = {}
        for track in tracks:
            row = found.get(track.path)
            if row is not None and (outcome := row.error or records.get(row.path)) is not None:
                results[track.path] = self._link(track, row, outcome)
        return results

    def _link(self, track: Track, row: RowHeader, outcome: Record | TrackError) -> LookupResult:
        self._cache.note_result(track, row.file_key, outcome, self._analyzer, row.ffmpeg)
        if isinstance(outcome, TrackError):
            return PastFailure(track, outcome)
        hit = Hit(track, outcome if self._with_records else None, copy_of=row.path)
        if self._lacks_tags(outcome):
            return Miss(track, row.file_key, probe=True, known=hit)
        self._sidecars.write(track, row.file_key, outcome)
        return hit

    def _lacks_tags(self, record: Record) -> bool:
        """Whether a probe is to read the tags of the file; its sidecar is written after that."""
        return self._read_tags and record.tags is None

    def _by_key(self, files: Sequence[Examined], rows: Mapping[str, RowHeader]) -> dict[str, LookupResult]:
        rows_by_key = self._cache.headers_by_file_key(file.file_key for file in files)
        candidates = self._candidates(files, rows_by_key)
        free = [row for rows_of_key in candidates.values() for row in rows_of_key]
        records = self._cache.records(row.path for row in free if row.error is None)
        results: dict[str, LookupResult] = {}
        taken: dict[str, str] = {}
        """New path by old path."""
        # Files with the row's time come first: of a moved file and its copy, the moved one gets the row.
        for file, row in sorted(_pairs(files, candidates), key=_time_differs):
            path, record = file.track.path, records.get(row.path)
            is_free = path not in results and row.path not in taken
            if is_free and self._may_take(file, row, record):
                taken[row.path] = path
                results[path] = self._take_over(file, row, record)
        rest = [file for file in files if file.track.path not in results]
        filled = [file for file in rest if file.record is not None]
        results.update({file.track.path: self._fill(file) for file in filled})
        for file in rest:
            if file.record is None:
                same_key = chain(
                    self._files_of(rows_by_key.get(file.file_key, ()), taken),
                    (other.track.path for other in filled if other.file_key == file.file_key),
                )
                path = file.track.path
                others = tuple(islice((other for other in same_key if other != path), MAX_COMPARED))
                results[path] = Miss(file.track, file.file_key, others, self._former(rows.get(path)))
        return results

    def _former(self, row: RowHeader | None) -> RowHeader | None:
        """The row, if it has a record that is valid for this run."""
        return row if row is not None and row.error is None and self._is_valid(row) else None

    def _files_of(self, rows: Iterable[RowHeader], taken: Mapping[str, str]) -> Iterator[str]:
        """Where the files of these rows are, if they are there and their records are valid for this run."""
        for row in rows:
            if row.error is None and self._is_valid(row):
                path = taken.get(row.path, row.path)
                if file_or_path(path) != GONE:
                    yield path

    def _examine(self, track: Track, row: RowHeader | None) -> Examined:
        """The file's key, from the cheapest source that has it.

        Where the row shows that the file may have been edited with its time set back, a sidecar is believed
        only if the file's key proves it: it would not show such an edit.
        """
        key = None
        found = self._sidecars.read(track)
        if row is not None and only_ctime_differs(row, track):
            key = key_or_none(track) or ""
            if found is not None and not (found[1] == key and key_proves_content(track.size, found[0])):
                found = None
        if found is not None and self._takes(found[0]):
            return Examined(track, found[1], found[0], key_was_read=key is not None)
        if row is not None and row.file_key and same_stamp(row, track):
            return Examined(track, row.file_key, None, key_was_read=False)
        key = (key_or_none(track) or "") if key is None else key
        return Examined(track, key, None, key_was_read=True)

    def _takes(self, record: Record) -> bool:
        return self._analyzer.takes(record.analyzer, record.analysis_version, self._oldest)

    def _candidates(
        self, files: Sequence[Examined], rows_by_key: Mapping[str, Sequence[RowHeader]]
    ) -> dict[str, list[RowHeader]]:
        """By file key, the rows that may be taken.

        Their file is gone, or is one of `files` under another name, or another file lies in its place.
        """
        places = {file_or_path(file.track.path) for file in files if file.file_key in rows_by_key} | {GONE}
        return {
            key: [
                row
                for row in rows
                if self._is_valid(row) and (file_or_path(row.path) in places or is_displaced(row))
            ]
            for key, rows in rows_by_key.items()
        }

    def _may_take(self, file: Examined, row: RowHeader, record: Record | None) -> bool:
        """Whether the row describes the track's content: see `is_same_content`.

        Under its own path a file has another time, or another time of change alone: then it may have been
        edited in place. A rename, too, changes the time of change on most file systems.
        """
        track = file.track
        if row.size != track.size or (row.error is None) != (record is not None):
            return False
        if file_or_path(row.path) not in (GONE, file_or_path(track.path)):
            certain = same_time(row.mtime_ns, track.mtime_ns) or track.size <= MAX_WHOLE_FILE_BYTES
            if record is None or not certain or not is_displaced(row):
                return False
        if row.error is not None and file.record is not None:
            return False  # a valid sidecar is better than a remembered failure
        is_proven = (
            key_proves_content(track.size, record)
            if row.path == track.path
            else is_same_content(track, row.mtime_ns, record)
        )
        if not is_proven:
            return False
        # The key may come from a sidecar or an old row, and the file may be changing right now.
        return (file.key_was_read or key_or_none(track) == file.file_key) and is_unchanged(track)

    def _take_over(self, file: Examined, row: RowHeader, record: Record | None) -> LookupResult:
        """Gives the row to the track, and the track a sidecar."""
        if record is not None and has_doubtful_tags(file.track, row.mtime_ns):
            record = msgspec.structs.replace(record, tags=None)
        if record is not None and file_or_path(row.path) not in (GONE, file_or_path(file.track.path)):
            # Another file lies in its place, as after a swap, and may still need this row to be recognised.
            self._cache.note_result(file.track, file.file_key, record, self._analyzer, None)
        else:
            self._cache.note_move(row.path, file.track, file.file_key)
            if record is not None and record.tags is None:
                self._cache.note_tags(file.track.path, None)
        if row.error is not None:
            return PastFailure(file.track, row.error)
        shown = record if self._with_records else None
        is_own = row.path == file.track.path
        result = Hit(file.track, shown) if is_own else Moved(file.track, shown, row.path)
        if record is not None and self._lacks_tags(record):
            return Miss(file.track, file.file_key, probe=True, known=result)
        if record is not None:
            self._sidecars.write(file.track, file.file_key, record)
        return result

    def _fill(self, file: Examined) -> LookupResult:
        """A hit from the sidecar, whose record goes into the cache."""
        assert file.record is not None
        self._cache.note_result(file.track, file.file_key, file.record, self._analyzer, None)
        hit = Hit(file.track, file.record if self._with_records else None)
        if self._lacks_tags(file.record):
            return Miss(file.track, file.file_key, probe=True, known=hit)
        return hit


def _pairs(
    files: Iterable[Examined], candidates: Mapping[str, Sequence[RowHeader]]
) -> Iterator[tuple[Examined, RowHeader]]:
    """Each file with each row of the same file key."""
    for file in files:
        for row in candidates.get(file.file_key, ()):
            yield file, row


def _time_differs(pair: tuple[Examined, RowHeader]) -> bool:
    file, row = pair
    return not same_time(file.track.mtime_ns, row.mtime_ns)
