"""One run of a program, measured: wall time, CPU time, memory."""

import contextlib
import os
import re
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

PROC = Path("/proc")


class Usage(msgspec.Struct, frozen=True):
    """The time of several programs together; `peak_bytes` is of the largest one, 0 if it is not known."""

    wall_s: float = 0.0
    user_s: float = 0.0
    system_s: float = 0.0
    peak_bytes: int = 0

    @property
    def cpu_s(self) -> float:
        """User and system time."""
        return self.user_s + self.system_s

    def beside(self, other: "Usage") -> "Usage":
        """The sum for two programs that ran side by side."""
        return Usage(
            max(self.wall_s, other.wall_s),
            self.user_s + other.user_s,
            self.system_s + other.system_s,
            max(self.peak_bytes, other.peak_bytes),
        )


class MeasuredProcess:
    """A child process with pipes, killed when its deadline passes. `usage` is set after it has ended.

    The system counts its CPU time and memory, its own children included. Use it from one thread at a time.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._began = time.monotonic()
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            start_new_session=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self.stdin, self.stdout = self._process.stdin, self._process.stdout
        self._watchdog: threading.Timer | None = None
        self.usage = Usage()
        self.status: int | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if error is not None:
            self.kill()
        self.end()

    def set_deadline(self, seconds: float) -> None:
        """Allows the program so many seconds from now."""
        if self._watchdog is not None:
            self._watchdog.cancel()
        self._watchdog = threading.Timer(seconds, self.kill)
        self._watchdog.daemon = True
        self._watchdog.start()

    def kill(self) -> None:
        """Kills the program and all that it has started."""
        if self.status is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def end(self) -> None:
        """Closes the program's input, reads the rest of its output, waits for its end, and sets `usage`."""
        if self.status is not None:
            return
        # Not ru_maxrss: that includes the memory of this process when it forked.
        highest = peak_bytes(self._process.pid)
        with contextlib.suppress(OSError):
            self.stdin.close()
        self.stdout.read()
        _, status, taken = os.wait4(self._process.pid, 0)
        self.status = self._process.returncode = os.waitstatus_to_exitcode(status)
        if self._watchdog is not None:
            self._watchdog.cancel()
        self.stdout.close()
        self.usage = Usage(time.monotonic() - self._began, taken.ru_utime, taken.ru_stime, highest)

    def last_stderr_line(self) -> str:
        """The last line that the program wrote to stderr, or else its exit status."""
        self._stderr.seek(0)
        lines = self._stderr.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"exit status {self.status}"


def peak_bytes(pid: int) -> int:
    """The highest memory use of a running program so far; 0 after its end, and without Linux."""
    try:
        status = (PROC / str(pid) / "status").read_text("ascii", "replace")
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0
