"""Stage 2: tracks → known already, moved, failed before, or to be analysed."""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Final, TypeAlias

import msgspec

from auralis_cli.cache import Cache, Known
from auralis_cli.file_key import file_key
from auralis_cli.record import Analyzer, Record, Track, TrackError
from auralis_cli.same_content import is_same_content
from auralis_cli.sidecar import Sidecars


class Hit(msgspec.Struct, frozen=True):
    """Analysed before. `record` is None when the caller did not ask for records."""

    track: Track
    record: Record | None


class Moved(msgspec.Struct, frozen=True):
    """Analysed before under `from_path`, which is gone; its row now belongs to this path."""

    track: Track
    record: Record | None
    from_path: str


class KnownFailure(msgspec.Struct, frozen=True):
    """Failed before, and nothing has changed since that could help."""

    track: Track
    error: TrackError


class Miss(msgspec.Struct, frozen=True):
    """To be analysed. `file_key` is empty when the file cannot be read: the worker will say why."""

    track: Track
    file_key: str


GONE: Final = ""

Answer: TypeAlias = Hit | Moved | KnownFailure | Miss


class _Find(msgspec.Struct, frozen=True):
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
        analyzer: Analyzer,
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

    def look_up(self, tracks: Sequence[Track]) -> list[Answer]:
        """One answer per track, in order. Batches of some hundred tracks cost least."""
        if self._rescan:
            return [Miss(track, _key_of(track)) for track in tracks]
        rows = self._cache.known(track.path for track in tracks)
        current = {track.path: row for track in tracks if (row := self._row_of(track, rows)) is not None}
        records = self._records(row.path for row in current.values() if row.error is None)
        answers: dict[str, Answer] = {}
        for track in tracks:
            row = current.get(track.path)
            if row is None:
                continue
            if row.error is not None:
                answers[track.path] = KnownFailure(track, row.error)
            elif track.path in records or not self._with_records:  # else the row is damaged
                answers[track.path] = Hit(track, records.get(track.path))
        rest = [track for track in tracks if track.path not in answers]
        if rest:
            answers.update(self._recognise(rest, rows))
        return [answers[track.path] for track in tracks]

    def _row_of(self, track: Track, rows: Mapping[str, Known]) -> Known | None:
        """The row of the track's own path when it is about this file as it is and still holds."""
        row = rows.get(track.path)
        if row is None or row.mtime_ns != track.mtime_ns or row.size != track.size:
            return None
        return row if self._is_current(row) else None

    def _is_current(self, row: Known) -> bool:
        """Whether this run would come to the same result."""
        wanted = (self._analyzer.name, self._analyzer.analysis_version)
        made_alike = (row.analyzer, row.analysis_version) == wanted
        if row.error is None or not made_alike:
            return made_alike
        if row.worker_version != self._analyzer.worker_version:
            return False
        return not row.error.depends_on_ffmpeg or row.ffmpeg == self._ffmpeg()

    def _recognise(self, tracks: Sequence[Track], rows: Mapping[str, Known]) -> dict[str, Answer]:
        """Answers for files without a row that holds: a row taken over, else the sidecar, else a miss."""
        finds = [self._examine(track, rows.get(track.path)) for track in tracks]
        candidates = self._candidates(finds)
        free = [row for rows_of_key in candidates.values() for row in rows_of_key]
        records = self._cache.records(row.path for row in free if row.error is None)
        answers: dict[str, Answer] = {}
        taken: set[str] = set()
        # Files that kept their modification time choose first: of a moved file and a copy, the moved one.
        for find, row in sorted(_pairs(finds, candidates), key=_time_differs):
            track = find.track
            record = records.get(row.path)
            settled = track.path in answers or row.path in taken
            if not settled and self._may_take(find, row, record):
                taken.add(row.path)
                answers[track.path] = self._take_over(find, row, record)
        for find in finds:
            if find.track.path not in answers:
                answers[find.track.path] = self._fill(find)
        return answers

    def _examine(self, track: Track, row: Known | None) -> _Find:
        """The file's key, from the cheapest source that has it."""
        found = self._sidecars.read(track)
        if found is not None and _made_by(found[0]) == (self._analyzer.name, self._analyzer.analysis_version):
            return _Find(track, found[1], found[0], key_was_read=False)
        if row is not None and row.file_key and (row.size, row.mtime_ns) == (track.size, track.mtime_ns):
            return _Find(track, row.file_key, None, key_was_read=False)
        return _Find(track, _key_of(track), None, key_was_read=True)

    def _candidates(self, finds: Sequence[_Find]) -> dict[str, list[Known]]:
        """By file key, the rows that may be taken: their own file is gone or among those in question."""
        rows_by_key = self._cache.known_by_file_key(find.file_key for find in finds)
        places = {_place_of(find.track.path) for find in finds if find.file_key in rows_by_key} | {GONE}
        return {
            key: [row for row in rows if self._is_current(row) and _place_of(row.path) in places]
            for key, rows in rows_by_key.items()
        }

    def _may_take(self, find: _Find, row: Known, record: Record | None) -> bool:
        """Whether the row is about the track's content: see `same_content.py`."""
        track = find.track
        if row.size != track.size or (row.error is None) != (record is not None):
            return False
        if _place_of(row.path) not in (GONE, _place_of(track.path)):
            return False
        if row.error is not None and find.record is not None:
            return False  # a good sidecar knows better
        if not is_same_content(track, row.mtime_ns, record):
            return False
        # The key may come from a sidecar or an old row, and the file may be changing right now.
        return (find.key_was_read or _key_of(track) == find.file_key) and _is_unchanged(track)

    def _take_over(self, find: _Find, row: Known, record: Record | None) -> Answer:
        """Gives the row to the track, and the track a sidecar."""
        self._cache.move(row.path, find.track)
        if row.error is not None:
            return KnownFailure(find.track, row.error)
        if record is not None:
            self._sidecars.write(find.track, find.file_key, record)
        shown = record if self._with_records else None
        return Hit(find.track, shown) if row.path == find.track.path else Moved(find.track, shown, row.path)

    def _fill(self, find: _Find) -> Answer:
        """A hit that goes from the sidecar into the cache, or a miss."""
        if find.record is None:
            return Miss(find.track, find.file_key)
        self._cache.store(find.track, find.file_key, find.record, self._analyzer, None)
        return Hit(find.track, find.record if self._with_records else None)

    def _records(self, paths: Iterable[str]) -> dict[str, Record]:
        return self._cache.records(paths) if self._with_records else {}


def _pairs(
    finds: Iterable[_Find], candidates: Mapping[str, Sequence[Known]]
) -> Iterator[tuple[_Find, Known]]:
    """Each file with each row of the same file key."""
    for find in finds:
        for row in candidates.get(find.file_key, ()):
            yield find, row


def _time_differs(pair: tuple[_Find, Known]) -> bool:
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


def _place_of(path: str) -> tuple[int, int] | str:
    """What is at a path: device and inode of a file, so that a renamed file is the same on file systems that
    ignore case; the path itself where they do not tell; `GONE` for nothing.

    A path that cannot be examined, as on a share that does not answer, is not gone.
    """
    try:
        status = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return GONE
    except OSError:
        return path
    return (status.st_dev, status.st_ino) if status.st_ino and status.st_nlink == 1 else path


def _is_unchanged(track: Track) -> bool:
    """Whether the file still is as discovery saw it."""
    try:
        status = os.stat(track.path)
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (track.size, track.mtime_ns)
