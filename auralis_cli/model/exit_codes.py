"""Exit codes of every command, as help and README list them."""

from enum import IntEnum
from typing import Self


class ExitCode(IntEnum):
    """What the shell gets, and what it means."""

    meaning: str

    def __new__(cls, code: int, meaning: str) -> Self:
        """A member is its number; `meaning` comes along."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    OK = 0, "all tracks analysed or found in the cache"
    SOME_FAILED = 1, "some tracks failed; the rest is stored"
    BROKEN = 2, "wrong usage or configuration, or a worker that cannot run"
    INTERRUPTED = 130, "interrupted; what was finished is stored"
