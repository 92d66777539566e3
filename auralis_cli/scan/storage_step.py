"""What the steps of the storage thread hand to the event loop."""

from typing import TypeAlias

import msgspec

from auralis_cli.files.discover import Refused, Skipped
from auralis_cli.lookup.answers import Hit, LookupResult, Moved, PastFailure
from auralis_cli.model.record import Record, Track, TrackError
from auralis_cli.workers.queue import Job

Resolved: TypeAlias = Hit | Moved | PastFailure


class Stored(msgspec.Struct, frozen=True):
    """A job is settled: its track as stored, and the outcome to report."""

    track: Track
    outcome: Record | TrackError


class Changed(msgspec.Struct, frozen=True):
    """The file changed during its analysis: what a new look-up says about it as it is now."""

    answer: Resolved | Job


class Batch(msgspec.Struct, frozen=True):
    """Some files of the walk with what is known about each, but for those that are only counted.

    A file to be analysed is a Job, in a dry run a Miss.
    """

    items: list[Skipped | Refused | LookupResult | Job]
    unchanged: int = 0
    """Tracks whose record holds."""
