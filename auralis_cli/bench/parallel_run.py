"""Threads that run programs side by side, and what these programs took together."""

import contextlib
import threading
import time
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue

import msgspec

from auralis_cli.bench.measured_process import Usage


class ParallelRun:
    """At most `jobs` threads that take items from one list. An error in one thread ends all."""

    def __init__(self, items: Iterable[str], jobs: int) -> None:
        self._items: SimpleQueue[str] = SimpleQueue()
        for item in items:
            self._items.put(item)
        self._jobs = min(jobs, self._items.qsize())
        self._stopping = False
        self._errors: list[BaseException] = []
        self._lock = threading.Lock()
        self._usages: list[Usage] = []

    def next_item(self) -> str | None:
        """The next item; None when there is none or the run is stopping."""
        with contextlib.suppress(Empty):
            if not self._stopping:
                return self._items.get_nowait()
        return None

    def add_usage(self, usage: Usage) -> None:
        """Notes what one program took."""
        with self._lock:
            self._usages.append(usage)

    def run(self, work: Callable[[], None]) -> Usage:
        """Runs `work` in each thread until all have ended; the wall time is that of all together.

        Raises what a thread has raised.
        """

        def guarded() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - raised below, in the caller's thread
                self._errors.append(error)
                self._stopping = True

        began = time.monotonic()
        threads = [threading.Thread(target=guarded, daemon=True) for _ in range(self._jobs)]
        try:
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            self._stopping = True
        if self._errors:
            raise self._errors[0]
        total = Usage()
        for usage in self._usages:
            total = total.beside(usage)
        return msgspec.structs.replace(total, wall_s=time.monotonic() - began)
