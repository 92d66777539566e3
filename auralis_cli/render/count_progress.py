"""Progress of a command that counts: one line on a terminal, else one every ten seconds."""

import os
import sys
import time
from types import TracebackType
from typing import Self

from auralis_cli.render.formats import clock

TERMINAL_INTERVAL_S, LOG_INTERVAL_S = 0.2, 10.0


class CountProgress:
    """Shows a count on stderr inside its `with` block; a terminal is clean afterwards.

    With `total`, also the time that is left at the pace so far.
    """

    def __init__(self, what: str, total: int | None = None) -> None:
        self._what = what
        self._total = total
        self._started = time.monotonic()
        self._terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._interval_s = TERMINAL_INTERVAL_S if self._terminal else LOG_INTERVAL_S
        self._next = time.monotonic() + self._interval_s
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._shown and self._terminal:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()

    def show(self, count: int) -> None:
        """Prints the count, unless the last one is too recent."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + self._interval_s
        self._shown = True
        line = f"{count:,} {self._what}"
        if self._total is not None and count:
            line += f", {clock((now - self._started) / count * (self._total - count))} left"
        sys.stderr.write(f"\r{line}\x1b[K" if self._terminal else f"auralis: {line}\n")
        sys.stderr.flush()
