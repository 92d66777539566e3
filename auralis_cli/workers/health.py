"""Is the worker broken, or are the files? A self-test decides before a track is charged with lost workers.

A file that ends its workers costs only itself. The run stops when fresh workers three times in a row do not
come up or fail the self-test; what they failed on before is then not charged to the tracks.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.model.record import TrackError
from auralis_cli.workers.engine import Finished, Job
from auralis_cli.workers.process import WorkerLostError
from auralis_cli.workers.program import WorkerCommand
from auralis_cli.workers.protocol import Work

MAX_FAILED_STARTS = 3
"""Fresh workers in a row that may be lost before they are ready."""
MAX_FAILED_TESTS = 3
"""Fresh workers in a row that may fail the self-test."""

_CRASHED: Final = ("it crashed the analyser", "'auralis failures retry' tries it again")
_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "timed_out": (
        "its analysis took too long",
        "'auralis failures retry --timeout SECONDS' gives it more time",
    ),
    "out_of_memory": (
        "its analysis took too much memory",
        "'auralis failures retry --max-memory MIB' gives it more",
    ),
    "invalid_result": (
        "its analysis gave an impossible result",
        "nothing of it is stored; please report it, with the file",
    ),
}
"""What the file did, and what to do."""
_UNPROVEN: Final = "but the workers had trouble with the self-test too: the next scan tries the file again"

_ADVICE = "run 'auralis doctor', reinstall auralis, or set AURALIS_WORKER"


def failure_from_loss(job: Job, lost: WorkerLostError, *, workers_are_sound: bool) -> Finished:
    """The failure of a track on which its last worker was lost.

    The file is skipped from now on, until it or the worker changes or `failures retry` says otherwise. Not so
    where it may be innocent: the disk did not answer, or no self-test showed that workers are sound.
    """
    if lost.code == "read_stalled":
        why = f"the worker {lost}, waiting for the disk; check it or the network share, and scan again"
        return Finished(job, TrackError(lost.code, why), final=False)
    if job.work in (Work.HASH, Work.TRACE):  # nothing is remembered of it: who needs it asks again
        why = f"two workers were lost on it: the last {lost}; leave the file out, or try again"
        return Finished(job, TrackError(lost.code, why), final=False)
    what, try_again = _WORDS.get(lost.code, _CRASHED)
    if workers_are_sound:
        why = f"skipped from now on: {what} twice (the worker {lost}); {try_again}"
    else:
        why = f"{what} twice (the worker {lost}), {_UNPROVEN}"
    return Finished(job, TrackError(lost.code, why), final=workers_are_sound)


class WorkerHealth:
    """Judges the losses of all slots of a pool.

    `self_test` returns what is wrong with a fresh worker, or None.
    """

    def __init__(self, command: WorkerCommand, self_test: Callable[[], Awaitable[str | None]]) -> None:
        self._command = command
        self._self_test = self_test
        self._testing = asyncio.Lock()
        self._failed_starts = 0

    def came_up(self) -> None:
        """A worker is ready."""
        self._failed_starts = 0

    def failed_to_start(self, lost: WorkerLostError) -> None:
        """A fresh worker did not come up. Raises WorkerUnavailableError when that was one too many."""
        self._failed_starts += 1
        if self._failed_starts >= MAX_FAILED_STARTS:
            raise WorkerUnavailableError(
                f"stopped: {self._failed_starts} fresh workers in a row did not come up; the last of "
                f"{self._command.program} {lost}; {_ADVICE}"
            ) from lost

    async def judge(self, job: Job, lost: WorkerLostError) -> Finished:
        """The failure of a track on which its last worker was lost.

        A fresh worker is tested now, after the loss: what it did before says little, as it may have been
        replaced or may have run out of something meanwhile. Raises WorkerUnavailableError when workers are
        broken.
        """
        sound = lost.code != "read_stalled" and await self._pass_the_test(lost)
        return failure_from_loss(job, lost, workers_are_sound=sound)

    async def _pass_the_test(self, lost: WorkerLostError) -> bool:
        """Whether the first fresh worker passes; False also where none can be tested.

        Raises WorkerUnavailableError when none does.
        """
        async with self._testing:
            wrong: str | None = None
            for number in range(MAX_FAILED_TESTS):
                try:
                    wrong = await self._self_test()
                except OSError:  # no room to write the sine
                    return False
                if wrong is None:
                    return number == 0
        raise WorkerUnavailableError(
            f"stopped: a worker was lost on a track twice (the last {lost}), and {MAX_FAILED_TESTS} fresh "
            f"ones in a row failed the self-test; {self._command.program}: {wrong}; {_ADVICE}"
        ) from lost
