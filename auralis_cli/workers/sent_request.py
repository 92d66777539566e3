"""A track that a worker was asked to analyse, and how long it may take."""

import msgspec

from auralis_cli.workers.engine import Job
from auralis_cli.workers.opener import Opening
from auralis_cli.workers.track_file import UnopenedError


class SentRequest(msgspec.Struct):
    """A job sent to a worker. Its times are the loop's clock, which stops while the machine sleeps."""

    job: Job
    request_id: int = 0
    opening: Opening | None = None
    """Where the worker gets the open file: the request is sent when the file is open."""
    started: bool = False
    limit_s: float = 0.0
    """Seconds to take the job up, or, once it has started, to finish it."""
    since: float = 0.0
    """When that time began."""
    heard: float = 0.0
    """When the worker last said something about it."""

    @property
    def unopened(self) -> UnopenedError | None:
        """Why the file could not be opened, if so."""
        return None if self.opening is None else self.opening.failure

    @property
    def is_opening(self) -> bool:
        """Whether the file is still being opened."""
        return not (self.started or self.opening is None or self.opening.sent or self.opening.failure)

    def begin_wait(self, limit_s: float, now: float) -> None:
        """The worker has `limit_s` seconds from now on."""
        self.limit_s = limit_s
        self.since = self.heard = now

    def due(self, silence_s: float | None) -> tuple[float, str]:
        """When the worker's time is over, and what it has then failed to do."""
        due = self.since + self.limit_s
        if self.is_opening:
            if self.job.track.version is None and silence_s is not None:
                due = min(due, self.since + silence_s)
            return due, "got no file"
        if not self.started:
            return due, f"did not take up the track within {self.limit_s:g} s"
        if silence_s is not None and self.heard + silence_s < due:
            return self.heard + silence_s, f"made no progress for {silence_s:g} s"
        return due, f"did not end the analysis within {self.limit_s:g} s"
