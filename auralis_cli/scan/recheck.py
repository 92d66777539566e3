"""Checks a file right before and right after its analysis: is it still the one that was looked up?

Before it also: does another scan analyse the same content?
"""

import threading
from enum import Enum, auto

from auralis_cli.files.file_key import key_or_none, key_proves_content
from auralis_cli.files.identity import has_moving_ctime, look_again
from auralis_cli.model.record import AnalyzerName, Record, Track, TrackError
from auralis_cli.model.stamps import only_ctime_differs, same_size_and_time, same_stamp
from auralis_cli.scan.pending import PendingTrack
from auralis_cli.store.cache import CAN_SHARE_CONNECTION, Cache
from auralis_cli.store.content_locks import ContentLocks


class RecheckResult(Enum):
    """What the look before the analysis finds."""

    READY = auto()
    HELD = auto()
    """Another scan analyses the same content."""
    CHANGED = auto()
    """The file is not the one that was looked up."""
    MAYBE_KNOWN = auto()
    """Ready, but since it was looked up another process has stored something."""
    KNOWN = auto()
    """Another process has stored a result of it."""


class Recheck:
    """Locks the contents that this scan analyses, and notes what each file is as its analysis begins."""

    def __init__(self, cache: Cache, analyzer: AnalyzerName) -> None:
        self._cache = cache
        self._locks = ContentLocks(cache.path, analyzer)
        self._users: dict[str, set[PendingTrack]] = {}
        """The tracks for which a content is locked: several where a file is touched, or in a rescan."""
        self._changing = threading.Lock()
        self._finished: list[PendingTrack] = []

    def lock(self, pending: PendingTrack) -> bool:
        """Locks the track's content; False while another scan analyses it."""
        with self._changing:
            if not self._locks.lock(pending.content):
                return False
            self._users.setdefault(pending.content, set()).add(pending)
            return True

    def holder(self, pending: PendingTrack) -> int | None:
        """The process that has locked the track's content, where that can be told."""
        return self._locks.holder(pending.content)

    @property
    def warnings(self) -> list[str]:
        """What is wrong with the file of the locks."""
        return self._locks.warnings

    def examine(self, pending: PendingTrack) -> RecheckResult:
        """Locks the content and compares the file with what was looked up. Never says KNOWN.

        `pending.track` becomes that of this moment, unless the file has to be looked up again.
        """
        if not pending.waits_no_longer and not self.lock(pending):
            return RecheckResult.HELD
        track, now = pending.track, look_again(pending.track)
        if now is None:
            return RecheckResult.READY  # the worker will say why
        if not same_size_and_time(track, now):
            return RecheckResult.CHANGED
        if not same_stamp(track, now) and (key_or_none(now) or "") != pending.file_key:
            return RecheckResult.CHANGED
        pending.track = now
        if pending.looked_up_again:
            return RecheckResult.READY
        is_as_before = CAN_SHARE_CONNECTION and self._cache.state_of_others() == pending.others
        return RecheckResult.READY if is_as_before else RecheckResult.MAYBE_KNOWN

    def unlock_after_commit(self, pending: PendingTrack) -> None:
        """Marks the track as done: its lock ends once what is noted for the cache is committed."""
        self._finished.append(pending)

    def take_finished(self) -> list[PendingTrack]:
        """The tracks whose locks may end with the commit that follows."""
        finished, self._finished = self._finished, []
        return finished

    def unlock(self, finished: list[PendingTrack]) -> None:
        """Ends the locks of these tracks, unless another one has the same content in work."""
        with self._changing:
            for pending in finished:
                users = self._users.get(pending.content, set())
                users.discard(pending)
                if not users:
                    self._users.pop(pending.content, None)
                    self._locks.unlock([pending.content])

    def close(self) -> None:
        """Ends all locks."""
        self._locks.close()


def has_changed(pending: PendingTrack, now: Track, outcome: Record | TrackError) -> bool:
    """Whether the file is another one than when its analysis began.

    A replacement may keep size and time (`cp -p`, `rsync -a`). When only the time of change differs, as it
    also does after a `chmod`, the file key decides, if it can. What was fetched from a URL was compared then.
    """
    if now.version is not None or same_stamp(pending.track, now):
        return False
    if not only_ctime_differs(pending.track, now) or (key_or_none(now) or "") != pending.file_key:
        return True
    record = outcome if isinstance(outcome, Record) else None
    return not key_proves_content(now.size, record) and not has_moving_ctime(now)
