"""A thread that opens tracks and gives them to a worker.

An open can hang for ever: on a dead disk, on a network share that has gone. So neither the event loop nor
any other thread of the scan waits for it. The thread sends the request itself, because a way back to the
event loop for each track would cost more than opening the file.
"""

import asyncio
import contextlib
import os
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Protocol

import msgspec

from auralis_cli.model.record import Track
from auralis_cli.workers.engine import Job
from auralis_cli.workers.protocol import Work
from auralis_cli.workers.track_file import UnopenedError

OpenTrack = Callable[[Track], int]
"""Opens a track for a worker: its descriptor. Blocks, on a thread of its own. Raises UnopenedError."""


class TakesTracks(Protocol):
    """A worker that can be sent an open track."""

    def send(
        self, request_id: int, path: str, descriptor: int | None = None, *, work: Work = Work.ANALYZE
    ) -> None:
        """Sends a request; the descriptor stays the caller's. Called from the opener's thread."""


class Opening(msgspec.Struct, eq=False):
    """A job whose track is to be opened and sent. `sent` and `failure` are what became of it."""

    job: Job
    request_id: int
    worker: TakesTracks
    sent: bool = False
    failure: UnopenedError | None = None


class TrackOpener:
    """Opens the tracks of one slot, one after the other. `on_failure` is called in the event loop."""

    def __init__(self, open_track: OpenTrack, on_failure: Callable[[Opening], None]) -> None:
        self._open_track = open_track
        self._on_failure = on_failure
        self._loop = asyncio.get_running_loop()
        self._wanted: SimpleQueue[Opening | None] | None = None

    def open_and_send(self, job: Job, request_id: int, worker: TakesTracks) -> Opening:
        """Has the job's track opened and sent, after those that were asked for before."""
        opening = Opening(job, request_id, worker)
        if self._wanted is None:
            self._wanted = SimpleQueue()
            # A daemon: the program can end while an open hangs.
            thread = threading.Thread(
                target=self._work, args=(self._wanted,), name="open tracks", daemon=True
            )
            thread.start()
        self._wanted.put(opening)
        return opening

    def close(self) -> None:
        """Leaves the thread to what it does, without waiting: what it has not sent it never will.

        The next track gets another thread.
        """
        if self._wanted is not None:
            wanted, self._wanted = self._wanted, None
            wanted.put(None)

    def _work(self, wanted: SimpleQueue[Opening | None]) -> None:
        while (opening := wanted.get()) is not None and self._wanted is wanted:
            try:
                self._open_and_send(opening, wanted)
            except UnopenedError as error:
                opening.failure = error
                with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits
                    self._loop.call_soon_threadsafe(self._on_failure, opening)

    def _open_and_send(self, opening: Opening, wanted: SimpleQueue[Opening | None]) -> None:
        job = opening.job
        descriptor = self._open_track(job.track)
        try:
            if self._wanted is wanted:
                opening.worker.send(opening.request_id, job.track.path, descriptor, work=job.work)
                opening.sent = True
        except OSError as error:
            why = f"the open file cannot be given to the worker: {error.strerror}; scan again"
            raise UnopenedError("read_error", why) from error
        finally:
            os.close(descriptor)
