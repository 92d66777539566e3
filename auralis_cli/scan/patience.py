"""How long a scan waits for another one that analyses the same content: said soon, and never for ever.

The other scan may be stopped (Ctrl-Z), hang on a dead disk, or be no scan at all but a program that holds
the lock. What shows life is that the cache changes: a scan commits about every second in which it has
finished something. A minute without, and the content is analysed here too, which costs time and no result.
"""

import time
from collections.abc import Callable
from pathlib import Path

from auralis_cli.scan.pending import PendingTrack

SAY_AFTER_S = 5.0
"""When the user hears what is waited for."""
MAX_SILENCE_S = 60.0
"""How long to wait while the cache does not change. A track that takes longer is analysed twice."""


class Patience:
    """The waiting of one scan. `warnings` says once per process what was waited for, and how that ended."""

    def __init__(
        self,
        state_of_others: Callable[[], object],
        lock: Callable[[PendingTrack], bool],
        holder_of: Callable[[PendingTrack], int | None],
    ) -> None:
        """`state_of_others` answers differently once another process has written to the cache."""
        self._state_of_others = state_of_others
        self._lock = lock
        self._holder_of = holder_of
        self._last_state: object = None
        self._last_life = 0.0
        self._waited_for: set[str] = set()
        self._given_up: set[str] = set()

    @property
    def warnings(self) -> list[str]:
        """What the user should know at the end."""
        waited = [
            f"waited for {holder}, which analysed the same files or kept them locked"
            for holder in sorted(self._waited_for - self._given_up)
        ]
        return waited + [
            f"waited {MAX_SILENCE_S:.0f} s for {holder}, which kept files locked and stored nothing: it "
            "may be stopped; these files were analysed here too"
            for holder in sorted(self._given_up)
        ]

    def may_go_on(self, pending: PendingTrack) -> bool:
        """Whether a track that another process held is free, or has to be analysed here all the same."""
        if self._lock(pending):
            return True
        pending.waits_no_longer = self.is_over(pending)
        return pending.waits_no_longer

    def is_over(self, pending: PendingTrack) -> bool:
        """Whether the other process has shown no life for too long."""
        now = time.monotonic()
        if pending.held_since is None:
            pending.held_since = now
        if (state := self._state_of_others()) != self._last_state:
            self._last_state, self._last_life = state, now
        if now - max(pending.held_since, self._last_life) < MAX_SILENCE_S:
            return False
        self._given_up.add(self._name(pending))
        return True

    def who(self, pending: PendingTrack) -> str | None:
        """What the track waits for, once it has waited long enough to say so."""
        if pending.held_since is None or time.monotonic() - pending.held_since < SAY_AFTER_S:
            return None
        holder = self._name(pending)
        self._waited_for.add(holder)
        return holder

    def _name(self, pending: PendingTrack) -> str:
        pid = self._holder_of(pending)
        if pid is None:
            return "another process"
        try:
            name = Path(f"/proc/{pid}/comm").read_text("utf-8", "replace").strip()
        except OSError:
            name = ""
        return f"process {pid} ({name})" if name else f"process {pid}"
