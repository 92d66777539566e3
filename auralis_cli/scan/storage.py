"""The threads that touch disks for the pipeline, so that the event loop never waits for one.

The storage thread looks up, checks files and stores: the event loop hands it one short step at a time, so
that SQLite has a single writer and results never wait long behind look-ups. Walking has a thread of its own,
because folders without audio can take minutes, and sidecars have some, because syncing takes long.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import partial

from auralis_cli.files.discover import Refused, Skipped, discover
from auralis_cli.files.identity import identify
from auralis_cli.lookup.answers import LookupResult, Miss
from auralis_cli.lookup.lookup import Lookup, changed_or_new
from auralis_cli.model.record import AnalyzerVersion, Record, Track, TrackError
from auralis_cli.scan.copies import find_original
from auralis_cli.scan.recheck import Recheck, RecheckResult, has_changed
from auralis_cli.scan.storage_step import Batch, Changed, Resolved, Stored
from auralis_cli.settings.values import Settings, SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.store.read_only import ReadOnlySidecars, open_read_only
from auralis_cli.store.sidecars import Sidecars
from auralis_cli.system.background_threads import BackgroundThreads
from auralis_cli.workers.ffmpeg_version import ffmpeg_version
from auralis_cli.workers.queue import Job
from auralis_cli.workers.slot import Finished

MIN_BATCH, MAX_BATCH = 8, 1024
"""Files per step: small at first, so that the first track reaches a worker at once."""
STEP_S = 0.1
"""Steps grow and shrink towards this time: a look-up of new files reads from each of them."""

SIDECAR_WRITERS = 4
"""Sidecars that are synced to disk at the same time: on a network share each takes tens of milliseconds."""


class StorageThread:
    """Discovery, look-up and store of one scan, as steps on one thread."""

    def __init__(self, settings: Settings, analyzer: AnalyzerVersion, *, dry_run: bool) -> None:
        self._settings = settings
        self._analyzer = analyzer
        self._dry_run = dry_run
        self._ffmpeg: Callable[[], str | None] = partial(ffmpeg_version, settings.ffmpeg)
        self._thread = BackgroundThreads("auralis-storage")
        self._walk_thread = BackgroundThreads("auralis-walk")
        self._sidecar_thread = BackgroundThreads("auralis-sidecars", SIDECAR_WRITERS)
        self._admission_thread = BackgroundThreads("auralis-admission")
        self._comparison_thread = BackgroundThreads("auralis-comparison")
        self._resources = ExitStack()
        self._cache: Cache
        self._lookup: Lookup
        self._admission: Recheck
        self._found: Iterator[Track | Skipped | Refused]
        self._cache_warnings: list[str] = []
        self._walk_ended = False
        self._count_unchanged = False
        self._batch = MIN_BATCH
        kind = ReadOnlySidecars if dry_run else Sidecars
        self._sidecars = kind(settings.sidecars, settings.sidecar_dir, analyzer.name)

    @property
    def warnings(self) -> Sequence[str]:
        """What went wrong with the cache and with sidecars, once per folder."""
        return [*self._cache_warnings, *self._sidecars.warnings]

    async def open(
        self, paths: Sequence[str], *, rescan: bool, with_records: bool, count_unchanged: bool
    ) -> None:
        """Opens the cache; nothing is walked yet. Raises CacheError.

        `count_unchanged`: tracks whose record holds are counted and not told one by one.
        """
        self._count_unchanged = count_unchanged and not rescan
        await self._thread.run(self._open, paths, rescan, with_records)

    async def next_batch(self) -> Batch | None:
        """The next files of the walk with what is known about each; None at the end."""
        found = await self._walk_thread.run(self._walk)
        return await self._thread.run(self._look_up, found) if found else None

    def end_walk(self) -> None:
        """Ends discovery before its next folder; what was found is still looked up."""
        self._walk_ended = True

    async def admit(self, job: Job) -> bool:
        """The last look before a worker gets the job; False when it has to be looked up again."""
        examine = self._admission.examine
        verdict = await self._admission_thread.run(examine, job)
        job.claimed = verdict is RecheckResult.CLAIMED
        if verdict is RecheckResult.READY:
            return True
        if verdict is RecheckResult.ASK and not await self._thread.run(
            self._lookup.has_result, job.track, job.file_key
        ):
            return True
        if not job.claimed:
            self._admission.settle(job)
        return False

    async def look_again(self, job: Job) -> Resolved | Job:
        """What is known by now about a job that was not admitted, or that may be a copy of another file.

        The job itself when another scan still has it, a new one when it is to be analysed.
        """
        if job.claimed and not await self._thread.run(self._admission.claim, job):
            return job
        answer = await self._thread.run(self._look_again, job)
        if not isinstance(answer, Job) or not answer.like:
            return answer
        find = partial(find_original, answer, lambda: self._walk_ended)
        original = await self._comparison_thread.run(find)
        answer.like = ()
        if original is None:
            return answer
        copied = await self._thread.run(self._lookup.take_copy, answer.track, answer.file_key, original)
        if copied is None or copied.record is None:
            return answer
        await self._write_sidecar(copied.track, answer.file_key, copied.record)
        return copied

    async def settle(self, finished: Finished) -> Stored | Changed:
        """Stores a finished analysis if its file is still the one that discovery saw."""
        settled = await self._thread.run(self._settle, finished)
        if isinstance(settled, Stored) and isinstance(settled.outcome, Record):
            await self._write_sidecar(settled.track, finished.job.file_key, settled.outcome)
        return settled

    async def commit(self) -> None:
        """Makes what was stored durable."""
        await self._thread.run(self._commit)

    async def close(self) -> None:
        """Commits, closes, ends the threads."""
        try:
            await self._thread.run(self._resources.close)
        finally:
            for thread in (
                self._thread,
                self._walk_thread,
                self._sidecar_thread,
                self._admission_thread,
                self._comparison_thread,
            ):
                thread.close()

    def _open(self, paths: Sequence[str], rescan: bool, with_records: bool) -> None:
        path, name = self._settings.cache, self._analyzer.name
        opened = open_read_only(path, name) if self._dry_run else Cache(path, analyzer=name)
        self._cache = self._resources.enter_context(opened)
        self._cache_warnings = self._cache.warnings
        self._cache.note_roots(os.path.abspath(path) for path in paths if os.path.isdir(path))
        if not self._dry_run:
            self._admission = Recheck(path, name)
            self._resources.callback(self._admission.close)
        self._found = discover(paths, exclude=self._settings.exclude, cancelled=lambda: self._walk_ended)
        self._lookup = Lookup(
            self._cache,
            self._analyzer,
            sidecars=self._sidecars,
            ffmpeg=self._ffmpeg,
            rescan=rescan,
            with_records=with_records,
        )

    def _walk(self) -> list[Track | Skipped | Refused]:
        found: list[Track | Skipped | Refused] = []
        give_up = time.monotonic() + STEP_S
        for item in self._found:
            found.append(item)
            if len(found) >= self._batch or time.monotonic() > give_up:
                break
        return found

    def _look_up(self, found: Sequence[Track | Skipped | Refused]) -> Batch:
        began = time.monotonic()
        batch = self._count(found) if self._count_unchanged else self._tell(found)
        fitting = len(found) * STEP_S / max(time.monotonic() - began, STEP_S / 2)
        self._batch = min(max(MIN_BATCH, int(fitting)), MAX_BATCH)
        return batch

    def _tell(self, found: Sequence[Track | Skipped | Refused]) -> Batch:
        """Each file, in order."""
        answers = iter(self._lookup.look_up([item for item in found if isinstance(item, Track)]))
        return Batch([self._with_job(next(answers)) if isinstance(item, Track) else item for item in found])

    def _count(self, found: Sequence[Track | Skipped | Refused]) -> Batch:
        """The number of unchanged tracks, and each other file."""
        tracks = [item for item in found if isinstance(item, Track)]
        rest = changed_or_new(self._cache, tracks, self._analyzer.analysis_version)
        others = [item for item in found if not isinstance(item, Track)]
        answers = map(self._with_job, self._lookup.look_up(rest))
        return Batch([*others, *answers], unchanged=len(tracks) - len(rest))

    def _with_job(self, answer: LookupResult) -> LookupResult | Job:
        if self._dry_run or not isinstance(answer, Miss):
            return answer
        return _job_for(answer)

    def _look_again(self, job: Job) -> Resolved | Job:
        """The new look-up; a claim of the job ends unless it will be analysed."""
        now = identify(job.track.path)
        track = job.track if now is None else Track(job.track.path, now.size, now.mtime_ns)
        answer = self._lookup.look_up([track])[0]
        found: Resolved | Job = _job_for(answer) if isinstance(answer, Miss) else answer
        if isinstance(found, Job):
            found.again, found.attempts, found.looked_up_again = job.again, job.attempts, True
        if job.claimed and (not isinstance(found, Job) or found.claim != job.claim):
            self._admission.settle(job)
        return found

    def _settle(self, finished: Finished) -> Stored | Changed:
        job, outcome = finished.job, finished.outcome
        self._admission.settle(job)
        now = identify(job.track.path)
        if now is None and isinstance(outcome, Record):
            why = "the file was removed during its analysis; scan again when it is back"
            return Stored(job.track, TrackError("not_found", why))
        if now is not None and has_changed(job, now, outcome):
            return self._changed(job, Track(job.track.path, now.size, now.mtime_ns))
        if finished.final and now is not None:
            ffmpeg = self._ffmpeg() if isinstance(outcome, TrackError) else None
            self._cache.store(job.track, job.file_key, outcome, self._analyzer, ffmpeg)
        return Stored(job.track, outcome)

    def _changed(self, job: Job, now: Track) -> Stored | Changed:
        if job.again:
            why = "the file changed during its analysis, twice; scan again when it is complete"
            return Stored(now, TrackError("changed_during_analysis", why))
        answer = self._lookup.look_up([now])[0]
        if not isinstance(answer, Miss):
            return Changed(answer)
        once_more = _job_for(answer)
        once_more.again = True
        return Changed(once_more)

    def _commit(self) -> None:
        settled = self._admission.settled() if not self._dry_run else []
        self._cache.commit()
        if settled:
            self._admission.release(settled)

    async def _write_sidecar(self, track: Track, file_key: str, record: Record) -> None:
        if self._settings.sidecars is not SidecarMode.NONE:
            await self._sidecar_thread.run(self._sidecars.write, track, file_key, record)


def _job_for(miss: Miss) -> Job:
    return Job(miss.track, miss.file_key, miss.like, identify(miss.track.path))
