"""Storage of a scan: checks files before and after analysis, fills cache and sidecars, commits regularly.

All of it runs on threads, so that the event loop never waits for a disk. The storage thread has the cache to
itself and gets one short step at a time, so that results never wait long behind look-ups.
"""

import os
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Self

import msgspec

from auralis_cli.files.identity import look_again
from auralis_cli.lookup.lookup import Lookup
from auralis_cli.lookup.results import Hit, Moved
from auralis_cli.model.record import AnalyzerName, AnalyzerVersion, Record, Track, TrackError
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.scan.copies import find_original
from auralis_cli.scan.missing_sidecars import MissingSidecars
from auralis_cli.scan.outcomes import Outcomes
from auralis_cli.scan.patience import Patience
from auralis_cli.scan.pending import PendingTrack
from auralis_cli.scan.recheck import Recheck, RecheckResult
from auralis_cli.scan.step_results import Analyse, SecondLook, StillHeld, of_second_look, result_of_lookup
from auralis_cli.settings.values import Settings, SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.store.read_only import ReadOnlySidecars
from auralis_cli.store.sidecars import Sidecars
from auralis_cli.system.background_threads import BackgroundThreads
from auralis_cli.workers.engine import Probed
from auralis_cli.workers.ffmpeg_version import ffmpeg_version

SIDECAR_WRITERS = 4
"""Sidecars that are synced to disk at the same time: on a network share each takes tens of milliseconds."""


class ScanStorage:
    """The cache, the sidecars and the content locks of one scan. `open` makes one, `close` ends it."""

    def __init__(
        self,
        cache: Cache,
        recheck: Recheck,
        settings: Settings,
        analyzer: AnalyzerVersion,
        thread: BackgroundThreads,
        *,
        rescan: bool,
        audio_only: bool = False,
        with_records: bool,
        write_sidecars: bool = True,
    ) -> None:
        self._cache = cache
        self._recheck = recheck
        self._analyzer = analyzer
        self._patience = Patience(cache.state_of_others, recheck.lock, recheck.holder)
        self._writes_sidecars = settings.sidecars is not SidecarMode.NONE
        kind = Sidecars if write_sidecars else ReadOnlySidecars
        self._sidecars = kind(settings.sidecars, settings.sidecar_dir, analyzer.name)
        ffmpeg: Callable[[], str | None] = partial(ffmpeg_version, settings.ffmpeg)
        self.thread = thread
        self._recheck_thread = BackgroundThreads("auralis-recheck")
        self._comparison_thread = BackgroundThreads("auralis-comparison")
        self._sidecar_threads = BackgroundThreads("auralis-sidecars", SIDECAR_WRITERS)
        self.missing_sidecars = MissingSidecars(
            cache, self._sidecars, thread, self._sidecar_threads, writers=SIDECAR_WRITERS
        )
        self._threads = (thread, self._recheck_thread, self._comparison_thread, self._sidecar_threads)
        self.lookup = Lookup(
            cache,
            analyzer,
            sidecars=self._sidecars,
            ffmpeg=ffmpeg,
            rescan=rescan,
            audio_only=audio_only,
            renew=settings.renew,
            read_tags=analyzer.reads_tags,
            with_records=with_records,
        )
        self._outcomes = Outcomes(cache, self.lookup, recheck, analyzer, ffmpeg)

    @classmethod
    async def open(
        cls,
        settings: Settings,
        analyzer: AnalyzerVersion,
        paths: Sequence[str],
        **options: bool,
    ) -> Self:
        """Opens the cache and notes the folders among `paths` as scanned. Raises CacheError.

        `options` are those of `__init__`.
        """
        thread = BackgroundThreads("auralis-storage")
        try:
            cache, recheck = await thread.run(_open, settings.cache, analyzer.name, paths)
        except BaseException:
            thread.close()
            raise
        return cls(cache, recheck, settings, analyzer, thread, **options)

    @property
    def warnings(self) -> Sequence[str]:
        """What went wrong with the cache, with sidecars, and with other scans."""
        locks = [*self._recheck.warnings, *self._patience.warnings]
        return [*self._cache.warnings, *self._sidecars.warnings, *locks]

    @property
    def sidecars_lacking(self) -> Sequence[str]:
        """Why known tracks have no sidecars."""
        return self._sidecars.troubles.lacking_lines()

    @property
    def sidecars_written(self) -> int:
        """Of fresh analyses, of moved tracks, and from the cache."""
        return self._sidecars.written

    async def recheck(self, pending: PendingTrack) -> RecheckResult:
        """The last look before the analysis; CHANGED and KNOWN need a second look, HELD a later one."""
        if pending.known is not None:
            return RecheckResult.READY
        result = await self._recheck_thread.run(self._recheck.examine, pending)
        pending.held_by_other_scan = result is RecheckResult.HELD
        if result is RecheckResult.MAYBE_KNOWN:
            is_known = await self.thread.run(self.lookup.has_result, pending.track, pending.file_key)
            result = RecheckResult.KNOWN if is_known else RecheckResult.READY
        if result in (RecheckResult.CHANGED, RecheckResult.KNOWN):
            self._recheck.unlock_after_commit(pending)
        return result

    async def look_again(self, pending: PendingTrack, cancelled: Callable[[], bool]) -> SecondLook:
        """What is known by now of a track that was not ready, or that may be a copy of another file.

        Once `cancelled` returns true, files are not compared any more.
        """
        if pending.held_by_other_scan and not await self.thread.run(self._patience.may_go_on, pending):
            return StillHeld(self._patience.who(pending))
        compared = () if pending.held_by_other_scan else pending.possible_originals
        if compared and (copied := await self._take_copy(pending, cancelled)) is not None:
            return copied
        found = await self.thread.run(self._look_again, pending)
        if isinstance(found, TrackResult):
            return found
        is_new = found.possible_originals and found.possible_originals != compared
        copied = await self._take_copy(found, cancelled) if is_new else None
        found.possible_originals = ()
        if copied is not None and pending.held_by_other_scan:
            self._recheck.unlock_after_commit(found)
        return copied or Analyse(found)

    async def fail_alike(self, pending: PendingTrack, error: TrackError) -> TrackResult | None:
        """Stores the failure of a file with the same content for the track; None if its file has changed."""
        return await self.thread.run(self._outcomes.of_same_content, pending, error)

    async def store(
        self, pending: PendingTrack, outcome: Record | TrackError, *, final: bool
    ) -> Analyse | TrackResult:
        """Stores a finished analysis if its file is still the one that was looked up."""
        result = await self.thread.run(partial(self._outcomes.of_analysis, final=final), pending, outcome)
        if isinstance(result, TrackResult) and result.status is Status.ANALYSED and result.record is not None:
            await self._write_sidecar(pending.track, pending.file_key, result.record)
        return result

    async def add_tags(
        self, pending: PendingTrack, known: Hit | Moved, outcome: Record | Probed | TrackError
    ) -> TrackResult:
        """Stores the tags of a known track; where that cannot be, the next scan tries again."""
        record = await self.thread.run(self._outcomes.of_tags, known, outcome)
        if record is None:
            return result_of_lookup(known)
        await self._write_sidecar(known.track, pending.file_key, record)
        shown = known.record and record
        return msgspec.structs.replace(result_of_lookup(known), record=shown, tags_read=True)

    async def recognise(self, pending: PendingTrack, probed: Probed) -> Analyse | TrackResult:
        """Stores what is known of the audio of a probed track; where nothing is, it has to be analysed."""
        pending.probe = False
        if probed.audio_key is None:
            return Analyse(pending)
        found = await self.thread.run(self._outcomes.of_probe, pending, probed.audio_key, probed.tags)
        if isinstance(found, Analyse | TrackResult):
            return found
        if found.record is not None:
            await self._write_sidecar(found.track, pending.file_key, found.record)
        return result_of_lookup(found)

    async def commit(self) -> None:
        """Makes what was stored durable, then ends the locks of what is finished."""
        await self.thread.run(self._commit)

    async def close(self) -> None:
        """Commits, closes, ends the threads."""
        try:
            await self.thread.run(self._close)
        finally:
            for thread in self._threads:
                thread.close()

    def _look_again(self, pending: PendingTrack) -> PendingTrack | TrackResult:
        """Looks up once more; the lock on the content ends unless the same content will be analysed."""
        now = look_again(pending.track)
        track = pending.track if now is None else now
        others = self.lookup.state_of_others()
        found = of_second_look(self.lookup.look_up([track])[0], others)
        if isinstance(found, PendingTrack):
            found.changed_once, found.looked_up_again = pending.changed_once, True
            found.waits_no_longer = pending.waits_no_longer
        if pending.held_by_other_scan:
            if isinstance(found, PendingTrack) and found.content == pending.content:
                self._recheck.lock(found)  # without a gap in which a third scan could take it
            self._recheck.unlock_after_commit(pending)
        return found

    async def _take_copy(self, pending: PendingTrack, cancelled: Callable[[], bool]) -> TrackResult | None:
        """Gives the track the record of a possible original with the same bytes; None without one."""
        original = await self._comparison_thread.run(find_original, pending, cancelled)
        if original is None:
            return None
        copied = await self.thread.run(self.lookup.take_copy, pending.track, pending.file_key, original)
        if copied is None or copied.record is None:
            return None
        await self._write_sidecar(copied.track, pending.file_key, copied.record)
        return result_of_lookup(copied)

    def _commit(self) -> None:
        finished = self._recheck.take_finished()
        self._cache.commit()
        self._recheck.unlock(finished)

    def _close(self) -> None:
        try:
            self._cache.close()
        finally:
            self._recheck.close()

    async def _write_sidecar(self, track: Track, file_key: str, record: Record) -> None:
        if self._writes_sidecars and track.version is None:
            await self._sidecar_threads.run(self._sidecars.write, track, file_key, record)


def _open(path: Path, analyzer: AnalyzerName, paths: Sequence[str]) -> tuple[Cache, Recheck]:
    cache = Cache(path, analyzer=analyzer)
    try:
        cache.note_roots(os.path.abspath(path) for path in paths if os.path.isdir(path))
        return cache, Recheck(cache, analyzer)
    except BaseException:
        cache.close()
        raise
