"""Threads that do blocking steps for the event loop.

A step costs 40 µs of CPU time here and 80 µs on a `ThreadPoolExecutor`, which goes through a second future, a
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
    """So many threads, started as steps come in. Steps begin in the order in which they were given."""

    def __init__(self, name: str, threads: int = 1) -> None:
        self._name = name
        self._most = threads
        self._threads: list[threading.Thread] = []
        self._steps: SimpleQueue[_Step | None] = SimpleQueue()
        self._closed = False

    async def run(self, step: Callable[..., T], *arguments: object) -> T:
        """What `step(*arguments)` returns or raises. Cancelled, a step that has not begun is left out."""
        if self._closed:
            raise RuntimeError(f"{self._name} is closed")
        loop = asyncio.get_running_loop()
        future: asyncio.Future[T] = loop.create_future()
        self._steps.put((loop, future, step, arguments))
        if len(self._threads) < self._most:
            self._threads.append(threading.Thread(target=self._work, name=self._name))
            self._threads[-1].start()
        return await future

    def close(self) -> None:
        """Lets each thread end after the steps that were given; does not wait for them."""
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
            with contextlib.suppress(RuntimeError):  # a closed loop: nobody waits any more
                loop.call_soon_threadsafe(_settle, future, result, failure)
            # What a step worked on must not live on while this thread waits for the next.
            del item, future, step, arguments, result, failure


def _settle(future: asyncio.Future[Any], result: object, failure: BaseException | None) -> None:
    if future.done():  # cancelled
        return
    if failure is None:
        future.set_result(result)
    else:
        future.set_exception(failure)
