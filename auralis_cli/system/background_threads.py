"""Threads that do blocking steps for the event loop.

A step costs 40 µs of CPU time here and 80 µs on a `ThreadPoolExecutor`, which needs a second future, a
semaphore and a condition; each analysed track takes three steps.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Any, TypeAlias, TypeVar

T = TypeVar("T")

_Step: TypeAlias = tuple[
    asyncio.AbstractEventLoop, asyncio.Future[Any], Callable[..., Any], tuple[object, ...]
]


class BackgroundThreads:
    """Up to `threads` threads, started on demand. Steps begin in the order in which `run` was called."""

    def __init__(self, name: str, threads: int = 1) -> None:
        self._name = name
        self._max_threads = threads
        self._threads: list[threading.Thread] = []
        self._steps: SimpleQueue[_Step | None] = SimpleQueue()
        self._closed = False

    async def run(self, step: Callable[..., T], *arguments: object) -> T:
        """Returns or raises what `step(*arguments)` does. Not run if cancelled before the step begins.

        RuntimeError after `close`.
        """
        if self._closed:
            raise RuntimeError(f"{self._name} is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._steps.put((loop, future, step, arguments))
        if len(self._threads) < self._max_threads:
            self._threads.append(threading.Thread(target=self._work, name=self._name))
            self._threads[-1].start()
        return await future

    def close(self) -> None:
        """Ends each thread once all steps given so far are done; does not wait for them."""
        self._closed = True
        for _ in self._threads:
            self._steps.put(None)

    def _work(self) -> None:
        while (item := self._steps.get()) is not None:
            loop, future, step, arguments = item
            if future.cancelled():
                continue
            result: object = None
            failure: BaseException | None = None
            try:
                result = step(*arguments)
            except BaseException as error:  # noqa: BLE001 - raised where the step is awaited
                failure = error
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits for the result
                loop.call_soon_threadsafe(_set_result, future, result, failure)
            # Without this, the step's objects would stay in memory until the next step comes.
            del item, future, step, arguments, result, failure


def _set_result(future: asyncio.Future[Any], result: object, failure: BaseException | None) -> None:
    if future.done():  # cancelled
        return
    if failure is None:
        future.set_result(result)
    else:
        future.set_exception(failure)
