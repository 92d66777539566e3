"""Errors that end a command. Each message says what happened, why, and what to do."""

from auralis_cli.model.exit_codes import ExitCode


class AuralisError(Exception):
    """An error for the user: shown as one message without a traceback."""

    exit_code = ExitCode.BROKEN


class ConfigError(AuralisError):
    """A flag, an environment variable or the configuration file is wrong."""


class WorkerUnavailableError(AuralisError):
    """No fp-worker can be started, or it is of another version."""


class CacheError(AuralisError):
    """The cache cannot be opened, read or written."""


class CacheDamagedError(CacheError):
    """The cache's file is damaged, or is not as auralis makes it."""


class TrackFailedError(AuralisError):
    """The one track that a command is about cannot be analysed."""

    exit_code = ExitCode.SOME_FAILED
