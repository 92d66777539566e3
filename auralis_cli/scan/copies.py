"""Copies: files with the bytes of another, which is analysed once for all of them."""

from collections.abc import Callable

from auralis_cli.files.identity import identify
from auralis_cli.model.record import Track
from auralis_cli.scan.same_bytes import same_bytes
from auralis_cli.workers.queue import Job


class InFlight:
    """The contents in work by their file keys, and the files that wait because they look like copies."""

    def __init__(self) -> None:
        self._waiting: dict[str, list[Job]] = {}

    def enter(self, job: Job) -> bool:
        """Whether the job may be analysed; else it waits for the one with its key."""
        if not job.file_key:
            return True
        if job.file_key in self._waiting:
            self._waiting[job.file_key].append(job)
            return False
        self._waiting[job.file_key] = []
        return True

    def leave(self, job: Job) -> list[Job]:
        """The job is settled: those that waited for it."""
        return self._waiting.pop(job.file_key, [])


def find_original(job: Job, cancelled: Callable[[], bool]) -> Track | None:
    """The first file of `job.like` with the same bytes, as it was seen while it was compared.

    All bytes count, whatever the size: the file key alone may come from a sidecar, and leaves out most of a
    large file. None also when one of the two changed meanwhile.
    """
    for path in job.like:
        before = identify(path), identify(job.track.path)
        original, copy = before
        if original is None or copy is None or original.size != copy.size:
            continue
        if (copy.size, copy.mtime_ns) != (job.track.size, job.track.mtime_ns):
            return None
        try:
            same = same_bytes(path, job.track.path, cancelled)
        except OSError:
            continue  # the analysis will say what is wrong with the track
        if same and before == (identify(path), identify(job.track.path)):
            return Track(path, original.size, original.mtime_ns)
    return None
