"""Progress of a command that counts what it has done: a line that is rewritten, or one every ten seconds."""

import os
import sys
import time
from types import TracebackType
from typing import Self

ON_A_TERMINAL_S, ELSEWHERE_S = 0.2, 10.0


class CountProgress:
    """Shows a count on stderr while it is entered; nothing of it stays on a terminal."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._terminal = sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
        self._interval_s = ON_A_TERMINAL_S if self._terminal else ELSEWHERE_S
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
        """Tells the count, when it is time."""
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + self._interval_s
        self._shown = True
        line = f"{count:,} {self._what}"
        sys.stderr.write(f"\r{line}\x1b[K" if self._terminal else f"auralis: {line}\n")
        sys.stderr.flush()
