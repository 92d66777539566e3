"""Signals that end a scan: the first asks it to stop and keep its results, the second ends it at once."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

ENDING_SIGNALS = tuple(
    getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)
)


@contextmanager
def on_interruption(stop: Callable[[], None], abort: Callable[[], None]) -> Iterator[None]:
    """Within a running event loop: the first ending signal calls `stop`, any further one `abort`.

    A signal that the parent has set to be ignored stays ignored (`nohup`).
    """
    loop = asyncio.get_running_loop()
    signalled = False

    def note() -> None:
        nonlocal signalled
        if signalled:
            abort()
        signalled = True
        stop()

    caught = [number for number in ENDING_SIGNALS if signal.getsignal(number) != signal.SIG_IGN]
    for number in caught:
        loop.add_signal_handler(number, note)
    try:
        yield
    finally:
        for number in caught:
            loop.remove_signal_handler(number)
