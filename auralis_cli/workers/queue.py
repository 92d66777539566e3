"""Tracks that wait for a worker: largest first among those known, in bounded memory."""

import asyncio
import heapq
from collections import deque
from itertools import count

import msgspec

from auralis_cli.files.identity import FileIdentity
from auralis_cli.model.record import Track

MAX_WAITING_TRACKS = 20_000
"""Tracks that may wait; discovery pauses beyond it. About 10 MB."""


class Job(msgspec.Struct, eq=False):
    """A track to analyse.

    `file_key` is kept for the store; `like` are files that it may be a copy of; `identity` is what the file
    was when its key was read, later when it went to a worker. `again` says that the file changed during a
    first analysis, `looked_up_again` that it was looked up a second time, `claimed` that another scan had it;
    `attempts` counts the workers that were lost on it.
    """

    track: Track
    file_key: str
    like: tuple[str, ...] = ()
    identity: FileIdentity | None = None
    again: bool = False
    looked_up_again: bool = False
    claimed: bool = False
    attempts: int = 0

    @property
    def claim(self) -> str:
        """What a claim on it is about: its content, where that is known."""
        return self.file_key or self.track.path


class TrackQueue:
    """Jobs in, the largest out. Many tasks may put and take."""

    def __init__(self, capacity: int = MAX_WAITING_TRACKS) -> None:
        self._heap: list[tuple[int, int, Job]] = []
        self._order = count()
        self._takers: deque[asyncio.Future[None]] = deque()
        self._room = asyncio.Event()
        self._room.set()
        self._capacity = capacity
        self._closed = False

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def takers(self) -> int:
        """Workers that wait for a job, those included that were woken and have not taken it yet."""
        return len(self._takers)

    async def put(self, job: Job) -> None:
        """Adds a job, waiting while the queue is full. After `discard` it is dropped."""
        while len(self._heap) >= self._capacity and not self._closed:
            self._room.clear()
            await self._room.wait()
        if not self._closed:
            self.put_back(job)

    def put_back(self, job: Job) -> None:
        """Returns a job that a worker could not do; never waits, and works on a closed queue too."""
        heapq.heappush(self._heap, (-job.track.size, next(self._order), job))
        self._wake(1)

    def take_now(self) -> Job | None:
        """The largest job, or None when there is none."""
        if not self._heap:
            return None
        job = heapq.heappop(self._heap)[2]
        if len(self._heap) < self._capacity:
            self._room.set()
        return job

    async def take(self) -> Job | None:
        """The largest job, waiting for one; None once the queue is closed and empty."""
        while (job := self.take_now()) is None:
            if self._closed:
                return None
            taker = asyncio.get_running_loop().create_future()
            self._takers.append(taker)
            try:
                await taker
            finally:
                self._takers.remove(taker)
        return job

    def close(self) -> None:
        """No more jobs will be put; takers get what is left, then None."""
        self._closed = True
        self._room.set()
        self._wake(len(self._takers))

    def discard(self) -> None:
        """Closes the queue and drops what waits."""
        self._heap.clear()
        self.close()

    def _wake(self, takers: int) -> None:
        sleeping = [taker for taker in self._takers if not taker.done()]
        for taker in sleeping[:takers]:
            taker.set_result(None)
