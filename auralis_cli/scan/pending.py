"""A track on its way to its analysis, with the scan's notes on it."""

import msgspec

from auralis_cli.lookup.results import Hit, Miss, Moved
from auralis_cli.model.record import Track
from auralis_cli.workers.engine import Job
from auralis_cli.workers.protocol import Work


class PendingTrack(msgspec.Struct, eq=False):
    """A track to analyse, and what the scan notes about it until it has a result."""

    track: Track
    """As the file was when it was looked up; later, when it went to the engine."""
    file_key: str
    """Stored with the row; empty when the file was unreadable."""
    possible_originals: tuple[str, ...] = ()
    """Analysed files that it may be a copy of."""
    probe: bool = False
    """Its audio may be known: it is probed before it is analysed."""
    known: Hit | Moved | None = None
    """Its result but for the tags, for which it is probed; it is not analysed."""
    others: object = None
    """The state of what other processes had written (`Lookup.state_of_others`) when it was looked up."""
    changed_once: bool = False
    """The file changed during a first analysis."""
    looked_up_again: bool = False
    held_by_other_scan: bool = False
    """At the last look another scan was analysing the same content."""
    held_since: float | None = None
    """When that was seen first, in seconds of `time.monotonic`."""
    waits_no_longer: bool = False
    """It has waited enough for that scan: it is analysed whoever has its lock."""

    @property
    def content(self) -> str:
        """What its lock is on: the file key, or the path of a file that has none."""
        return self.file_key or self.track.path

    def job(self) -> Job:
        """What the engine is asked for."""
        return Job(self.track, Work.PROBE if self.probe else Work.ANALYZE, file_key=self.file_key)


def pending_from(miss: Miss, others: object) -> PendingTrack:
    """The track of a look-up that found nothing, and the state of the others before that look-up."""
    return PendingTrack(
        miss.track, miss.file_key, miss.possible_originals, miss.probe, miss.known, others=others
    )
