"""How much of the analysis is done, and how long the rest takes: one measure for the bar and the time left.

The measure is work (`workers/track_cost.py`). The largest files come first, so bytes alone would promise an
early end, and tracks alone a late one.
"""

import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final

import msgspec

from auralis_cli.model.record import Track
from auralis_cli.model.result import Status
from auralis_cli.workers.engine import Activity
from auralis_cli.workers.track_cost import COST_PER_FILE, extension_of, work_of, work_on_bytes

_HALF_LIFE_S: Final = 20.0
_HALF_LIFE_SHARE: Final = 1 / 6
"""The recent speed forgets with this half-life, or this share of the time so far, whichever is longer."""
_ENOUGH_TRACKS: Final = 10.0
"""So many recent tracks make the recent speed count as much as the overall one."""
_NEWS: Final = 0.03
_FIRST_NEWS: Final = 5
"""What one more track changes in the share of its kind that has to be analysed: the last 30 or so count, and
the first few count for more.
"""
_RUN: Final = 8
_NEWS_OF_RUN: Final = 0.15
"""The same for tracks that end like the seven before: no chance, since they come by size, and large ones of a
kind may fail where small ones do not."""


_SHARE_OF_BYTES: Final[Mapping[Status, float]] = {Status.ANALYSED: 1.0, Status.RETAGGED: 0.05}
"""How much of the work on its bytes a track has cost that ends so. Others fail at once, as what only ffmpeg
decodes does where there is none, or prove to be copies.
"""


class _KindOfFile(msgspec.Struct):
    """The files with one extension: those that wait, and how much of their bytes has to be worked on."""

    waiting: int = 0
    work_on_bytes: float = 0.0
    needed: float = 1.0
    ended: int = 0
    last_share: float = 1.0
    run: int = 0
    """So many in a row have ended alike."""

    def note(self, share: float) -> None:
        """One more of them has ended, with this share of the work on its bytes."""
        self.ended += 1
        self.run = self.run + 1 if share == self.last_share else 1
        self.last_share = share
        usual = _NEWS_OF_RUN if self.run >= _RUN else _NEWS
        self.needed += max(usual, 1 / (self.ended + _FIRST_NEWS)) * (share - self.needed)


class Workload:
    """The work of one scan. Tracks that are known at their look-up are no work."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._began: float | None = None
        self._ended: float | None = None
        self._kinds: defaultdict[str, _KindOfFile] = defaultdict(_KindOfFile)
        self._done = 0.0
        self._last = 0.0
        self._recent_work, self._recent_s, self._recent_tracks = 0.0, 0.0, 0.0

    @property
    def seconds(self) -> float:
        """How long there has been something to analyse."""
        if self._began is None:
            return 0.0
        return (self._now() if self._ended is None else self._ended) - self._began

    def expect(self, track: Track) -> None:
        """A track is to be analysed."""
        if self._began is None:
            self._began = self._last = self._now()
        extension = extension_of(track.path)
        kind = self._kinds[extension]
        kind.waiting += 1
        kind.work_on_bytes += work_on_bytes(extension, track.size)

    def finish(self, track: Track, status: Status) -> None:
        """The track has its result."""
        extension = extension_of(track.path)
        kind, bytes_work = self._kinds[extension], work_on_bytes(extension, track.size)
        kind.waiting -= 1
        kind.work_on_bytes -= bytes_work
        share = _SHARE_OF_BYTES.get(status, 0.0)
        kind.note(share)
        work = COST_PER_FILE + share * bytes_work
        self._done += work
        now = self._now()
        kept = self._kept(now)
        self._recent_work = self._recent_work * kept + work
        self._recent_s = self._recent_s * kept + (now - self._last)
        self._recent_tracks = self._recent_tracks * kept + 1
        self._last = now

    def end(self) -> None:
        """Stops the clock."""
        self._ended = self._now()

    def share_done(self, activities: Iterable[Activity | None] = ()) -> float:
        """The share of the work that is done, 0 to 1; what workers do now counts in part."""
        done, left = self._done_and_left(activities)
        return done / (done + left) if done + left else 1.0

    def remaining_s(self, activities: Iterable[Activity | None] = ()) -> float | None:
        """Seconds until all is done, at the recent and the overall speed; None before anything is done."""
        busy = list(activities)
        done, left = self._done_and_left(busy)
        speed = self._speed(done)
        if not speed:
            return None
        # No worker can help another with its track: the longest one alone may outlast all the others.
        longest = max((_left_of(activity) for activity in busy if activity), default=0.0)
        return max(left, min(longest, left) * len(busy)) / speed

    def _done_and_left(self, activities: Iterable[Activity | None]) -> tuple[float, float]:
        under_way = sum(work_of(a.path, a.size) * (a.fraction or 0.0) for a in activities if a)
        left = sum(
            kind.waiting * COST_PER_FILE + max(0.0, kind.work_on_bytes) * kind.needed
            for kind in self._kinds.values()
        )
        return self._done + under_way, max(0.0, left - under_way)

    def _speed(self, done: float) -> float:
        """Work per second: the more tracks have ended recently, the more their speed counts."""
        if not done or not self.seconds:
            return 0.0
        overall, now = done / self.seconds, self._now()
        recent_tracks = self._recent_tracks * self._kept(now)
        weight = recent_tracks / (recent_tracks + _ENOUGH_TRACKS)
        recent = self._recent_work / max(self._recent_s + now - self._last, 1e-9)
        return weight * recent + (1 - weight) * overall

    def _kept(self, now: float) -> float:
        half_life = max(_HALF_LIFE_S, self.seconds * _HALF_LIFE_SHARE)
        return float(0.5 ** ((now - self._last) / half_life))


def _left_of(activity: Activity) -> float:
    return work_of(activity.path, activity.size) * (1.0 - (activity.fraction or 0.0))
