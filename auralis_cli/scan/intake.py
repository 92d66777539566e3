"""Walks the folders and looks up what is there, batch by batch.

Walking has a thread of its own, because folders without audio can take minutes; the look-up runs on the
storage thread, because the cache is used by one thread only.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Protocol

import msgspec

from auralis_cli.files.discover import discover
from auralis_cli.files.selection import Selection
from auralis_cli.files.skipped import Refused, Skipped, SkipReason
from auralis_cli.files.urls import is_url
from auralis_cli.lookup.lookup import Lookup
from auralis_cli.lookup.results import Hit, LookupResult, Miss
from auralis_cli.model.record import Track
from auralis_cli.model.result import TrackResult
from auralis_cli.scan.pending import PendingTrack, pending_from
from auralis_cli.scan.step_results import result_of_lookup
from auralis_cli.system.background_threads import BackgroundThreads

MIN_BATCH, MAX_BATCH = 8, 1024
"""Files per step: few at first, so that the first track reaches a worker at once."""
STEP_S = 0.1
"""Steps grow and shrink towards this time: a look-up of new files reads from each of them."""


class Batch(msgspec.Struct, frozen=True):
    """Some files of the walk, in order: results of those that need no analysis, and those that do."""

    files: list[TrackResult | PendingTrack]
    unchanged: int = 0
    """Further tracks that are cached and unchanged, where those are only counted."""
    without_sidecar: list[Track] = []
    """The known tracks that lack theirs."""


class AnyIntake(Protocol):
    """Where the files of a scan come from."""

    async def next_batch(self) -> Batch | None:
        """The next files; None at the end."""

    def news_of(self, results: Sequence[TrackResult]) -> Sequence[TrackResult]:
        """Takes note of results, and returns those that are to be told and counted."""

    def end_walk(self) -> None:
        """Asks for the end; `next_batch` may still return what was found."""

    def close(self) -> None:
        """Ends its threads, without waiting for them."""


class Intake:
    """The files below `paths` in the order of the walk, with what is known of each.

    `count_unchanged`: unchanged tracks are only counted, not reported one by one, which is much quicker.
    `fill_sidecars`: say which known tracks lack a sidecar. `on_found` gets the tracks of each batch.
    """

    def __init__(
        self,
        paths: Sequence[str],
        selection: Selection,
        lookup: Lookup,
        storage_thread: BackgroundThreads,
        *,
        count_unchanged: bool,
        fill_sidecars: bool = False,
        on_found: Callable[[Sequence[Track]], object] | None = None,
    ) -> None:
        self._lookup = lookup
        self._storage_thread = storage_thread
        self._walk_thread = BackgroundThreads("auralis-walk")
        self._ended = False
        self._paths = paths
        self._selection = selection
        self._found = self._discover()
        self._began = False
        self._count_unchanged = count_unchanged
        self._fill_sidecars = fill_sidecars
        self._on_found = on_found
        if fill_sidecars:
            selection.on_listing = lookup.note_listing
        self._batch_size = MIN_BATCH

    async def next_batch(self) -> Batch | None:
        """The next files of the walk; None at the end. The first are known folders that seem unmounted."""
        if not self._began:
            self._began = True
            self._lookup.known_audio.begin_walk()
            if emptied := await self._emptied():
                return Batch([result_of_lookup(folder) for folder in emptied])
        if found := await self._walk_thread.run(self._walk):
            return await self._storage_thread.run(self._look_up, found)
        if self._selection.mounts:
            await self._storage_thread.run(self._lookup.note_mounts, self._selection.mounts)
        return None

    def news_of(self, results: Sequence[TrackResult]) -> Sequence[TrackResult]:
        """All of them: a walk meets each file once."""
        return results

    def end_walk(self) -> None:
        """Ends the walk before its next folder; what was found is still looked up."""
        self._ended = True

    def close(self) -> None:
        """Ends the walk and its thread, without waiting for it."""
        self.end_walk()
        self._walk_thread.close()

    async def _emptied(self) -> list[Refused]:
        if self._selection.is_partial:
            return []
        return await self._storage_thread.run(self._lookup.absence.emptied_below, self._paths)

    def _discover(self) -> Iterator[Track | Skipped | Refused]:
        """Files first, URLs last: see `Lookup.look_up`."""
        urls = [path for path in self._paths if is_url(path)]
        files = [path for path in self._paths if not is_url(path)] if urls else self._paths
        found = discover(files, self._selection, cancelled=lambda: self._ended)
        if not urls:
            return found
        from auralis_cli.files.remote.discover import discover_urls  # a scan of files needs nothing of it

        return chain(found, discover_urls(urls, self._selection, cancelled=lambda: self._ended))

    def _walk(self) -> list[Track | Skipped | Refused]:
        found: list[Track | Skipped | Refused] = []
        give_up = time.monotonic() + STEP_S
        for item in self._found:
            found.append(item)
            if len(found) >= self._batch_size or time.monotonic() > give_up:
                break
        return found

    def _look_up(self, found: Sequence[Track | Skipped | Refused]) -> Batch:
        began = time.monotonic()
        others = self._lookup.state_of_others()
        tracks = [item for item in found if isinstance(item, Track)]
        if self._on_found is not None:
            self._on_found(tracks)
        files: list[TrackResult | PendingTrack]
        if self._count_unchanged:
            unchanged, answers = self._lookup.look_up_changed(tracks)
            files = [self._result_of(item) for item in found if not isinstance(item, Track)]
            files += (_pending_or_result(answer, others) for answer in answers)
        else:
            unchanged, answers = 0, self._lookup.look_up(tracks)
            looked_up = iter(answers)
            files = [
                _pending_or_result(next(looked_up), others)
                if isinstance(item, Track)
                else self._result_of(item)
                for item in found
            ]
        fitting = len(found) * STEP_S / max(time.monotonic() - began, STEP_S / 2)
        self._batch_size = min(max(MIN_BATCH, int(fitting)), MAX_BATCH)
        return Batch(files, unchanged, self._without_sidecar(tracks, answers))

    def _without_sidecar(self, tracks: Sequence[Track], answers: Sequence[LookupResult]) -> list[Track]:
        """The known tracks without a sidecar. Those without an answer are unchanged."""
        if not self._fill_sidecars:
            return []
        if tracks and tracks[-1].version is not None:
            tracks = [track for track in tracks if track.version is None]
        unknown = {answer.track.path for answer in answers if not isinstance(answer, Hit)}
        known = [track for track in tracks if track.path not in unknown] if unknown else tracks
        return self._lookup.without_sidecar(known)

    def _result_of(self, item: Skipped | Refused) -> TrackResult:
        """A named path without anything is a failure of its own kind where tracks are known there."""
        is_empty = isinstance(item, Skipped) and item.reason is SkipReason.EMPTY_FOLDER
        is_gone = isinstance(item, Refused) and item.error.code == "not_found"
        error = None
        if is_empty or is_gone:
            error = self._lookup.absence.judge(item.path, is_empty=is_empty)
        return result_of_lookup(item if error is None else Refused(item.path, error))


def _pending_or_result(answer: LookupResult, others: object) -> PendingTrack | TrackResult:
    return pending_from(answer, others) if isinstance(answer, Miss) else result_of_lookup(answer)
