"""Looking up tracks: analysed before, moved, failed before, or to be analysed."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import chain, islice
from typing import Final

import msgspec

from auralis_cli.files.file_key import MAX_WHOLE_FILE_BYTES, file_key, is_same_content
from auralis_cli.files.identity import GONE, identify, inode_or_path, is_unchanged
from auralis_cli.lookup.answers import Hit, LookupResult, Miss, Moved, PastFailure
from auralis_cli.model.record import AnalyzerVersion, Record, Track
from auralis_cli.store.cache import Cache
from auralis_cli.store.rows import RowHeader
from auralis_cli.store.sidecars import Sidecars


def changed_or_new(cache: Cache, tracks: Sequence[Track], analysis_version: int) -> list[Track]:
    """The tracks without those whose record holds: same path, size, modification time, analysis version.

    A walk gives paths that lie close together in the cache, so one range of it answers for most of them.
    Where it does not, because much else lies between them, tracks stay that are known all the same, and so do
    failures: `Lookup` answers for all that stays.
    """
    if not tracks:
        return []
    stamps = [(os.fsencode(track.path), track.size, track.mtime_ns) for track in tracks]
    first, last = min(stamps)[0], max(stamps)[0]
    known = cache.stamps(first, last, analysis_version=analysis_version, limit=2 * len(tracks))
    return [track for track, stamp in zip(tracks, stamps, strict=True) if stamp not in known]


MAX_COMPARED: Final = 4
"""Files that a track is compared with before it is analysed after all."""


class Examined(msgspec.Struct, frozen=True):
    """A file that no row of its path answers for: its key, and its sidecar's record where that is good."""

    track: Track
    file_key: str
    record: Record | None
    key_was_read: bool
    """The key was just computed from the file, not taken from what was written down about it."""


class Lookup:
    """Answers from the cache, then from sidecars, then by recognising moved and touched files.

    A row answers when path, size, modification time, analyzer and analysis version agree; a failure also
    needs the same worker version and, where ffmpeg could change it, the same ffmpeg (`ffmpeg` gives its
    version or None and is called only then). Files whose row answers are not opened.
    """

    def __init__(
        self,
        cache: Cache,
        analyzer: AnalyzerVersion,
        *,
        sidecars: Sidecars,
        ffmpeg: Callable[[], str | None],
        rescan: bool = False,
        with_records: bool,
    ) -> None:
        self._cache = cache
        self._analyzer = analyzer
        self._sidecars = sidecars
        self._ffmpeg = ffmpeg
        self._rescan = rescan
        self._with_records = with_records

    def look_up(self, tracks: Sequence[Track]) -> list[LookupResult]:
        """One answer per track, in order. Batches of some hundred tracks cost least."""
        if self._rescan:
            return [Miss(track, _key_of(track)) for track in tracks]
        rows = self._cache.headers(track.path for track in tracks)
        current = {track.path: row for track in tracks if (row := self._row_of(track, rows)) is not None}
        records = self._records(row.path for row in current.values() if row.error is None)
        answers: dict[str, LookupResult] = {}
        for track in tracks:
            row = current.get(track.path)
            if row is None:
                continue
            if row.error is not None:
                answers[track.path] = PastFailure(track, row.error)
            elif track.path in records or not self._with_records:  # else the row is damaged
                answers[track.path] = Hit(track, records.get(track.path))
        for path in answers:
            if current[path].missing:
                self._cache.revive(path)
        rest = [track for track in tracks if track.path not in answers]
        if rest:
            answers.update(self._recognise(rest, rows))
        return [answers[track.path] for track in tracks]

    def has_result(self, track: Track, file_key: str) -> bool:
        """Whether by now a row may answer for the track: its own, or that of a file with the same key."""
        if self._rescan:
            return False
        if self._row_of(track, self._cache.headers([track.path])) is not None:
            return True
        alike = self._cache.headers_by_file_key([file_key]).get(file_key, ())
        return any(row.error is None and self._is_current(row) for row in alike)

    def take_copy(self, track: Track, file_key: str, original: Track) -> Hit | None:
        """Gives the track the record of `original`, which has the same bytes; None when that has none now.

        The sidecar is left to the caller: syncing it takes long.
        """
        row = self._cache.headers([original.path]).get(original.path)
        if row is None or row.error is not None or not self._is_current(row):
            return None
        record = self._cache.records([original.path]).get(original.path)
        if record is None or (row.size, row.mtime_ns) != (original.size, original.mtime_ns):
            return None
        self._cache.store(track, file_key, record, self._analyzer, None)
        return Hit(track, record, copy_of=original.path)

    def _row_of(self, track: Track, rows: Mapping[str, RowHeader]) -> RowHeader | None:
        """The row of the track's own path when it is about this file as it is and still holds."""
        row = rows.get(track.path)
        if row is None or row.mtime_ns != track.mtime_ns or row.size != track.size:
            return None
        return row if self._is_current(row) else None

    def _is_current(self, row: RowHeader) -> bool:
        """Whether this run would come to the same result."""
        wanted = (self._analyzer.name, self._analyzer.analysis_version)
        made_alike = (row.analyzer, row.analysis_version) == wanted
        if row.error is None or not made_alike:
            return made_alike
        if row.worker_version != self._analyzer.worker_version:
            return False
        return not row.error.depends_on_ffmpeg or row.ffmpeg == self._ffmpeg()

    def _recognise(self, tracks: Sequence[Track], rows: Mapping[str, RowHeader]) -> dict[str, LookupResult]:
        """Answers for files without a row that holds: a row taken over, else the sidecar, else a miss."""
        finds = [self._examine(track, rows.get(track.path)) for track in tracks]
        rows_by_key = self._cache.headers_by_file_key(find.file_key for find in finds)
        candidates = self._candidates(finds, rows_by_key)
        free = [row for rows_of_key in candidates.values() for row in rows_of_key]
        records = self._cache.records(row.path for row in free if row.error is None)
        answers: dict[str, LookupResult] = {}
        taken: dict[str, str] = {}
        """Path after the look-up by path before."""
        # Files that kept their modification time choose first: of a moved file and a copy, the moved one.
        for find, row in sorted(_pairs(finds, candidates), key=_time_differs):
            track = find.track
            record = records.get(row.path)
            settled = track.path in answers or row.path in taken
            if not settled and self._may_take(find, row, record):
                taken[row.path] = track.path
                answers[track.path] = self._take_over(find, row, record)
        rest = [find for find in finds if find.track.path not in answers]
        filled = [find for find in rest if find.record is not None]
        answers.update({find.track.path: self._fill(find) for find in filled})
        for find in rest:
            if find.record is None:
                alike = chain(
                    self._files_of(rows_by_key.get(find.file_key, ()), taken),
                    (other.track.path for other in filled if other.file_key == find.file_key),
                )
                others = (path for path in alike if path != find.track.path)
                like = tuple(islice(others, MAX_COMPARED))
                answers[find.track.path] = Miss(find.track, find.file_key, like)
        return answers

    def _files_of(self, rows: Iterable[RowHeader], taken: Mapping[str, str]) -> Iterator[str]:
        """Where the files of these rows are, if they are there and their records would do for this run."""
        for row in rows:
            if row.error is None and self._is_current(row):
                path = taken.get(row.path, row.path)
                if inode_or_path(path) != GONE:
                    yield path

    def _examine(self, track: Track, row: RowHeader | None) -> Examined:
        """The file's key, from the cheapest source that has it."""
        found = self._sidecars.read(track)
        if found is not None and _made_by(found[0]) == (self._analyzer.name, self._analyzer.analysis_version):
            return Examined(track, found[1], found[0], key_was_read=False)
        if row is not None and row.file_key and (row.size, row.mtime_ns) == (track.size, track.mtime_ns):
            return Examined(track, row.file_key, None, key_was_read=False)
        return Examined(track, _key_of(track), None, key_was_read=True)

    def _candidates(
        self, finds: Sequence[Examined], rows_by_key: Mapping[str, Sequence[RowHeader]]
    ) -> dict[str, list[RowHeader]]:
        """By file key, the rows that may be taken: of files that are gone, in question, or displaced."""
        places = {inode_or_path(find.track.path) for find in finds if find.file_key in rows_by_key} | {GONE}
        return {
            key: [
                row
                for row in rows
                if self._is_current(row) and (inode_or_path(row.path) in places or _is_displaced(row))
            ]
            for key, rows in rows_by_key.items()
        }

    def _may_take(self, find: Examined, row: RowHeader, record: Record | None) -> bool:
        """Whether the row is about the track's content: see `same_content.py`."""
        track = find.track
        if row.size != track.size or (row.error is None) != (record is not None):
            return False
        if inode_or_path(row.path) not in (GONE, inode_or_path(track.path)):
            certain = row.mtime_ns == track.mtime_ns or track.size <= MAX_WHOLE_FILE_BYTES
            if record is None or not certain or not _is_displaced(row):
                return False
        if row.error is not None and find.record is not None:
            return False  # a good sidecar knows better
        if not is_same_content(track, row.mtime_ns, record):
            return False
        # The key may come from a sidecar or an old row, and the file may be changing right now.
        return (find.key_was_read or _key_of(track) == find.file_key) and is_unchanged(track)

    def _take_over(self, find: Examined, row: RowHeader, record: Record | None) -> LookupResult:
        """Gives the row to the track, and the track a sidecar."""
        if record is not None and inode_or_path(row.path) not in (GONE, inode_or_path(find.track.path)):
            # Another file has taken this one's place, as in a swap, and may have to be told by this row too.
            self._cache.store(find.track, find.file_key, record, self._analyzer, None)
        else:
            self._cache.move(row.path, find.track)
        if row.error is not None:
            return PastFailure(find.track, row.error)
        if record is not None:
            self._sidecars.write(find.track, find.file_key, record)
        shown = record if self._with_records else None
        return Hit(find.track, shown) if row.path == find.track.path else Moved(find.track, shown, row.path)

    def _fill(self, find: Examined) -> Hit:
        """A hit that goes from the sidecar into the cache."""
        assert find.record is not None
        self._cache.store(find.track, find.file_key, find.record, self._analyzer, None)
        return Hit(find.track, find.record if self._with_records else None)

    def _records(self, paths: Iterable[str]) -> dict[str, Record]:
        return self._cache.records(paths) if self._with_records else {}


def _pairs(
    finds: Iterable[Examined], candidates: Mapping[str, Sequence[RowHeader]]
) -> Iterator[tuple[Examined, RowHeader]]:
    """Each file with each row of the same file key."""
    for find in finds:
        for row in candidates.get(find.file_key, ()):
            yield find, row


def _is_displaced(row: RowHeader) -> bool:
    """Whether another file lies where the row's was, as after a swap of names."""
    now = identify(row.path)
    return now is not None and (now.size, now.mtime_ns) != (row.size, row.mtime_ns)


def _time_differs(pair: tuple[Examined, RowHeader]) -> bool:
    find, row = pair
    return find.track.mtime_ns != row.mtime_ns


def _made_by(record: Record) -> tuple[str, int]:
    return record.analyzer, record.analysis_version


def _key_of(track: Track) -> str:
    """The file key, empty when the file cannot be read."""
    try:
        return file_key(track.path, track.size)
    except OSError:
        return ""
