"""Tracks that wait: the largest first, in bounded memory."""

import asyncio
import heapq
from collections import deque
from itertools import count
from typing import Generic, Protocol, TypeVar

from auralis_cli.model.record import Track


class HasTrack(Protocol):
    """Something about a track."""

    track: Track


T = TypeVar("T", bound=HasTrack)


class TrackQueue(Generic[T]):
    """Tracks in, the largest out. Many tasks may put and take.

    `capacity` tracks may wait, then `put` does; None: any number. `take_spare` leaves `reserve` of them.
    """

    def __init__(self, capacity: int | None = None, reserve: int = 0) -> None:
        self._heap: list[tuple[int, int, T]] = []
        self._order = count()
        self._takers: deque[asyncio.Future[None]] = deque()
        self._room = asyncio.Event()
        self._room.set()
        self._capacity = capacity
        self._reserve = reserve
        self._closed = False

    def __len__(self) -> int:
        return len(self._heap)

    @property
    def takers(self) -> int:
        """Tasks that wait in `take`, those included that were woken and have not gone on yet."""
        return len(self._takers)

    async def put(self, item: T) -> None:
        """Adds one, waiting while the queue is full. Drops it once the queue is closed."""
        while not self._has_room() and not self._closed:
            self._room.clear()
            await self._room.wait()
        if not self._closed:
            self.put_back(item)

    def put_back(self, item: T) -> None:
        """Adds one without waiting, also to a full or closed queue: a track taken and not done."""
        heapq.heappush(self._heap, (-item.track.size, next(self._order), item))
        self._wake(1)

    def take_now(self) -> T | None:
        """The largest one, or None when the queue is empty."""
        if not self._heap:
            return None
        item = heapq.heappop(self._heap)[2]
        if self._has_room():
            self._room.set()
        return item

    def take_spare(self) -> T | None:
        """The largest one if more than the reserve wait."""
        return self.take_now() if len(self._heap) > self._reserve else None

    async def take(self) -> T | None:
        """The largest one, waiting for it; None once the queue is closed and empty."""
        while (item := self.take_now()) is None:
            if self._closed:
                return None
            taker = asyncio.get_running_loop().create_future()
            self._takers.append(taker)
            try:
                await taker
            finally:
                self._takers.remove(taker)
        return item

    def close(self) -> None:
        """Nothing more will be put; takers get what is left, then None."""
        self._closed = True
        self._room.set()
        self._wake(len(self._takers))

    def discard(self) -> None:
        """Closes the queue and drops what waits."""
        self._heap.clear()
        self.close()

    def _has_room(self) -> bool:
        return self._capacity is None or len(self._heap) < self._capacity

    def _wake(self, takers: int) -> None:
        sleeping = [taker for taker in self._takers if not taker.done()]
        for taker in sleeping[:takers]:
            taker.set_result(None)
