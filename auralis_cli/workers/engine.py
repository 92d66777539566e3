"""The seam between a scan and what analyses its tracks: tracks in, results out, in any order.

A scan is handed an `Engine` and knows nothing else of workers. `LocalPool` runs fp-worker processes on this
machine. An engine knows tracks and attempts, nothing of caches, copies or other scans.
"""

from collections.abc import AsyncIterator
from typing import Final, Protocol

import msgspec

from auralis_cli.model.record import Record, Track, TrackError
from auralis_cli.model.tags import Tags
from auralis_cli.model.trace import Traced
from auralis_cli.workers.protocol import Work

STOP_GRACE_S: Final = 1.0
"""How long a stop waits for the tracks that are being analysed."""


class Job(msgspec.Struct, eq=False):
    """A track, and what to do with it. `attempts`: workers lost on it.

    `file_key`: of the file that was looked up, so that another machine can prove that it has the same one;
    empty where it is not known.
    """

    track: Track
    work: Work = Work.ANALYZE
    attempts: int = 0
    file_key: str = ""


class Probed(msgspec.Struct, frozen=True):
    """The end of a probe: the key of the file's encoded audio, or None where the analysis has to decide.

    There is none for a format without one, for a file that the probe could not make out, and of an engine
    that makes none. `tags` is None where they could not be read.
    """

    audio_key: str | None
    tags: Tags | None = None


class Hashed(msgspec.Struct, frozen=True):
    """The end of a hash: the acoustic hash of the audio with this content key; empty where it has none."""

    content_key: str
    acoustic_hash: bytes


class Finished(msgspec.Struct, frozen=True):
    """The end of a job: the record, or what a probe, a hash or a trace found, or the error and whether it
    will be the same next time (`final`). A probe fails only if the file cannot be read.
    """

    job: Job
    outcome: Record | Probed | Hashed | Traced | TrackError
    final: bool = True


class Activity(msgspec.Struct):
    """What one worker does now, for the progress display. `fraction` is the share done, 0 to 1."""

    path: str
    size: int
    fraction: float | None = None
    audio_s: float = 0.0


class Engine(Protocol):
    """What a scan needs of an engine. All methods are called in one event loop.

    Use: `await submit(job)` for each track, `close()` after the last, and beside it
    `async for finished in results()`.
    """

    async def submit(self, job: Job) -> None:
        """Takes one job, after waiting until there is room for it; drops it once the engine is stopped.

        There should be room for few more jobs than keep the workers busy: the scan orders and checks
        the others while they wait.
        """

    def close(self) -> None:
        """Says that no more jobs will come."""

    def results(self) -> AsyncIterator[Finished]:
        """Yields the end of each job, as the very `Job` that was submitted, once, in any order.

        Ends when the engine is closed and all jobs are done, or when it is stopped. Several tasks may share
        the results. Raises WorkerUnavailableError, after what was finished before, when the engine cannot
        go on.
        """

    async def stop(self, grace_s: float = STOP_GRACE_S) -> None:
        """Drops what waits, gives tracks in work `grace_s` seconds, ends the rest; then `results` ends."""

    def kill_now(self) -> None:
        """Ends all work without waiting, for an exit at once."""

    def activities(self) -> list[Activity | None]:
        """What each worker does now, None for an idle one."""
