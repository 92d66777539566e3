"""Sidecars that known tracks lack: deleted, turned on later, or moved to a mirror. Written from the cache.

It happens beside all else, a few at a time: the sidecar of a fresh analysis never waits long behind them.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from typing import Final

from auralis_cli.model.record import Record, Track
from auralis_cli.scan.tally import ScanTally
from auralis_cli.store.cache import Cache
from auralis_cli.store.sidecars import Sidecars, Written
from auralis_cli.system.background_threads import BackgroundThreads

AT_ONCE: Final = 64
"""Tracks per step: some milliseconds of reading from the cache, then all threads write."""

MAX_WAITING: Final = 20
"""Batches of the walk that wait here; the walk pauses beyond them."""


class MissingSidecars:
    """Takes the tracks batch by batch, until `close` or `end`.

    The cache is read on the thread that has it to itself; the threads for sidecars write, as many as
    `writers`.
    """

    def __init__(
        self,
        cache: Cache,
        sidecars: Sidecars,
        storage_thread: BackgroundThreads,
        sidecar_threads: BackgroundThreads,
        *,
        writers: int,
    ) -> None:
        self._cache = cache
        self._sidecars = sidecars
        self._storage_thread = storage_thread
        self._sidecar_threads = sidecar_threads
        self._writers = writers
        self._batches: asyncio.Queue[Sequence[Track] | None] = asyncio.Queue(MAX_WAITING)
        self._ended = False

    async def add(self, tracks: Sequence[Track]) -> None:
        """Sidecars for these tracks; waits while many others wait."""
        if tracks:
            await self._batches.put(tracks)

    async def close(self) -> None:
        """No more will be added: `run` returns when all is written."""
        await self._batches.put(None)

    def end(self) -> None:
        """Drops what is not written yet; the next scan finds it."""
        self._ended = True

    async def run(
        self, tally: ScanTally, or_end: Callable[[Coroutine[None, None, None]], Awaitable[None]]
    ) -> None:
        """Writes all that is added and counts it. `or_end` does a step, and calls `end` if that fails."""
        while (tracks := await self._batches.get()) is not None:
            for start in range(0, len(tracks), AT_ONCE):
                if not self._ended:
                    await or_end(self._write(tracks[start : start + AT_ONCE], tally))

    async def _write(self, tracks: Sequence[Track], tally: ScanTally) -> None:
        known = await self._storage_thread.run(self._read, tracks)
        shares = (known[first :: self._writers] for first in range(min(self._writers, len(known))))
        written = (self._sidecar_threads.run(self._write_share, share) for share in shares)
        tally.sidecars_from_cache += sum(await asyncio.gather(*written))

    def _read(self, tracks: Sequence[Track]) -> list[tuple[Track, str, Record]]:
        """The tracks with file key and record, but for those whose row has changed since the look-up."""
        rows = self._cache.headers(track.path for track in tracks)
        records = self._cache.records(track.path for track in tracks)
        return [
            (track, row.file_key, record)
            for track in tracks
            if (row := rows.get(track.path)) is not None and row.size == track.size
            if (record := records.get(track.path)) is not None
        ]

    def _write_share(self, known: Sequence[tuple[Track, str, Record]]) -> int:
        return sum(self._sidecars.write(*each) is Written.NEW for each in known)
