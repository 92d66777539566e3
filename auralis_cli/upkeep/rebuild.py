"""`cache rebuild`: fills the cache from sidecars, each checked against its track."""

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import islice

import msgspec

from auralis_cli.files.discover import discover
from auralis_cli.files.file_key import key_or_none, key_proves_content
from auralis_cli.files.selection import Selection
from auralis_cli.files.sidecar_paths import tracks_in_mirror
from auralis_cli.files.skipped import Refused
from auralis_cli.files.urls import refuse_urls
from auralis_cli.model.errors import ConfigError
from auralis_cli.model.record import AnalyzerName, AnalyzerVersion, Record, Track
from auralis_cli.model.stamps import only_ctime_differs, same_stamp
from auralis_cli.settings.values import Settings, SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.store.sidecars import Sidecars

TRACKS_PER_STEP = 200


class Rebuild(msgspec.Struct):
    """What a rebuild did so far, in tracks."""

    tracks: int = 0
    """Seen below the folders, or named by the mirror."""
    filled: int = 0
    kept: int = 0
    """Rows that were there and stay: a valid row is not replaced by a sidecar."""
    without: int = 0
    """Without a sidecar that is about the file as it is now."""
    refused: int = 0
    """Sidecars that break a rule, or whose file key is not that of the track."""
    warnings: list[str] = []
    missing_paths: list[str] = []
    """Paths that cannot be walked, with the reason."""
    unknown_path: bool = False
    """One of those that the user named is not there."""


def rebuild_cache(
    paths: Sequence[str], settings: Settings, progress: Callable[[Rebuild], None] = lambda _: None
) -> Rebuild:
    """Takes the sidecars of the tracks below `paths`, or of all tracks that the mirror names, into the cache.

    Each sidecar is read as strictly as in a scan, and its file key is compared with that of the file.
    Records of any analysis version and of both analyzers are taken. Raises ConfigError, CacheError.
    """
    refuse_urls(paths, "auralis cache rebuild")
    if settings.sidecars is SidecarMode.NONE:
        raise ConfigError("there are no sidecars to rebuild from; use --sidecars beside or mirror")
    if not paths and settings.sidecars is not SidecarMode.MIRROR:
        raise ConfigError(
            "name the folders whose sidecars shall fill the cache: 'auralis cache rebuild FOLDER'"
        )
    done = Rebuild()
    if paths:
        with Cache(settings.cache) as cache:
            cache.note_roots(os.path.abspath(path) for path in paths if os.path.isdir(path))
        done.warnings += cache.warnings
    refills = [_Refill(name, settings) for name in AnalyzerName]
    tracks = _tracks(paths, settings, done)
    while batch := tuple(islice(tracks, TRACKS_PER_STEP)):
        done.tracks += len(batch)
        found = [refill.fill(batch, done) for refill in refills]
        done.without += sum(not any(each) for each in zip(*found, strict=True))
        progress(done)
    for refill in refills:
        done.warnings += refill.sidecars.troubles.lines(max_ignored=None)
        done.refused += len(refill.sidecars.troubles.ignored)
    return done


class _Refill:
    """The sidecars of one analyzer and the rows that they fill.

    The cache is open for one step at a time: opening it for the other analyzer reads its first bytes, and
    closing that descriptor would end the locks that SQLite has on the file (POSIX).
    """

    def __init__(self, name: AnalyzerName, settings: Settings) -> None:
        self._name = name
        self._path = settings.cache
        self.sidecars = Sidecars(settings.sidecars, settings.sidecar_dir, name)

    def fill(self, tracks: Sequence[Track], done: Rebuild) -> list[bool]:
        """Takes the tracks' sidecars into the cache; says for each track whether it now has a valid row."""
        answers = []
        with Cache(self._path, analyzer=self._name) as cache:
            rows = cache.headers(track.path for track in tracks)
            for track in tracks:
                row = rows.get(track.path)
                if row is not None and row.error is None and same_stamp(row, track):
                    done.kept += 1
                    answers.append(True)
                else:
                    is_doubtful = row is not None and only_ctime_differs(row, track)
                    answers.append(self._fill(cache, track, done, is_doubtful=is_doubtful))
        done.warnings += cache.warnings
        return answers

    def _fill(self, cache: Cache, track: Track, done: Rebuild, *, is_doubtful: bool) -> bool:
        """`is_doubtful`: the file may have been edited with its time set back since the row was stored."""
        found = self.sidecars.read(track)
        if found is None:
            return False
        record, key = found
        if key_or_none(track) != key:
            self.sidecars.refuse(track, "its file key is not that of the track")
            return False
        if is_doubtful and not key_proves_content(track.size, record):
            return False
        cache.note_result(track, key, record, _maker_of(record), None)
        done.filled += 1
        return True


def _tracks(paths: Sequence[str], settings: Settings, done: Rebuild) -> Iterator[Track]:
    if not paths and settings.sidecar_dir is not None:
        yield from tracks_in_mirror(settings.sidecar_dir)
        return
    for item in discover(paths, Selection(settings.exclude, hidden=settings.hidden)):
        if isinstance(item, Track):
            yield item
        elif isinstance(item, Refused):
            done.missing_paths.append(item.error.message)
            done.unknown_path = done.unknown_path or item.error.code == "not_found"


def _maker_of(record: Record) -> AnalyzerVersion:
    return AnalyzerVersion(AnalyzerName(record.analyzer), record.analysis_version, record.worker_version)
