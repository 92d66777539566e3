"""Exit codes of every command, as documented in the README."""

from enum import IntEnum


class ExitCode(IntEnum):
    """What the shell gets."""

    OK = 0
    """All tracks were analysed or found in the cache."""
    SOME_FAILED = 1
    """Some tracks failed; the rest is stored."""
    BROKEN = 2
    """Wrong usage or configuration, or a worker that cannot run."""
    INTERRUPTED = 130
    """Interrupted; what was finished is stored."""
