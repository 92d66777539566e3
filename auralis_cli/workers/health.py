"""Is the worker broken, or are the files? How many losses stop a run, and how a lost track fails.

A file that ends its workers costs only itself. The run stops when fresh workers three times in a row do not
come up or fail the self-test.
"""

import asyncio
from collections.abc import Awaitable, Callable

from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.model.record import TrackError
from auralis_cli.workers.engine import Finished, Job
from auralis_cli.workers.process import WorkerLostError
from auralis_cli.workers.program import WorkerCommand

MAX_FAILED_STARTS = 3
"""Fresh workers in a row that may be lost before they are ready, or before they take up a track."""
MAX_FAILED_TESTS = 3
"""Fresh workers in a row that may fail the self-test."""
LOSSES_BEFORE_TEST = 4
"""Workers in a row that may be lost on tracks: two files side by side that end two workers each."""
MAX_REFUSED_TRACKS = 3
"""Tracks in a row that no worker took up although workers pass the self-test."""

RETRY_HINT = "; it happened on two fresh workers: 'auralis failures retry' tries the file again"

_ADVICE = "run 'auralis doctor', reinstall auralis, or set AURALIS_WORKER"


def failure_of(job: Job, lost: WorkerLostError) -> Finished:
    """The failure of a track on which its last worker was lost.

    If the disk did not answer, the file is not to blame: the next scan tries it again. Other files are
    quarantined: not touched again until the file or the worker changes, or `failures retry` says so.
    """
    final = True
    match lost.code:
        case "read_stalled":
            why = f"the worker {lost}, waiting for the disk; check it or the network share, and scan again"
            final = False
        case "timed_out":
            why = f"the worker {lost} and was ended{RETRY_HINT}, --timeout gives it longer"
        case "out_of_memory":
            why = f"the worker {lost}{RETRY_HINT}, --max-memory gives it more"
        case _:
            why = f"the worker {lost}{RETRY_HINT}"
    return Finished(job, TrackError(lost.code, why), final)


class WorkerHealth:
    """Counts what goes wrong in a row, over all slots of a pool.

    `self_test` returns what is wrong with a fresh worker, or None.
    """

    def __init__(self, command: WorkerCommand, self_test: Callable[[], Awaitable[str | None]]) -> None:
        self._command = command
        self._self_test = self_test
        self._testing = asyncio.Lock()
        self._failed_starts = self._early_deaths = self._refused_tracks = self._losses = 0

    def came_up(self) -> None:
        """A worker is ready."""
        self._failed_starts = 0

    def took_a_track(self) -> None:
        """A worker has taken up a track."""
        self._early_deaths = self._refused_tracks = 0

    def finished_a_track(self) -> None:
        """A worker has finished a track."""
        self._losses = 0

    def failed_to_start(self, lost: WorkerLostError) -> None:
        """A fresh worker did not come up. Raises WorkerUnavailableError when that was one too many."""
        self._failed_starts += 1
        if self._failed_starts >= MAX_FAILED_STARTS:
            raise WorkerUnavailableError(
                f"stopped: {self._failed_starts} fresh workers in a row did not come up; the last of "
                f"{self._command.program} {lost}; {_ADVICE}"
            ) from lost

    async def died_before_taking_a_track(self, lost: WorkerLostError) -> bool:
        """A fresh worker was lost before it took up its track. Returns whether the track is to blame.

        Raises WorkerUnavailableError when the worker is.
        """
        self._early_deaths += 1
        if self._early_deaths < MAX_FAILED_STARTS:
            return False
        await self._test(lost)
        self._early_deaths = 0
        self._refused_tracks += 1
        if self._refused_tracks >= MAX_REFUSED_TRACKS:
            raise WorkerUnavailableError(
                f"stopped: {self._refused_tracks} tracks in a row ended every fresh worker before it took "
                f"them up; the last of {self._command.program} {lost}; {_ADVICE}"
            ) from lost
        return True

    async def lost_on_a_track(self, lost: WorkerLostError) -> None:
        """A worker was lost on a track. Raises WorkerUnavailableError when workers fail the self-test."""
        self._losses += 1
        if self._losses >= LOSSES_BEFORE_TEST:
            self._losses = 0
            await self._test(lost)

    async def _test(self, lost: WorkerLostError) -> None:
        async with self._testing:
            wrong: str | None = None
            for _ in range(MAX_FAILED_TESTS):
                try:
                    wrong = await self._self_test()
                except OSError:  # no room to write the sine: the files are taken to be bad
                    return
                if wrong is None:
                    return
        raise WorkerUnavailableError(
            f"stopped: workers were lost one after the other (the last {lost}), and {MAX_FAILED_TESTS} fresh "
            f"ones in a row failed the self-test; {self._command.program}: {wrong}; {_ADVICE}"
        ) from lost
