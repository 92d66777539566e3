"""The look at a file right before its analysis and right after it: is it still what was looked up?

And before it: does no other scan analyse the same content?
"""

from enum import Enum, auto
from pathlib import Path

from auralis_cli.files.file_key import file_key, key_proves_content
from auralis_cli.files.identity import FileIdentity, identify
from auralis_cli.model.record import Record, TrackError
from auralis_cli.store.content_locks import ContentLocks
from auralis_cli.workers.queue import Job


class RecheckResult(Enum):
    """What the last look found."""

    READY = auto()
    ASK = auto()
    """Ready, but another scan runs on this cache and may have stored the track by now."""
    CLAIMED = auto()
    """Another scan analyses the same content."""
    CHANGED = auto()
    """The file is not the one that was looked up."""


class Recheck:
    """Claims tracks for this scan, notes what each file is as its analysis begins."""

    def __init__(self, cache: Path, analyzer: str) -> None:
        self._locks = ContentLocks(cache, analyzer)
        self._settled: list[str] = []

    def claim(self, job: Job) -> bool:
        """Claims the job's content; False while another scan analyses it."""
        return self._locks.lock(job.claim)

    def examine(self, job: Job) -> RecheckResult:
        """Claims the job unless it has to be looked up again; `job.identity` becomes that of this moment."""
        if not self.claim(job):
            return RecheckResult.CLAIMED
        now = identify(job.track.path)
        if now is None:
            return RecheckResult.READY  # the worker will say why
        if (now.size, now.mtime_ns) != (job.track.size, job.track.mtime_ns):
            return RecheckResult.CHANGED
        if job.identity is not None and now != job.identity and _key_of(job) != job.file_key:
            return RecheckResult.CHANGED
        job.identity = now
        return RecheckResult.READY if job.looked_up_again or self._locks.is_only_scan() else RecheckResult.ASK

    def settle(self, job: Job) -> None:
        """The job's result is noted, or it will not be analysed: its claim ends with the next commit."""
        self._settled.append(job.claim)

    def settled(self) -> list[str]:
        """The claims that may go once what is noted now is committed."""
        settled, self._settled = self._settled, []
        return settled

    def release(self, claims: list[str]) -> None:
        """Gives claims back."""
        self._locks.unlock(claims)

    def close(self) -> None:
        """Gives everything back."""
        self._locks.close()


def has_changed(job: Job, now: FileIdentity, outcome: Record | TrackError) -> bool:
    """Whether the file is another than when its analysis began.

    A replacement may keep size and time (`cp -p`, `rsync -a`). Where only the rest of the identity differs,
    as after a `chmod`, too, the file key decides, if it can.
    """
    if (now.size, now.mtime_ns) != (job.track.size, job.track.mtime_ns):
        return True
    if job.identity is None or now == job.identity:
        return False
    record = outcome if isinstance(outcome, Record) else None
    return _key_of(job) != job.file_key or not key_proves_content(now.size, record)


def _key_of(job: Job) -> str | None:
    try:
        return file_key(job.track.path, job.track.size)
    except OSError:
        return None
