"""Acoustic hashes of tracks, made by an engine and stored as they come."""

import asyncio
import contextlib
import sqlite3
from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from auralis_cli.model.record import Track, TrackError
from auralis_cli.store.acoustic_hashes import write_hashes
from auralis_cli.workers.engine import STOP_GRACE_S, Engine, Finished, Hashed, Job
from auralis_cli.workers.protocol import HASH_VERSION, Work

COMMIT_INTERVAL_S: Final = 0.9
"""A kill costs the hashes of this time at most."""

_CHANGED: Final = TrackError(
    "changed_since_analysis", "it is not the audio that was analysed; 'auralis scan' looks at it again"
)


class ToHash(msgspec.Struct, frozen=True):
    """Audio, and the files that have it: the second is read if the first cannot be, and so on."""

    content_key: str
    files: tuple[Track, ...]


class Hashing:
    """Makes the hashes of audio. `done` and `failures` may be read at any time.

    `failures`: a file of each audio whose hash could not be made, and why.
    """

    def __init__(self, engine: Engine, connection: sqlite3.Connection) -> None:
        self.done = 0
        self.failures: list[tuple[Track, TrackError]] = []
        self.interrupted = False
        self._engine = engine
        self._connection = connection
        self._hashes: dict[str, bytes] = {}
        self._in_work: dict[Job, tuple[ToHash, int]] = {}
        self._left = 0
        self._retries: set[asyncio.Task[None]] = set()
        """Tasks, because whoever takes the results must not wait until the engine has room for more."""
        self._stopping: asyncio.Task[None] | None = None

    async def run(self, wanted: Sequence[ToHash], progress: Callable[[int], None] = lambda _: None) -> None:
        """Works until each has its hash or its failure, or `stop` is called; stores all that was finished.

        Raises WorkerUnavailableError, sqlite3.Error.
        """
        self._left = len(wanted)
        if not wanted:
            self._engine.close()
        feeding = asyncio.create_task(self._feed(wanted))
        committing = asyncio.create_task(self._commit_regularly())
        try:
            async for finished in self._engine.results():
                await self._take(finished)
                progress(self.done)
        finally:
            tasks = [feeding, committing, *self._retries]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._engine.stop(0)
            self._commit()

    def stop(self) -> None:
        """Takes no more tracks, gives those in work a moment, then lets `run` store and return."""
        self.interrupted = True
        if self._stopping is None:
            self._stopping = asyncio.create_task(self._engine.stop(STOP_GRACE_S))

    def kill_now(self) -> None:
        """Ends all work without waiting, for an exit at once; stores what was finished."""
        self._engine.kill_now()
        with contextlib.suppress(sqlite3.Error):
            self._commit()

    async def _feed(self, wanted: Sequence[ToHash]) -> None:
        for each in sorted(wanted, key=lambda each: -each.files[0].size):
            await self._submit(each, 0)

    async def _submit(self, wanted: ToHash, file: int) -> None:
        job = Job(wanted.files[file], Work.HASH)
        self._in_work[job] = wanted, file
        await self._engine.submit(job)

    async def _take(self, finished: Finished) -> None:
        """Keeps a hash, tries the next file of that audio, or notes the failure."""
        wanted, file = self._in_work.pop(finished.job)
        outcome = finished.outcome
        if isinstance(outcome, Hashed):
            if outcome.content_key == wanted.content_key:
                self._hashes[wanted.content_key] = outcome.acoustic_hash
                self._end_one()
                return
            outcome = _CHANGED
        if file + 1 < len(wanted.files) and not self.interrupted:
            self._retries.add(asyncio.create_task(self._submit(wanted, file + 1)))
            return
        assert isinstance(outcome, TrackError), "a hash was asked for"
        self.failures.append((finished.job.track, outcome))
        self._end_one()

    def _end_one(self) -> None:
        self.done += 1
        self._left -= 1
        if not self._left:
            self._engine.close()

    async def _commit_regularly(self) -> None:
        while True:
            await asyncio.sleep(COMMIT_INTERVAL_S)
            self._commit()

    def _commit(self) -> None:
        if self._hashes:
            write_hashes(self._connection, self._hashes, HASH_VERSION)
            self._hashes = {}
