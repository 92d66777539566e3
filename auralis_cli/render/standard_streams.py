"""Standard output and standard error that cannot surprise a command.

A full disk or a closed descriptor under standard output ends the command with a message. Under standard error
it ends nothing: the results of a long scan are worth more than its log.
"""

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterator
from typing import Any

from auralis_cli.model.errors import AuralisError

STDIN, STDOUT, STDERR = range(3)


class OutputError(AuralisError):
    """What a command has to say cannot be written to standard output."""


class _Output(io.FileIO):
    def write(self, content: Any, /) -> int:
        """Writes some of it. A closed pipe stays what it is: the reader has seen enough."""
        try:
            return super().write(content)
        except BrokenPipeError:
            raise
        except OSError as error:
            why = "it is closed" if error.errno == errno.EBADF else error.strerror
            raise OutputError(f"cannot write to standard output: {why}") from error


class _Log(io.FileIO):
    def write(self, content: Any, /) -> int:
        """Writes what can be written; the rest is lost, as nobody could be told of it."""
        try:
            return super().write(content)
        except OSError:
            return len(memoryview(content))


def guard_standard_streams() -> None:
    """Puts the two in the place of Python's, which has none for a descriptor that was closed.

    Each descriptor is open afterwards, so that no file of the command gets its number and the command's text.
    A test's own streams stay.
    """
    for descriptor in (STDIN, STDOUT, STDERR):
        try:
            os.fstat(descriptor)
        except OSError:
            # It gets the lowest number that is free, this one. Writing to standard output fails, as it did.
            os.open(os.devnull, os.O_WRONLY if descriptor == STDERR else os.O_RDONLY)
    if sys.stdout is sys.__stdout__:
        sys.stdout = _text(_Output(STDOUT, "w", closefd=False), sys.stdout)
    if sys.stderr is sys.__stderr__:
        sys.stderr = _text(_Log(STDERR, "w", closefd=False), sys.stderr)


def discard_output() -> None:
    """Whatever is still to be written to standard output goes nowhere: it must not fail again at the exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), STDOUT)


@contextlib.contextmanager
def reader_may_leave() -> Iterator[None]:
    """For a list that a reader such as `head` may have seen enough of: that is no error."""
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        discard_output()


def _text(file: io.FileIO, before: object) -> io.TextIOWrapper:
    """A character that the encoding does not have is written as an escape."""
    encoding = before.encoding if isinstance(before, io.TextIOWrapper) else None
    buffered = io.BufferedWriter(file)
    return io.TextIOWrapper(
        buffered,
        encoding,
        "backslashreplace",
        line_buffering=file.fileno() == STDERR or file.isatty(),
    )
