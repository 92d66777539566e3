"""Are the files bad or is the worker? What a run may lose before it stops.

A file that ends its workers costs itself. The run stops when fresh workers three times running do not come up
or fail the self-test.
"""

import asyncio
from collections.abc import Awaitable, Callable

from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.workers.program import WorkerCommand
from auralis_cli.workers.worker_loss import WorkerLostError

FAILED_STARTS = 3
"""Fresh workers in a row that may be lost before they are ready, or before they take up a track."""
FAILED_TESTS = 3
"""Fresh workers in a row that may fail the self-test."""
LOSSES_BEFORE_TEST = 4
"""Workers in a row that may be lost on tracks: two files side by side that end two workers each."""
REFUSED_TRACKS = 3
"""Tracks in a row that no worker took up although workers pass the self-test."""

_ADVICE = "run 'auralis doctor', reinstall auralis, or set AURALIS_WORKER"


class WorkerHealth:
    """Counts what goes wrong in a row, over all lanes of a pool.

    `self_test` says what is wrong with a fresh worker, or None.
    """

    def __init__(self, command: WorkerCommand, self_test: Callable[[], Awaitable[str | None]]) -> None:
        self._command = command
        self._self_test = self_test
        self._testing = asyncio.Lock()
        self._unready = self._untaken = self._refused = self._losses = 0

    def ready(self) -> None:
        """A worker has come up."""
        self._unready = 0

    def taken_up(self) -> None:
        """A worker has taken up a track."""
        self._untaken = self._refused = 0

    def finished(self) -> None:
        """A worker has answered about a track."""
        self._losses = 0

    def unready(self, lost: WorkerLostError) -> None:
        """A fresh worker did not come up. Raises WorkerUnavailableError when that was one too many."""
        self._unready += 1
        if self._unready >= FAILED_STARTS:
            raise WorkerUnavailableError(
                f"stopped: {self._unready} fresh workers in a row did not come up; the last of "
                f"{self._command.program} {lost}; {_ADVICE}"
            ) from lost

    async def untaken(self, lost: WorkerLostError) -> bool:
        """A fresh worker was lost before it took up its track. Whether the track is to blame.

        Raises WorkerUnavailableError when the worker is.
        """
        self._untaken += 1
        if self._untaken < FAILED_STARTS:
            return False
        await self._test(lost)
        self._untaken = 0
        self._refused += 1
        if self._refused >= REFUSED_TRACKS:
            raise WorkerUnavailableError(
                f"stopped: {self._refused} tracks in a row ended every fresh worker before it took them up; "
                f"the last of {self._command.program} {lost}; {_ADVICE}"
            ) from lost
        return True

    async def lost(self, lost: WorkerLostError) -> None:
        """A worker was lost on a track. Raises WorkerUnavailableError when workers fail the self-test."""
        self._losses += 1
        if self._losses >= LOSSES_BEFORE_TEST:
            self._losses = 0
            await self._test(lost)

    async def _test(self, lost: WorkerLostError) -> None:
        async with self._testing:
            wrong: str | None = None
            for _ in range(FAILED_TESTS):
                try:
                    wrong = await self._self_test()
                except OSError:  # nowhere to write the sine: then the files are believed to be bad
                    return
                if wrong is None:
                    return
        raise WorkerUnavailableError(
            f"stopped: workers were lost one after the other (the last {lost}), and {FAILED_TESTS} fresh "
            f"ones in a row failed the self-test; {self._command.program}: {wrong}; {_ADVICE}"
        ) from lost
