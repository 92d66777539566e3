"""One fp-worker child: start and handshake, send, receive, drain stderr, end."""

import asyncio
import contextlib
import os
import signal
from asyncio.subprocess import PIPE
from typing import Any

from auralis_cli.system.processes import resident_bytes, waits_for_disk
from auralis_cli.workers.output import WorkerOutput
from auralis_cli.workers.program import WorkerCommand, check_version
from auralis_cli.workers.protocol import (
    MAX_LINE_BYTES,
    ProtocolViolationError,
    Ready,
    Response,
    Work,
    decode_response,
)
from auralis_cli.workers.request_socket import RequestSocket

MAX_HANDSHAKE_S = 30.0
"""How long a fresh worker may take to say `ready`: a cold start on a busy machine takes seconds."""
MAX_EXIT_S = 2.0
"""How long a worker may take to exit once its input has ended."""
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
        self, transport: asyncio.SubprocessTransport, output: WorkerOutput, requests: RequestSocket
    ) -> None:
        self._transport = transport
        self._output = output
        self._requests = requests
        self._killed_because: WorkerLostError | None = None
        self.pid = transport.get_pid()
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
            transport, output = await loop.subprocess_exec(
                WorkerOutput,
                *command.arguments("serve"),
                stdin=its_end.fileno(),
                stdout=PIPE,
                stderr=PIPE,
                start_new_session=True,
            )
        except OSError as error:
            requests.close()
            raise WorkerLostError(f"could not be started: {error.strerror}") from error
        except RuntimeError:  # up to Python 3.11 asyncio needs a thread for each child, and may not have it
            requests.close()
            loop.set_exception_handler(_tell_of_errors)
            raise
        finally:
            its_end.close()
        worker = cls(transport, output, requests)
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

    def send(
        self, request_id: int, path: str, descriptor: int | None = None, *, work: Work = Work.ANALYZE
    ) -> None:
        """Asks for this work: on the file at `path`, or on an open one, which stays the caller's.

        Never waits, and may be called from any thread. A worker that is gone is noticed by `receive`.
        """
        self._requests.send(request_id, path, descriptor, work=work)

    def interrupt(self) -> None:
        """Ends the `receive` that waits, if any, with InterruptedError."""
        self._output.interrupt()

    async def receive(self, within_s: float | None = None, too_late: str = "did not answer") -> Response:
        """The next line from the worker, within a time limit. `too_late` says what it did not do in time.

        Raises WorkerLostError, InterruptedError after `interrupt`.
        """
        try:
            line = await self._output.line(within_s)
        except TimeoutError as error:
            stalled = waits_for_disk(self.pid)
            raise WorkerLostError(too_late, "read_stalled" if stalled else "timed_out") from error
        except ValueError as error:
            raise WorkerLostError(f"sent a line of more than {MAX_LINE_BYTES} bytes") from error
        if line is None:
            raise await self._describe_end()
        try:
            return decode_response(line)
        except ProtocolViolationError as error:
            raise WorkerLostError(f"sent {error}") from error

    def end_if_above(self, memory_bytes: int) -> None:
        """Ends a worker that, with what it started, holds more memory than this."""
        held = resident_bytes(self.pid)
        if held > memory_bytes:
            self._killed_because = WorkerLostError(
                f"held {held >> 20:,} MiB of memory where {memory_bytes >> 20:,} are allowed", "out_of_memory"
            )
            self.kill_now()

    async def finish(self) -> None:
        """Ends the input, gives the worker a moment to exit, else kills it."""
        self._requests.close()
        await asyncio.wait([self._output.exited], timeout=MAX_EXIT_S)
        await self.kill()

    async def kill(self) -> None:
        """Kills the worker and whatever it started, and waits until it is gone, even when cancelled.

        The transport is closed only then: closed while asyncio's watcher is about to reap the child, it makes
        asyncio warn of an unknown child on stderr.
        """
        self.kill_now()
        # A process stuck in the kernel, on a dead network share, is left to init.
        gone = asyncio.create_task(asyncio.wait([self._output.exited], timeout=MAX_EXIT_S))
        cancelled: asyncio.CancelledError | None = None
        while not gone.done():
            try:
                await asyncio.shield(gone)
            except asyncio.CancelledError as error:
                cancelled = error
        self._transport.close()
        self._requests.close()
        if cancelled is not None:
            raise cancelled

    def kill_now(self) -> None:
        """Sends the kill signal without waiting.

        To the whole group, also when the worker has died already: what it started may have outlived it.
        """
        if self._transport.get_returncode() != 0:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)

    async def _describe_end(self) -> WorkerLostError:
        """How the worker ended, with the last line that it wrote to stderr."""
        await asyncio.wait([self._output.closed], timeout=MAX_EXIT_S)
        status = self._transport.get_returncode()
        if status is None or not self._output.closed.done():
            return WorkerLostError("closed its output")
        if self._killed_because is not None:
            return self._killed_because
        said = self._output.last_words
        code = "out_of_memory" if said.startswith(NO_MEMORY) else "worker_crashed"
        where = "in the middle of a line" if self._output.is_cut_off else ""
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


def _tell_of_errors(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What asyncio does, but for a step that was cancelled and that nobody waits for any more."""
    if not isinstance(context.get("exception"), asyncio.CancelledError):
        loop.default_exception_handler(context)
