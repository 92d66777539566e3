"""`sidecars write` and `verify`: the sidecars of tracks against what the cache knows of these."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import Final

import msgspec

from auralis_cli.files.discover import discover
from auralis_cli.files.selection import Selection
from auralis_cli.files.skipped import Refused
from auralis_cli.model.errors import CacheError, ConfigError
from auralis_cli.model.record import AnalyzerName, Record, Track
from auralis_cli.model.stamps import same_stamp
from auralis_cli.settings.values import Settings, SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.store.cache_file import cache_errors, may_only_read
from auralis_cli.store.private_copy import private_copy
from auralis_cli.store.sidecar_format import (
    MAX_SIDECAR_BYTES,
    OLDEST_FORMAT,
    NewerSidecarError,
    Sidecar,
    decode_sidecar,
    is_newer,
)
from auralis_cli.store.sidecars import Sidecars, Written, is_about
from auralis_cli.system.safe_open import read_limited

TRACKS_PER_STEP: Final = 1000
WRITERS: Final = 4
"""Sidecars that are synced to disk at the same time."""


class Fault(StrEnum):
    """What is wrong with a sidecar."""

    MISSING = "missing"
    """The cache has a result, and there is no sidecar."""
    STALE = "stale"
    """It is about the file as it was, or has other values than the cache."""
    UNREADABLE = "unreadable"
    """It cannot be read, or breaks a rule."""
    NEWER = "newer"
    """A newer auralis has written it than this one, or than the cache's result is from."""


class FaultySidecar(msgspec.Struct, frozen=True):
    """A sidecar with what is wrong with it."""

    path: str
    fault: Fault
    reason: str


class Walked(msgspec.Struct):
    """What both commands say of the walk."""

    tracks: int = 0
    refused: list[str] = []
    """Paths that cannot be walked, with the reason."""
    unknown_path: bool = False
    """One of those that the user named is not there."""
    warnings: list[str] = []


class SidecarWriting(Walked):
    """What `sidecars write` did, in sidecars."""

    written: int = 0
    same: int = 0
    """Were as they should be."""
    newer: int = 0
    """Stay, because a newer auralis has written them."""
    failed: int = 0
    without_result: int = 0
    """Tracks of which the cache knows no result: a scan analyses them."""


class SidecarVerification(Walked):
    """What `sidecars verify` found, in sidecars."""

    sound: int = 0
    faults: list[FaultySidecar] = []

    @property
    def ok(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults and not self.refused


Known = tuple[Track, str, Record]
"""A track with its file key and its record in the cache."""


def write_sidecars(
    paths: Sequence[str], settings: Settings, progress: Callable[[int], None] = lambda _: None
) -> SidecarWriting:
    """Writes the sidecars of the tracks below `paths` from the cache, those of both analyzers.

    What is the same is left alone, and what a newer auralis has written too. Raises ConfigError, CacheError.
    """
    done = SidecarWriting()
    analyzers = _open_all(settings, "write")
    with _readable(settings.cache) as file, ThreadPoolExecutor(WRITERS) as threads:
        for batch in _batches(paths, settings, done):
            with_result: set[str] = set()
            for name, sidecars in analyzers.items():
                known = _known(file, name, batch, done)
                with_result.update(known)
                for outcome in threads.map(lambda each, to=sidecars: to.write(*each), known.values()):
                    done.written += outcome is Written.NEW
                    done.same += outcome is Written.SAME
                    done.newer += outcome is Written.KEPT
                    done.failed += outcome is Written.FAILED
            done.without_result += len(batch) - len(with_result)
            progress(done.tracks)
    done.warnings += [line for sidecars in analyzers.values() for line in sidecars.warnings]
    return done


def verify_sidecars(
    paths: Sequence[str], settings: Settings, progress: Callable[[int], None] = lambda _: None
) -> SidecarVerification:
    """Reads the sidecars of the tracks below `paths` and compares them with the cache; changes nothing.

    Raises ConfigError, CacheError.
    """
    found = SidecarVerification()
    analyzers = _open_all(settings, "verify")
    with _readable(settings.cache) as file:
        for batch in _batches(paths, settings, found):
            for name, sidecars in analyzers.items():
                known = _known(file, name, batch, found)
                for track in batch:
                    path = sidecars.path_of(track.path) or ""
                    state = _fault(path, track, known.get(track.path), name)
                    if isinstance(state, FaultySidecar):
                        found.faults.append(state)
                    else:
                        found.sound += state
            progress(found.tracks)
    return found


def _open_all(settings: Settings, what: str) -> dict[AnalyzerName, Sidecars]:
    if settings.sidecars is SidecarMode.NONE:
        raise ConfigError(f"there are no sidecars to {what}; use --sidecars beside or mirror")
    if not settings.cache.exists():
        raise CacheError(f"there is no cache at {settings.cache} yet; 'auralis scan FOLDER' makes it")
    return {
        name: Sidecars(settings.sidecars, settings.sidecar_dir, name, begin_mirror=True)
        for name in AnalyzerName
    }


@contextmanager
def _readable(cache: Path) -> Iterator[Path]:
    """The cache, or a copy for who may only read it: see `private_copy`."""
    if not may_only_read(cache):
        yield cache
        return
    with cache_errors(cache, "read"), private_copy(cache) as copy:
        yield copy


def _batches(paths: Sequence[str], settings: Settings, walked: Walked) -> Iterator[tuple[Track, ...]]:
    tracks = _tracks(paths, settings, walked)
    while batch := tuple(islice(tracks, TRACKS_PER_STEP)):
        walked.tracks += len(batch)
        yield batch


def _tracks(paths: Sequence[str], settings: Settings, walked: Walked) -> Iterator[Track]:
    for item in discover(paths, Selection(settings.exclude, hidden=settings.hidden)):
        if isinstance(item, Track):
            yield item
        elif isinstance(item, Refused):
            walked.refused.append(item.error.message)
            walked.unknown_path = walked.unknown_path or item.error.code == "not_found"


def _known(file: Path, name: AnalyzerName, tracks: Sequence[Track], walked: Walked) -> dict[str, Known]:
    """By path, the tracks that are as they were when they were analysed.

    The cache is open for one step and one analyzer at a time: see `rebuild`.
    """
    with Cache(file, analyzer=name) as cache:
        rows = cache.headers(track.path for track in tracks)
        current = [
            track for track in tracks if (row := rows.get(track.path)) is not None and same_stamp(row, track)
        ]
        records = cache.records(track.path for track in current)
        walked.warnings += cache.warnings
    return {
        track.path: (track, rows[track.path].file_key, record)
        for track in current
        if (record := records.get(track.path)) is not None
    }


def _fault(path: str, track: Track, known: Known | None, analyzer: AnalyzerName) -> FaultySidecar | bool:
    """What is wrong with the sidecar at `path`; else whether there is one."""
    try:
        content = read_limited(path, MAX_SIDECAR_BYTES, follow_link=False)
    except FileNotFoundError:
        if known is None:
            return False
        return FaultySidecar(path, Fault.MISSING, "there is none")
    except NotADirectoryError as error:
        return FaultySidecar(path, Fault.UNREADABLE, str(error.strerror))
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        return FaultySidecar(path, Fault.UNREADABLE, str(reason))
    if known is not None and is_newer(content, known[2]):
        return FaultySidecar(path, Fault.NEWER, "a newer auralis has written it; update this one")
    try:
        sidecar = decode_sidecar(content)
    except NewerSidecarError as error:
        return FaultySidecar(path, Fault.NEWER, str(error))
    except ValueError as error:
        return FaultySidecar(path, Fault.UNREADABLE, str(error))
    if sidecar.analyzer != analyzer:
        return FaultySidecar(path, Fault.UNREADABLE, f"its analyzer is '{sidecar.analyzer}'")
    if not is_about(sidecar.source, track, sidecar.record):
        return FaultySidecar(path, Fault.STALE, "it is about the file as it was before")
    if known is not None and _differs(sidecar, known):
        return FaultySidecar(path, Fault.STALE, "it has not the values of the cache")
    return True


def _differs(sidecar: Sidecar, known: Known) -> bool:
    """Whether it says something else than the cache; a sidecar of format 1 has no audio key and no tags."""
    _, file_key, record = known
    source = sidecar.source
    expected = record
    if source.audio_key is None:
        expected = msgspec.structs.replace(expected, audio_key=None)
    if sidecar.format == OLDEST_FORMAT:
        expected = msgspec.structs.replace(expected, tags=None)
    same_key = not source.file_key or not file_key or source.file_key == file_key
    return sidecar.record != expected or not same_key
