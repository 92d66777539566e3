"""Files that were just found wait until they have stopped changing, so that no half of a copy is analysed."""

import time
from collections.abc import Iterable

from auralis_cli.files.identity import is_unchanged
from auralis_cli.model.stamps import same_size_and_time
from auralis_cli.scan.pending import PendingTrack

SETTLE_S = 2.0
"""Seconds for which size and time must stay as they are. A copy that stalls for longer is analysed as far as
it has come, and again when it is complete."""


class Settling:
    """New and changed files by path, each with the moment at which it may go on."""

    def __init__(self, settle_s: float = SETTLE_S) -> None:
        self._settle_s = settle_s
        self._waiting: dict[str, tuple[PendingTrack, float]] = {}

    @property
    def next_due(self) -> float | None:
        """When the first of them may go on, on the monotonic clock; None if none waits."""
        return min((due for _, due in self._waiting.values()), default=None)

    def add(self, files: Iterable[PendingTrack]) -> None:
        """Lets files wait. One that waits already keeps its moment while it is unchanged."""
        due = time.monotonic() + self._settle_s
        for pending in files:
            waiting = self._waiting.get(pending.track.path)
            if waiting is None or not same_size_and_time(waiting[0].track, pending.track):
                self._waiting[pending.track.path] = (pending, due)

    def take_due(self) -> tuple[list[PendingTrack], list[str]]:
        """Those whose time has come: unchanged ones, and the paths of others, to be found anew.

        Blocks for one `stat` per file. A file that is gone is among the others.
        """
        now = time.monotonic()
        due = [pending for pending, moment in self._waiting.values() if moment <= now]
        settled, changed = [], []
        for pending in due:
            del self._waiting[pending.track.path]
            if is_unchanged(pending.track):
                settled.append(pending)
            else:
                changed.append(pending.track.path)
        return settled, changed
