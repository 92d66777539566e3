"""What a worker says: lines on its output, words on its error output, and its end.

In the place of asyncio's streams and time limits, which for each line cost more than its reading does.
"""

import asyncio
from collections import deque
from math import inf
from typing import Final, cast

from auralis_cli.workers.protocol import MAX_LINE_BYTES

WORD_LINES = 20
WORD_LINE_CHARS = 400
MAX_UNREAD_LINES = 100
"""The worker has to wait when so many of its lines have not been taken."""
_STDOUT, _STDERR = 1, 2


class WorkerOutput(asyncio.SubprocessProtocol):
    """Takes what the worker writes, as it comes. `line` is for one task."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._lines: deque[bytes] = deque()
        self._rest = b""
        self._too_long = False
        self._paused = False
        self._ended = False
        self._waiting: asyncio.Future[Exception | None] | None = None
        self._due = inf
        self._alarm: asyncio.TimerHandle | None = None
        self._words: deque[str] = deque(maxlen=WORD_LINES)
        self._rest_of_words = b""
        self._transport: asyncio.SubprocessTransport
        self.exited: Final[asyncio.Future[None]] = self._loop.create_future()
        """The process is gone."""
        self.closed: Final[asyncio.Future[None]] = self._loop.create_future()
        """It is gone, and all that it wrote has been taken."""

    async def line(self, within_s: float | None = None) -> bytes | None:
        """The next line; None when there is none to come.

        Raises TimeoutError, InterruptedError after `interrupt`, ValueError for a line beyond MAX_LINE_BYTES.
        """
        if not (self._lines or self._too_long or self._ended):
            await self._wait(within_s)
        if self._lines:
            line = self._lines.popleft()
            if self._paused and not self._lines and not self._too_long:
                self._pause(False)
            return line
        if self._too_long:
            raise ValueError("the line is too long")
        return None

    @property
    def is_cut_off(self) -> bool:
        """Whether the output has ended in the middle of a line."""
        return bool(self._rest)

    @property
    def last_words(self) -> str:
        """The last line on the error output."""
        rest = _printable(self._rest_of_words)
        return rest or (self._words[-1] if self._words else "")

    def interrupt(self) -> None:
        """Ends the `line` that waits, if any, with InterruptedError."""
        self._wake(InterruptedError())

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The process has started."""
        self._transport = cast("asyncio.SubprocessTransport", transport)

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Some of what it wrote."""
        if fd == _STDERR:
            self._note_words(data)
            return
        *lines, self._rest = (self._rest + data).split(b"\n")
        if len(lines[0] if lines else self._rest) > MAX_LINE_BYTES:
            self._too_long = True
        else:
            self._lines.extend(lines)
        if self._too_long or len(self._lines) > MAX_UNREAD_LINES:
            self._pause(True)
        if self._lines or self._too_long:
            self._wake(None)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        """It writes no more."""
        if fd == _STDOUT:
            self._ended = True
            self._wake(None)

    def process_exited(self) -> None:
        """It is gone."""
        self._resolve(self.exited)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - asyncio's
        """It is gone, and its pipes are closed."""
        self._resolve(self.closed)

    async def _wait(self, within_s: float | None) -> None:
        self._waiting = self._loop.create_future()
        self._due = inf if within_s is None else self._loop.time() + within_s
        self._set_alarm()
        try:
            error = await self._waiting
        finally:
            self._waiting = None
        if error is not None:
            raise error

    def _wake(self, error: Exception | None) -> None:
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(error)

    def _set_alarm(self) -> None:
        """One that is set for an earlier time stays. Most lines come long before it, so few set one."""
        if self._due == inf or (self._alarm is not None and self._alarm.when() <= self._due):
            return
        if self._alarm is not None:
            self._alarm.cancel()
        self._alarm = self._loop.call_at(self._due, self._ring)

    def _ring(self) -> None:
        self._alarm = None
        if self._waiting is not None and self._loop.time() >= self._due:
            self._wake(TimeoutError())
        elif self._waiting is not None:
            self._set_alarm()

    def _pause(self, wanted: bool) -> None:
        pipe = cast("asyncio.ReadTransport | None", self._transport.get_pipe_transport(_STDOUT))
        if pipe is not None and wanted != self._paused and not self._ended:
            (pipe.pause_reading if wanted else pipe.resume_reading)()
            self._paused = wanted

    def _note_words(self, data: bytes) -> None:
        *lines, rest = (self._rest_of_words + data).split(b"\n")
        self._words.extend(_printable(line) for line in lines[-WORD_LINES:])
        self._rest_of_words = rest[:WORD_LINE_CHARS]

    @staticmethod
    def _resolve(future: asyncio.Future[None]) -> None:
        if not future.done():
            future.set_result(None)


def _printable(line: bytes) -> str:
    return line[:WORD_LINE_CHARS].decode(errors="replace").rstrip()
