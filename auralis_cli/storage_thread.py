"""The one thread that touches disks for the pipeline: walks folders, looks up, checks files, stores.

The event loop hands it one step at a time and waits, so steps of discovery and of storing alternate, and
SQLite has a single writer. Sidecars have a thread of their own, because syncing them takes long.
"""

import asyncio
import os
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from itertools import islice
from typing import TypeVar

import msgspec

from auralis_cli.cache import Cache
from auralis_cli.cache_lookup import Answer, Lookup
from auralis_cli.discover import Refused, Skipped, discover
from auralis_cli.dry_run import ReadOnlySidecars, open_read_only
from auralis_cli.ffmpeg_version import ffmpeg_version
from auralis_cli.record import Analyzer, Record, Track, TrackError
from auralis_cli.settings import Settings
from auralis_cli.sidecar import Sidecars
from auralis_cli.track_queue import Job
from auralis_cli.worker_lane import Finished

SMALLEST_BATCH = 8
"""Size of the first step, so that the first track reaches a worker at once."""
LARGEST_BATCH = 512
QUICK_S, SLOW_S = 0.1, 0.4
"""A step below the one lets the next be twice as large, above the other half as large."""

T = TypeVar("T")


class Stored(msgspec.Struct, frozen=True):
    """A job is settled: its track as stored, and the outcome to report."""

    track: Track
    outcome: Record | TrackError


class Changed(msgspec.Struct, frozen=True):
    """The file changed during its analysis: what a new look-up says about it as it is now."""

    answer: Answer


class StorageThread:
    """Discovery, look-up and store of one scan, as steps on one thread."""

    def __init__(self, settings: Settings, analyzer: Analyzer, *, dry_run: bool) -> None:
        self._settings = settings
        self._analyzer = analyzer
        self._dry_run = dry_run
        self._ffmpeg: Callable[[], str | None] = partial(ffmpeg_version, settings.ffmpeg)
        self._thread = ThreadPoolExecutor(1, "auralis-storage")
        self._sidecar_thread = ThreadPoolExecutor(1, "auralis-sidecars")
        self._resources = ExitStack()
        self._cache: Cache
        self._lookup: Lookup
        self._found: Iterator[Track | Skipped | Refused]
        self._batch = SMALLEST_BATCH
        kind = ReadOnlySidecars if dry_run else Sidecars
        self._sidecars = kind(settings.sidecars, settings.sidecar_dir)

    @property
    def warnings(self) -> Sequence[str]:
        """What went wrong with sidecars, once per folder."""
        return self._sidecars.warnings

    async def open(self, paths: Sequence[str], *, rescan: bool, with_records: bool) -> None:
        """Opens the cache; nothing is walked yet. Raises CacheError."""
        await self._run(self._open, paths, rescan, with_records)

    async def next_batch(self) -> list[Skipped | Refused | Answer]:
        """The next files of the walk with what is known about each; empty at the end."""
        return await self._run(self._next_batch)

    async def settle(self, finished: Finished) -> Stored | Changed:
        """Stores a finished analysis if its file is still the one that discovery saw."""
        settled = await self._run(self._settle, finished)
        if isinstance(settled, Stored) and isinstance(settled.outcome, Record):
            write = partial(self._sidecars.write, settled.track, finished.job.file_key, settled.outcome)
            await asyncio.get_running_loop().run_in_executor(self._sidecar_thread, write)
        return settled

    async def commit(self) -> None:
        """Makes what was stored durable."""
        await self._run(self._cache.commit)

    async def close(self) -> None:
        """Commits, closes, ends the threads."""
        try:
            await self._run(self._resources.close)
        finally:
            self._thread.shutdown(wait=False)
            self._sidecar_thread.shutdown(wait=False)

    async def _run(self, step: Callable[..., T], *arguments: object) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, step, *arguments)

    def _open(self, paths: Sequence[str], rescan: bool, with_records: bool) -> None:
        path = self._settings.cache
        self._cache = self._resources.enter_context(open_read_only(path) if self._dry_run else Cache(path))
        self._found = discover(paths, exclude=self._settings.exclude)
        self._lookup = Lookup(
            self._cache,
            self._analyzer,
            sidecars=self._sidecars,
            ffmpeg=self._ffmpeg,
            rescan=rescan,
            with_records=with_records,
        )

    def _next_batch(self) -> list[Skipped | Refused | Answer]:
        began = time.monotonic()
        found = list(islice(self._found, self._batch))
        answers = iter(self._lookup.look_up([item for item in found if isinstance(item, Track)]))
        batch = [next(answers) if isinstance(item, Track) else item for item in found]
        took_s = time.monotonic() - began
        if took_s < QUICK_S:
            self._batch = min(self._batch * 2, LARGEST_BATCH)
        elif took_s > SLOW_S:
            self._batch = max(self._batch // 2, SMALLEST_BATCH)
        return batch

    def _settle(self, finished: Finished) -> Stored | Changed:
        job, outcome = finished.job, finished.outcome
        now = _as_it_is_now(job.track)
        if now is None and isinstance(outcome, Record):
            why = "the file was removed during its analysis; scan again when it is back"
            return Stored(job.track, TrackError("not_found", why))
        if now is not None and now != job.track:
            return self._changed(job, now)
        if finished.final and now is not None:
            ffmpeg = self._ffmpeg() if isinstance(outcome, TrackError) else None
            self._cache.store(job.track, job.file_key, outcome, self._analyzer, ffmpeg)
        return Stored(job.track, outcome)

    def _changed(self, job: Job, now: Track) -> Stored | Changed:
        if job.again:
            why = "the file changed during its analysis, twice; scan again when it is complete"
            return Stored(now, TrackError("changed_during_analysis", why))
        return Changed(self._lookup.look_up([now])[0])


def _as_it_is_now(track: Track) -> Track | None:
    """The file's present size and time; None when it cannot be seen."""
    try:
        status = os.stat(track.path)
    except OSError:
        return None
    return Track(track.path, status.st_size, status.st_mtime_ns)
