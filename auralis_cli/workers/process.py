"""One fp-worker child: start and handshake, send, receive, drain stderr, end."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import PIPE, Process, SubprocessStreamProtocol
from collections import deque

from auralis_cli.system.processes import resident_bytes, waits_for_disk
from auralis_cli.workers.program import WorkerCommand, check_version
from auralis_cli.workers.protocol import (
    MAX_LINE_BYTES,
    ProtocolViolationError,
    Ready,
    Response,
    decode_response,
)
from auralis_cli.workers.request_socket import RequestSocket

MAX_HANDSHAKE_S = 30.0
"""How long a fresh worker may take to say `ready`: a cold start on a busy machine takes seconds."""
MAX_EXIT_S = 2.0
"""How long a worker may take to exit once its input has ended."""
STDERR_LINES = 20
STDERR_LINE_CHARS = 400
NO_MEMORY = "memory allocation of"
"""How a Rust program begins its last words when it gets no memory."""


class WorkerLostError(Exception):
    """This worker is of no use any more: it died, broke the protocol, or was too late.

    `code`: the error code of its track if it happens again.
    """

    def __init__(self, message: str, code: str = "worker_crashed") -> None:
        super().__init__(message)
        self.code = code


class WorkerProcess:
    """A running worker. It has its own session, so the terminal's Ctrl-C reaches only the parent."""

    def __init__(
        self, process: Process, transport: asyncio.SubprocessTransport, requests: RequestSocket
    ) -> None:
        assert process.stdout is not None
        assert process.stderr is not None
        self._process = process
        self._transport = transport
        self._requests = requests
        self._stdout = process.stdout
        self._last_words: deque[str] = deque(maxlen=STDERR_LINES)
        self._draining = asyncio.create_task(self._drain(process.stderr))
        self._killed_because: WorkerLostError | None = None
        self._patience: asyncio.Timeout | None = None
        self._interrupted = False
        self.ready: Ready

    @classmethod
    async def start(
        cls,
        command: WorkerCommand,
        *,
        handshake_s: float = MAX_HANDSHAKE_S,
    ) -> "WorkerProcess":
        """Starts a worker and waits for its `ready`.

        Raises WorkerLostError when it does not come up, WorkerUnavailableError when it is of another version.
        """
        loop = asyncio.get_running_loop()
        requests, its_end = RequestSocket.pair()
        try:
            transport, protocol = await loop.subprocess_exec(
                lambda: SubprocessStreamProtocol(MAX_LINE_BYTES, loop),
                *command.arguments("serve"),
                stdin=its_end.fileno(),
                stdout=PIPE,
                stderr=PIPE,
                start_new_session=True,
            )
        except OSError as error:
            requests.close()
            raise WorkerLostError(f"could not be started: {error.strerror}") from error
        finally:
            its_end.close()
        worker = cls(Process(transport, protocol, loop), transport, requests)
        try:
            ready = await worker.receive(handshake_s, "said nothing")
            if not isinstance(ready, Ready):
                raise WorkerLostError("did not begin with 'ready'")  # noqa: TRY301
            check_version(command.program, ready)
        except BaseException:
            await worker.kill()
            raise
        worker.ready = ready
        return worker

    def send(self, request_id: int, path: str, descriptor: int | None = None, *, probe: bool = False) -> None:
        """Asks for one analysis or probe: of the file at `path`, or of an open one, which stays the caller's.

        Never waits, and may be called from any thread. A worker that is gone is noticed by `receive`.
        """
        self._requests.send(request_id, path, descriptor, probe=probe)

    def interrupt(self) -> None:
        """Ends the `receive` that waits, if any, with InterruptedError."""
        if self._patience is not None and not self._patience.expired():
            self._interrupted = True
            self._patience.reschedule(0.0)

    async def receive(self, within_s: float | None = None, too_late: str = "did not answer") -> Response:
        """The next line from the worker, within a time limit. `too_late` says what it did not do in time.

        Raises WorkerLostError, InterruptedError after `interrupt`.
        """
        try:
            async with asyncio.timeout(within_s) as self._patience:
                line = await self._stdout.readline()
        except TimeoutError as error:
            if self._interrupted:
                raise InterruptedError from None
            stalled = waits_for_disk(self._process.pid)
            raise WorkerLostError(too_late, "read_stalled" if stalled else "timed_out") from error
        except ValueError as error:
            raise WorkerLostError(f"sent a line of more than {MAX_LINE_BYTES} bytes") from error
        finally:
            self._patience, self._interrupted = None, False
        if not line.endswith(b"\n"):
            raise await self._describe_end("in the middle of a line" if line else "")
        try:
            return decode_response(line)
        except ProtocolViolationError as error:
            raise WorkerLostError(f"sent {error}") from error

    def end_if_above(self, memory_bytes: int) -> None:
        """Ends a worker that, with what it started, holds more memory than this."""
        held = resident_bytes(self._process.pid)
        if held > memory_bytes:
            self._killed_because = WorkerLostError(
                f"held {held >> 20:,} MiB of memory where {memory_bytes >> 20:,} are allowed", "out_of_memory"
            )
            self.kill_now()

    async def finish(self) -> None:
        """Ends the input, gives the worker a moment to exit, else kills it."""
        self._requests.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(MAX_EXIT_S):
                await self._process.wait()
        await self.kill()

    async def kill(self) -> None:
        """Kills the worker and whatever it started, and waits until it is gone, even when cancelled.

        The transport is closed only then: closed while asyncio's watcher is about to reap the child, it makes
        asyncio warn of an unknown child on stderr.
        """
        self.kill_now()
        gone = asyncio.create_task(self._wait_until_gone())
        cancelled: asyncio.CancelledError | None = None
        while not gone.done():
            try:
                await asyncio.shield(gone)
            except asyncio.CancelledError as error:
                cancelled = error
        self._transport.close()
        self._requests.close()
        self._draining.cancel()
        if cancelled is not None:
            raise cancelled

    async def _wait_until_gone(self) -> None:
        # A process stuck in the kernel, on a dead network share, is left to init.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(MAX_EXIT_S):
                await self._process.wait()

    def kill_now(self) -> None:
        """Sends the kill signal without waiting.

        To the whole group, also when the worker has died already: what it started may have outlived it.
        """
        if self._process.returncode != 0:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)

    async def _drain(self, stderr: asyncio.StreamReader) -> None:
        """Reads stderr while it is open, so that it never blocks the worker; keeps the last lines."""
        rest = b""
        while chunk := await stderr.read(1 << 16):
            *lines, rest = (rest + chunk).split(b"\n")
            self._last_words.extend(_printable(line) for line in lines[-STDERR_LINES:])
            rest = rest[:STDERR_LINE_CHARS]
        if rest:
            self._last_words.append(_printable(rest))

    async def _describe_end(self, where: str) -> WorkerLostError:
        """How the worker ended, with the last line that it wrote to stderr."""
        try:
            async with asyncio.timeout(MAX_EXIT_S):
                status = await self._process.wait()
                await asyncio.shield(self._draining)
        except TimeoutError:
            return WorkerLostError("closed its output")
        if self._killed_because is not None:
            return self._killed_because
        said = self._last_words[-1] if self._last_words else ""
        code = "out_of_memory" if said.startswith(NO_MEMORY) else "worker_crashed"
        parts = [_how_it_ended(status), where, said and f"({said})"]
        return WorkerLostError(" ".join(filter(None, parts)), code)


def _how_it_ended(status: int) -> str:
    if status >= 0:
        return f"ended with status {status}"
    try:
        name = signal.Signals(-status).name
    except ValueError:
        name = f"signal {-status}"
    return f"was killed by {name}"


def _printable(line: bytes) -> str:
    return line[:STDERR_LINE_CHARS].decode(errors="replace").rstrip()
