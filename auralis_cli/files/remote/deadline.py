"""A time limit for calls that may hang: of a store that does not answer, through whatever library."""

import threading
import time
from collections.abc import Callable
from queue import Empty, SimpleQueue
from typing import Final, TypeVar

T = TypeVar("T")

_LOOK_S: Final = 0.1
"""How often to ask whether anybody still waits."""


class CancelledError(Exception):
    """Nobody waits for the answer any more."""


def within(seconds: float, call: Callable[[], T], cancelled: Callable[[], bool] = lambda: False) -> T:
    """What the call returns or raises; TimeoutError if that takes longer, CancelledError once `cancelled`,
    also before it begins: many quick calls may follow each other.

    The call has a thread of its own, which is left behind then and ends with the program.
    """
    if cancelled():
        raise CancelledError
    answer: SimpleQueue[tuple[T | None, BaseException | None]] = SimpleQueue()

    def work() -> None:
        try:
            answer.put((call(), None))
        except BaseException as error:  # noqa: BLE001 - raised where the answer is awaited
            answer.put((None, error))

    threading.Thread(target=work, name="auralis-store", daemon=True).start()
    give_up = time.monotonic() + seconds
    while (left := give_up - time.monotonic()) > 0:
        try:
            result, error = answer.get(timeout=min(left, _LOOK_S))
        except Empty:
            if cancelled():
                raise CancelledError from None
            continue
        if error is not None:
            raise error
        return result  # type: ignore[return-value] # None only where the call returns it
    raise TimeoutError(f"no answer within {seconds:g} s")
