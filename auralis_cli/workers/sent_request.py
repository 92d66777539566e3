"""A track that a worker was asked to analyse, and the time that the worker has for it."""

import msgspec

from auralis_cli.workers.queue import Job


class SentRequest(msgspec.Struct):
    """One request of a lane. Its times are the event loop's, which stand still in a suspended machine."""

    job: Job
    request_id: int = 0
    started: bool = False
    limit_s: float = 0.0
    """Within which it must be taken up, or, once started, finished."""
    since: float = 0.0
    """When that time began."""
    heard: float = 0.0
    """When the worker last said something about it."""

    def begin_wait(self, limit_s: float, now: float) -> None:
        """The worker has so long from now on."""
        self.limit_s = limit_s
        self.since = self.heard = now

    def due(self, silence_s: float | None) -> tuple[float, str]:
        """When the time is over, and what the worker then has not done: the analysis, or a sign of life."""
        due = self.since + self.limit_s
        if not self.started:
            return due, f"did not take up the track within {self.limit_s:g} s"
        if silence_s is not None and self.heard + silence_s < due:
            return self.heard + silence_s, f"made no progress for {silence_s:g} s"
        return due, f"did not end the analysis within {self.limit_s:g} s"
