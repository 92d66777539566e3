"""Checks a file right before and right after its analysis: is it still the one that was looked up?

Before it also: does another scan analyse the same content?
"""

from enum import Enum, auto
from pathlib import Path

from auralis_cli.files.file_key import key_or_none, key_proves_content
from auralis_cli.files.identity import FileIdentity, identify_file
from auralis_cli.model.record import AnalyzerName, Record, TrackError, same_stamp
from auralis_cli.scan.pending import PendingTrack
from auralis_cli.store.content_locks import ContentLocks


class RecheckResult(Enum):
    """What the look before the analysis finds."""

    READY = auto()
    MAYBE_KNOWN = auto()
    """Ready, but another scan runs on this cache and may have stored the track by now."""
    HELD = auto()
    """Another scan analyses the same content."""
    CHANGED = auto()
    """The file is not the one that was looked up."""


class Recheck:
    """Locks the contents that this scan analyses, and notes what each file is as its analysis begins."""

    def __init__(self, cache: Path, analyzer: AnalyzerName) -> None:
        self._locks = ContentLocks(cache, analyzer)
        self._finished: list[str] = []

    def lock(self, pending: PendingTrack) -> bool:
        """Locks the track's content; False while another scan analyses it."""
        return self._locks.lock(pending.content)

    def holder(self, pending: PendingTrack) -> int | None:
        """The process that has locked the track's content, where that can be told."""
        return self._locks.holder(pending.content)

    @property
    def warnings(self) -> list[str]:
        """What is wrong with the file of the locks."""
        return self._locks.warnings

    def examine(self, pending: PendingTrack) -> RecheckResult:
        """Locks the content and compares the file with what was looked up.

        `pending.identity` becomes that of this moment, unless the track has to be looked up again.
        """
        if not pending.waits_no_longer and not self.lock(pending):
            return RecheckResult.HELD
        track, now = pending.track, identify_file(pending.track.path)
        if now is None:
            return RecheckResult.READY  # the worker will say why
        if not same_stamp(now, track):
            return RecheckResult.CHANGED
        is_other_file = pending.identity is not None and now != pending.identity
        if is_other_file and (key_or_none(track) or "") != pending.file_key:
            return RecheckResult.CHANGED
        pending.identity = now
        if pending.looked_up_again or self._locks.is_only_scan():
            return RecheckResult.READY
        return RecheckResult.MAYBE_KNOWN

    def unlock_after_commit(self, pending: PendingTrack) -> None:
        """Marks the content as done: its lock ends once what is noted for the cache is committed."""
        self._finished.append(pending.content)

    def take_finished(self) -> list[str]:
        """The contents whose locks may end with the commit that follows."""
        finished, self._finished = self._finished, []
        return finished

    def unlock(self, contents: list[str]) -> None:
        """Ends these locks."""
        self._locks.unlock(contents)

    def close(self) -> None:
        """Ends all locks."""
        self._locks.close()


def has_changed(pending: PendingTrack, now: FileIdentity, outcome: Record | TrackError) -> bool:
    """Whether the file is another one than when its analysis began.

    A replacement may keep size and time (`cp -p`, `rsync -a`). When only the rest of the identity differs, as
    it also does after a `chmod`, the file key decides, if it can.
    """
    track = pending.track
    if not same_stamp(now, track):
        return True
    if pending.identity is None or now == pending.identity:
        return False
    record = outcome if isinstance(outcome, Record) else None
    return (key_or_none(track) or "") != pending.file_key or not key_proves_content(now.size, record)
