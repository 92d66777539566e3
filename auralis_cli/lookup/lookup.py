"""Looking up tracks: analysed before, moved, failed before, or to be analysed."""

import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Final

import msgspec

from auralis_cli.files.file_key import key_or_none
from auralis_cli.files.identity import has_moving_ctime
from auralis_cli.lookup.absent import Absence
from auralis_cli.lookup.known_audio import KnownAudio
from auralis_cli.lookup.moved_files import MovedFiles
from auralis_cli.lookup.results import Hit, LookupResult, Miss, PastFailure
from auralis_cli.lookup.row_places import is_proven_by_key
from auralis_cli.model.record import AnalyzerVersion, Record, Track
from auralis_cli.model.stamps import only_ctime_differs, same_stamp
from auralis_cli.store.cache import Cache
from auralis_cli.store.rows import RowHeader, is_valid_for
from auralis_cli.store.sidecars import Sidecars

MANY: Final = 16
"""Of so many tracks those that are unchanged are found by one range query first."""

_ENCODING: Final = sys.getfilesystemencoding()
_ENCODE_ERRORS: Final = sys.getfilesystemencodeerrors()
"""With these `str.encode` is `os.fsencode`, in half the time."""


def changed_or_new(
    cache: Cache, tracks: Sequence[Track], versions: tuple[int, int], *, with_tags: bool = False
) -> list[Track]:
    """Leaves out the tracks that the cache has as they are: same path, size and times to the nanosecond, and
    an analysis version from the oldest to the newest of `versions`; `with_tags`: and whose tags were read.

    A walk gives paths that lie close together in the cache, so one range query finds most of them
    without loading records. Some known tracks may remain, where many other rows lie between them or times
    agree less exactly, and so do failures: `Lookup` looks up what remains.
    """
    if not tracks:
        return []
    if tracks[-1].version is not None:  # URLs come last, and only their rows know versions
        files = [track for track in tracks if track.version is None]
        rest = changed_or_new(cache, files, versions, with_tags=with_tags)
        return rest + [track for track in tracks if track.version is not None]
    paths = [track.path.encode(_ENCODING, _ENCODE_ERRORS) for track in tracks]
    known = cache.stamps(
        min(paths), max(paths), versions=versions, with_tags=with_tags, limit=2 * len(tracks)
    )
    return [
        track
        for track, path in zip(tracks, paths, strict=True)
        if (path, track.size, track.mtime_ns, track.ctime_ns) not in known
    ]


class Lookup:
    """Answers from the cache, then from sidecars, then by recognising moved and touched files.

    A row is valid for a track when path, size, times (`same_stamp`), analyzer and analysis version agree; a
    failure also needs the same worker version and, where ffmpeg could change it, the same ffmpeg (`ffmpeg`
    returns its version or None, and is called only then). That a file is a film is a failure only where
    `audio_only` is true. Without `renew` the records of older analysis versions are valid too. A file with a
    valid row is not opened. `read_tags`: a known track whose tags were never read is to be probed for them.
    """

    def __init__(
        self,
        cache: Cache,
        analyzer: AnalyzerVersion,
        *,
        sidecars: Sidecars,
        ffmpeg: Callable[[], str | None],
        rescan: bool = False,
        audio_only: bool = False,
        renew: bool = True,
        read_tags: bool = False,
        with_records: bool,
    ) -> None:
        self._cache = cache
        self._analyzer = analyzer
        self._versions = (analyzer.analysis_version if renew else 1, analyzer.analysis_version)
        self._is_valid = partial(
            is_valid_for, analyzer=analyzer, ffmpeg=ffmpeg, audio_only=audio_only, oldest=self._versions[0]
        )
        self._moved_files = MovedFiles(
            cache,
            analyzer,
            sidecars=sidecars,
            is_valid=self._is_valid,
            oldest=self._versions[0],
            read_tags=read_tags,
            with_records=with_records,
        )
        self._sidecars = sidecars
        self._rescan = rescan
        self._read_tags = read_tags
        self._with_records = with_records
        self.known_audio = KnownAudio(cache, analyzer, is_valid=self._is_valid)
        self.absence = Absence(cache, analyzer.name)

    def look_up(self, tracks: Sequence[Track]) -> list[LookupResult]:
        """Returns one result per track, in order. Batches of some hundred tracks cost least.

        URLs come after all files.
        """
        if self._rescan:
            return [Miss(track, key_or_none(track) or "") for track in tracks]
        results = self._unchanged(tracks) if self._with_records and len(tracks) >= MANY else {}
        rest = [track for track in tracks if track.path not in results] if results else tracks
        if rest:
            results.update(self._look_up_each(rest))
        return [results[track.path] for track in tracks]

    def _unchanged(self, tracks: Sequence[Track]) -> dict[str, LookupResult]:
        """The hits of tracks that the cache has as they are, by path: their records, without their rows."""
        changed = {track.path for track in self._changed_or_new(tracks)}
        same = {track.path: track for track in tracks if track.path not in changed}
        return {path: Hit(same[path], record) for path, record in self._cache.records(same).items()}

    def _look_up_each(self, tracks: Sequence[Track]) -> dict[str, LookupResult]:
        rows = self._cache.headers(track.path for track in tracks)
        valid = {track.path: row for track in tracks if (row := self._valid_row(track, rows)) is not None}
        records = self._records(row.path for row in valid.values() if row.error is None)
        results: dict[str, LookupResult] = {}
        for track in tracks:
            row = valid.get(track.path)
            if row is None:
                continue
            if row.error is not None:
                results[track.path] = PastFailure(track, row.error)
            elif track.path in records or not self._with_records:  # else the row is damaged
                results[track.path] = self._hit(track, records.get(track.path), row)
        for track in tracks:
            if track.path in results:
                self._note_as_seen(track, valid[track.path])
        rest = [track for track in tracks if track.path not in results]
        if rest and rest[-1].version is not None:  # a URL has no sidecar, no file key and no other name
            results.update((track.path, Miss(track, "")) for track in rest if track.version is not None)
            rest = [track for track in rest if track.version is None]
        if rest:
            for path, answer in self._moved_files.recognise(rest, rows).items():
                results[path] = self._with_probe(answer) if isinstance(answer, Miss) else answer
        return results

    def _changed_or_new(self, tracks: Sequence[Track]) -> list[Track]:
        return changed_or_new(self._cache, tracks, self._versions, with_tags=self._read_tags)

    def _hit(self, track: Track, record: Record | None, row: RowHeader) -> Hit | Miss:
        hit = Hit(track, record)
        has_all = row.tags_read or not self._read_tags or track.version is not None
        return hit if has_all else Miss(track, row.file_key, probe=True, known=hit)

    def _with_probe(self, miss: Miss) -> Miss:
        if miss.known is not None or not miss.file_key:
            return miss
        is_worth_it = self.known_audio.is_worth_a_probe(miss.track, miss.former)
        return msgspec.structs.replace(miss, probe=True) if is_worth_it else miss

    def look_up_changed(self, tracks: Sequence[Track]) -> tuple[int, list[LookupResult]]:
        """Returns how many tracks are unchanged, which are only counted, and the results of the others."""
        rest = self._changed_or_new(tracks)
        return len(tracks) - len(rest), self.look_up(rest)

    def note_listing(self, folder: str, entries: Iterable[os.DirEntry[str]]) -> None:
        """What the walk finds in a folder, for `without_sidecar`. Any thread may call."""
        self._sidecars.note_listing(folder, entries)

    def without_sidecar(self, tracks: Iterable[Track]) -> list[Track]:
        """Those of the tracks that have no sidecar but could have one; cheapest in the order of a walk."""
        return self._sidecars.missing(tracks)

    def state_of_others(self) -> object:
        """Differs from every earlier answer once another process has changed what is known."""
        return self._cache.state_of_others()

    def note_mounts(self, folders: Iterable[str]) -> None:
        """Notes where other file systems begin, so that a prune keeps their tracks while they are away."""
        self._cache.note_roots(folders)

    def has_result(self, track: Track, file_key: str) -> bool:
        """Whether by now a row may be valid for the track: its own, or that of a file with the same key."""
        if self._rescan:
            return False
        if self._valid_row(track, self._cache.headers([track.path])) is not None:
            return True
        same_key = self._cache.headers_by_file_key([file_key]).get(file_key, ())
        return any(row.error is None and self._is_valid(row) for row in same_key)

    def take_copy(self, track: Track, file_key: str, original: Track) -> Hit | None:
        """Gives the track the record of `original`, which has the same bytes; None when that has none now.

        Writing the sidecar is left to the caller, because it takes long.
        """
        row = self._cache.headers([original.path]).get(original.path)
        if row is None or row.error is not None or not self._is_valid(row):
            return None
        record = self._cache.records([original.path]).get(original.path)
        if record is None or not (same_stamp(row, original) or is_proven_by_key(row, original, record)):
            return None
        self._cache.note_result(track, file_key, record, self._analyzer, None)
        return Hit(track, record, copy_of=original.path)

    def _valid_row(self, track: Track, rows: Mapping[str, RowHeader]) -> RowHeader | None:
        """The row of the track's path if nothing says that the file has changed and it is still valid."""
        row = rows.get(track.path)
        if row is None or not self._is_valid(row):
            return None
        as_before = same_stamp(row, track) or (only_ctime_differs(row, track) and has_moving_ctime(track))
        return row if as_before else None

    def _note_as_seen(self, track: Track, row: RowHeader) -> None:
        """Notes that a file with a valid row is there, and its new times, so that the next scan is quick."""
        has_new_times = (row.mtime_ns, row.ctime_ns) != (track.mtime_ns, track.ctime_ns)
        if row.missing or (has_new_times and same_stamp(row, track)):
            self._cache.note_move(row.path, track, row.file_key)

    def _records(self, paths: Iterable[str]) -> dict[str, Record]:
        return self._cache.records(paths) if self._with_records else {}
