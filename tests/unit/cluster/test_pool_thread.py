"""The pool of one machine, called from the threads of Dask."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from support.scripted_link import tracks

from auralis_cli.cluster.pool_thread import PoolThread
from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.workers.engine import Finished, Job
from auralis_cli.workers.local_pool import LocalPool
from auralis_cli.workers.program import WorkerCommand


class BrokenPool(LocalPool):
    """Takes jobs, and its results end with an error."""

    def __init__(self, error: Exception) -> None:
        super().__init__(WorkerCommand(Path("no-program")), 1)
        self._broken = error

    async def submit(self, job: Job) -> None: ...

    async def results(self) -> AsyncIterator[Finished]:
        raise self._broken
        yield


@pytest.mark.timeout(20)
@pytest.mark.parametrize("error", [WorkerUnavailableError("no worker"), ZeroDivisionError("a defect")])
def test_what_ends_the_results_ends_the_batches(error: Exception) -> None:
    thread = PoolThread(lambda: BrokenPool(error), lambda _: None)
    for _ in range(2):
        with pytest.raises(type(error), match=str(error)):
            thread.analyse([Job(tracks(1)[0])])
    thread.end()
    thread.join(5)
    with pytest.raises(InterruptedError):
        thread.analyse([Job(tracks(1)[0])])
