"""What to look at next, and when: everything from time to time, changed folders at once."""

import time

import msgspec

from auralis_cli.files.changed_folders import ChangedFolders

FULL_LOOK_INTERVAL_S = 1800.0
"""Everything is looked at this often even where the system reports changes: in a flood some get lost."""
SECOND_LOOK_S = 2.0
"""A changed folder is looked at again after this time: the system tells of a new folder, but not of what was
put into it before it listened there."""


class Changes(msgspec.Struct):
    """Folders whose files have changed (`alone`), and folders to look at with all below them (`whole`)."""

    alone: set[str] = msgspec.field(default_factory=set)
    whole: set[str] = msgspec.field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.alone or self.whole)

    def add(self, other: "Changes") -> None:
        """Adds what has changed elsewhere or later."""
        self.alone |= other.alone
        self.whole |= other.whole


class Everything:
    """Instead of some folders: all of them."""


class Schedule:
    """Moments are on the monotonic clock. `full_look_s`: how often everything is looked at."""

    def __init__(self, full_look_s: float = FULL_LOOK_INTERVAL_S) -> None:
        self.full_look_s = full_look_s
        self._full_look_at = time.monotonic()
        self._now = Changes()
        self._again = Changes()
        self._again_at: float | None = None

    def add(self, changes: Changes) -> None:
        """These folders have changed: to be looked at now, and once more a little later."""
        self._now.add(changes)
        self._again.add(changes)
        self._again_at = time.monotonic() + SECOND_LOOK_S

    def look_at_everything(self) -> None:
        """Everything is to be looked at now."""
        self._full_look_at = time.monotonic()

    @property
    def next_due(self) -> float:
        """When there is something to do."""
        if self._now:
            return time.monotonic()
        return self._full_look_at if self._again_at is None else min(self._full_look_at, self._again_at)

    def take(self) -> Everything | ChangedFolders | None:
        """What to look at now; None if nothing is due."""
        now = time.monotonic()
        if now >= self._full_look_at:
            self._full_look_at = now + self.full_look_s
            self._now = Changes()
            return Everything()
        if self._again_at is not None and now >= self._again_at:
            self._now.add(self._again)
            self._again, self._again_at = Changes(), None
        if not self._now:
            return None
        due, self._now = self._now, Changes()
        return ChangedFolders(due.alone, due.whole)
