"""Errors that end a command, and the exit codes of all commands.

Each error's message says what happened, why, and what to do. Help and manual list the exit codes.
"""

from enum import IntEnum
from typing import Self


class ExitCode(IntEnum):
    """What the shell gets, and what it means."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Self:
        """A member equals its code and has `meaning`."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    OK = 0, "done; failures known from before do not count"
    SOME_FAILED = 1, "something new failed, or a known folder is gone; the rest is done"
    BROKEN = 2, "wrong usage or configuration, an unknown path, no worker that runs"
    INTERRUPTED = 130, "interrupted; what was finished is stored"


class AuralisError(Exception):
    """An error for the user: shown as one message without a traceback."""

    exit_code = ExitCode.BROKEN


class ConfigError(AuralisError):
    """A flag, an environment variable or the configuration file is wrong."""


class WrongPathError(AuralisError):
    """A path that a command was given is not there, or is not the kind of thing that the command is about."""


class WorkerUnavailableError(AuralisError):
    """No fp-worker can be started, or it is of another version."""


class CacheError(AuralisError):
    """The cache cannot be opened, read or written."""


class CacheDamagedError(CacheError):
    """The cache's file is damaged, or is not as auralis makes it."""


class TrackFailedError(AuralisError):
    """The one track that a command is about cannot be analysed."""

    exit_code = ExitCode.SOME_FAILED
