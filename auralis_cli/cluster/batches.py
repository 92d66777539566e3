"""How many tracks go into a batch: so many that a machine works on it for a second or two.

Shorter ones would cost more in Dask than in the analysis; longer ones would be lost with a machine, and would
end late.
"""

from typing import Final

import msgspec

AIM_S: Final = 1.5
"""How long one thread of a machine should work on a batch."""
MAX_TRACKS: Final = 512
SHIPPED_BYTES: Final = 32 << 20
"""A batch whose bytes travel with it is full with so many."""
MAX_PROBATION_TRACKS: Final = 8
"""In the first batch of a machine, which may not see the files at all."""
FIRST_SPEED: Final = 10e6
"""Work per second of one thread before any is measured (`workers/track_cost.py`): half of what is usual."""
HALF_LIFE_S: Final = 5.0
"""The measured speed forgets with this half-life: other programs come and go."""


class Speed(msgspec.Struct):
    """The measured speed of one machine with all its threads, in work per second of the time in which it had
    any.
    """

    work: float = 0.0
    seconds: float = 0.0
    last: float | None = None
    """When the time began that has not been counted."""

    def busy(self, now: float) -> None:
        """It gets its first batch, or the first after a pause."""
        if self.last is None:
            self.last = now

    def done(self, work: float, now: float, *, idle: bool) -> None:
        """A batch is back, and it was the last that the machine had if it is `idle` now."""
        spent = max(0.0, now - (now if self.last is None else self.last))
        kept = 0.5 ** (spent / HALF_LIFE_S)
        self.work = self.work * kept + work
        self.seconds = self.seconds * kept + spent
        self.last = None if idle else now

    def per_s(self, threads: int) -> float:
        """Work per second of the whole machine."""
        if self.seconds < 0.05:
            return FIRST_SPEED * threads
        return self.work / self.seconds


def batch_work(speed: Speed, threads: int) -> float:
    """The work that makes one batch."""
    return AIM_S * speed.per_s(threads) / threads


def window(threads: int) -> int:
    """Batches that a machine may have: one for each thread, and some that it takes up without a wait."""
    return threads + max(1, threads // 2)


def is_full(tracks: int, work: float, aim: float, next_work: float) -> bool:
    """Whether a batch of so many tracks and so much work should go without the next track."""
    return tracks >= MAX_TRACKS or (tracks > 0 and work + next_work > aim)
