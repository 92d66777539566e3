"""An intake that never ends: first all that is there, then what changes, until it is told to end.

     folder_events ──> schedule ──> walk and look-up ─┬─> known: left out
places, the clock ────────┘                           └─> new or changed ─> settling ─> the scan
"""

import asyncio
import contextlib
import os
import time
from collections.abc import Coroutine, Sequence

from auralis_cli.files.changed_folders import ChangedFolders
from auralis_cli.files.selection import Selection
from auralis_cli.lookup.lookup import Lookup
from auralis_cli.model.record import Track
from auralis_cli.model.result import TrackResult
from auralis_cli.model.stamps import same_size_and_time
from auralis_cli.scan.intake import Batch, Intake
from auralis_cli.scan.pending import PendingTrack
from auralis_cli.settings.values import Settings
from auralis_cli.system.background_threads import BackgroundThreads
from auralis_cli.watch.folder_events import FolderEvents
from auralis_cli.watch.news import News, is_news
from auralis_cli.watch.notice import Notice, NoticeKind, Notify
from auralis_cli.watch.places import CHECK_INTERVAL_S, WatchedPlaces
from auralis_cli.watch.schedule import Changes, Everything, Schedule
from auralis_cli.watch.settling import SETTLE_S, Settling

POLL_INTERVAL_S = 30.0
"""Time between two looks at everything where the system reports no changes."""


class WatchIntake:
    """The files below `roots` that are new or changed, for as long as the watch lasts. See `Intake`.

    `poll_s`: look at everything this often instead of asking the system for changes; None asks the system.
    A track that was given out is not given out again, unchanged, before `news_of` gets its result.
    Whatever fails in the background, `notify` too, is raised by `next_batch`.
    """

    def __init__(
        self,
        roots: Sequence[str],
        settings: Settings,
        lookup: Lookup,
        storage_thread: BackgroundThreads,
        *,
        poll_s: float | None,
        notify: Notify,
        settle_s: float = SETTLE_S,
    ) -> None:
        self._settings = settings
        self._lookup = lookup
        self._storage_thread = storage_thread
        self._notify = notify
        self._thread = BackgroundThreads("auralis-watch")
        self._polls = poll_s is not None
        self._schedule = Schedule() if poll_s is None else Schedule(poll_s)
        self._places = WatchedPlaces(roots)
        self._events = FolderEvents(self._note_changes, self._poll_instead)
        self._linked: dict[str, str] = {}
        self._settling = Settling(settle_s)
        self._settle_ns = int(settle_s * 1e9)
        self._given_out: dict[str, Track] = {}
        self._walk: Intake | None = None
        self._selection = Selection()
        self._first_walk = True
        self._news = News()
        self._woken = asyncio.Event()
        self._checking: asyncio.Task[None] | None = None
        self._ended = False
        self._error: Exception | None = None

    async def next_batch(self) -> Batch | None:
        """The next files that are new or changed, after waiting for them; None once the watch ends."""
        if self._checking is None:
            await self._begin()
        while not self._ended:
            if self._walk is not None:
                if (batch := await self._walk.next_batch()) is not None:
                    return self._to_look_at(batch)
                self._finish_walk()
            elif settled := await self._take_settled():
                return Batch(list(settled))
            elif (due := self._schedule.take()) is not None:
                self._walk = self._begin_walk(due)
            else:
                await self._wait()
        if self._error is not None:
            raise self._error
        return None

    def news_of(self, results: Sequence[TrackResult]) -> Sequence[TrackResult]:
        """Takes note of results, of tracks that were given out or others; returns those that are news."""
        return [each for each in results if self._news.tells(each, self._given_out.pop(each.path, None))]

    def end_walk(self) -> None:
        """Ends the watch; what was found is still looked up."""
        self._ended = True
        if self._walk is not None:
            self._walk.end_walk()
        self._woken.set()

    def close(self) -> None:
        """Ends the watch and its threads, without waiting for them."""
        self.end_walk()
        self._events.close()
        if self._checking is not None:
            self._checking.cancel()
        if self._walk is not None:
            self._walk.close()
        self._places.close()
        self._thread.close()

    async def _begin(self) -> None:
        await self._places.look()
        for root in self._places.absent:
            self._tell_of_absence(root)
        self._listen()
        self._checking = asyncio.create_task(self._or_fail(self._check_places()))

    def _begin_walk(self, due: Everything | ChangedFolders) -> Intake:
        within = None
        if isinstance(due, Everything):
            self._news.begin_full_look()
        else:
            within = due
        self._selection = Selection(self._settings.exclude, hidden=self._settings.hidden, within=within)
        roots = self._places.present
        return Intake(
            roots,
            self._selection,
            self._lookup,
            self._storage_thread,
            count_unchanged=True,
            fill_sidecars=self._first_walk,
        )

    def _finish_walk(self) -> None:
        if self._walk is not None:
            self._walk.close()
            self._walk = None
        if not self._selection.is_partial:
            self._linked.clear()  # some may have gone
        self._linked |= self._selection.linked
        self._listen()  # in linked folders that the walk has met, too
        if self._first_walk:
            self._first_walk = False
            self._tell(NoticeKind.WATCHING, "all that is there was looked at; waiting for changes")

    def _to_look_at(self, batch: Batch) -> Batch:
        """Leaves out what is no news after the first walk, and holds back files that may still be growing."""
        pending = [file for file in batch.files if isinstance(file, PendingTrack)]
        results = [file for file in batch.files if isinstance(file, TrackResult)]
        if not self._first_walk:
            self._news.meet([file.track.path for file in pending] + [result.path for result in results])
            self._settling.add(file for file in pending if not self._is_given_out(file.track))
            return Batch([result for result in results if is_news(result)])
        growing_since = time.time_ns() - self._settle_ns
        growing = [file for file in pending if file.track.mtime_ns > growing_since]
        still = [file for file in pending if file.track.mtime_ns <= growing_since]
        self._settling.add(growing)
        self._note_given_out(still)
        return Batch([*results, *still], batch.unchanged, batch.without_sidecar)

    async def _take_settled(self) -> list[PendingTrack]:
        due = self._settling.next_due
        if due is None or due > time.monotonic():
            return []
        settled, changed = await self._thread.run(self._settling.take_due)
        if changed:
            self._note_changes(Changes(alone=set(map(os.path.dirname, changed))))
        self._note_given_out(settled)
        return settled

    def _is_given_out(self, track: Track) -> bool:
        before = self._given_out.get(track.path)
        return before is not None and same_size_and_time(before, track)

    def _note_given_out(self, files: Sequence[PendingTrack]) -> None:
        self._given_out.update((file.track.path, file.track) for file in files)

    def _note_changes(self, changes: Changes) -> None:
        self._schedule.add(changes)
        self._woken.set()

    def _listen(self, *, anew: bool = False) -> None:
        if not self._polls:
            roots = {root: root for root in self._places.present}
            self._events.listen(self._linked | roots, anew=anew)

    def _poll_instead(self, reason: str) -> None:
        """The system cannot report the changes."""
        self._polls = True
        self._events.close()
        self._schedule.full_look_s = POLL_INTERVAL_S
        self._schedule.look_at_everything()
        self._woken.set()
        instead = f"looking at everything every {POLL_INTERVAL_S:.0f} s"
        self._tell(NoticeKind.POLLING, f"the system does not report changes ({reason}); {instead}")

    async def _wait(self) -> None:
        """Until something is to be done."""
        moments = [self._schedule.next_due]
        if self._settling.next_due is not None:
            moments.append(self._settling.next_due)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, min(moments) - time.monotonic())):
                await self._woken.wait()
        self._woken.clear()

    async def _check_places(self) -> None:
        while True:
            await asyncio.sleep(CHECK_INTERVAL_S)
            gone, came = await self._places.look()
            for root in gone:
                self._tell_of_absence(root)
            for root in came:
                self._tell(NoticeKind.FOLDER_BACK, f"{root} is there", root)
            if gone or came:
                self._listen(anew=True)
            if came:
                self._note_changes(Changes(whole=set(came)))

    def _tell_of_absence(self, root: str) -> None:
        self._tell(NoticeKind.FOLDER_GONE, f"{root} is empty or gone; is it mounted?", root)

    def _tell(self, kind: NoticeKind, message: str, path: str | None = None) -> None:
        try:
            self._notify(Notice(kind, message, path))
        except Exception as error:  # noqa: BLE001 - `next_batch` raises it
            self._fail(error)

    async def _or_fail(self, work: Coroutine[None, None, None]) -> None:
        try:
            await work
        except Exception as error:  # noqa: BLE001 - `next_batch` raises it
            self._fail(error)

    def _fail(self, error: Exception) -> None:
        """The watch cannot go on: ends the walk, too."""
        self._error = self._error or error
        self.end_walk()
