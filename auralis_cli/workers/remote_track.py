"""Opens tracks of any kind for a worker: files of this machine, and what URLs lead to.

The process of the scan fetches; a worker gets an open file and has no network.
"""

from collections.abc import Callable
from typing import Final

from auralis_cli.model.record import Track
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.track_file import UnopenedError, open_track

MEMORY_BYTES: Final = 512 << 20
"""Of all fetched files of a scan together; larger ones lie on a disk."""
MAX_IN_MEMORY: Final = 64 << 20
FILES_PER_WORKER: Final = 2
"""One in work, one fetched meanwhile."""


class UnreachedHereError(UnopenedError):
    """This machine has no way to the track, and another one may."""


def memory_for_one(jobs: int) -> int:
    """Bytes of a fetched file that may lie in memory, in a pool of so many workers."""
    return min(MAX_IN_MEMORY, MEMORY_BYTES // (FILES_PER_WORKER * jobs))


def opener_of_any(limits: TrackLimits, jobs: int) -> Callable[[Track], int]:
    """What opens the tracks of a pool of so many workers: a descriptor, or UnopenedError."""

    def open_any(track: Track) -> int:
        if track.version is None:
            return open_track(track)
        from auralis_cli.files.remote.fetch import fetch  # a scan of files needs nothing of it
        from auralis_cli.files.remote.trouble import StoreError

        try:
            return fetch(track, memory_bytes=memory_for_one(jobs), deadline_s=limits.deadline_s(track.size))
        except StoreError as error:
            failure = error.about(track.path)
            kind = UnreachedHereError if error.trouble.is_here else UnopenedError
            raise kind(failure.code, failure.message) from error

    return open_any
