"""An engine in memory: analyses are looked up in a script instead of made by a worker."""

import asyncio
from collections.abc import AsyncIterator, Callable

from auralis_cli.model.record import Record, Track, TrackError
from auralis_cli.workers.engine import Activity, Finished, Job


class ScriptedEngine:
    """Gives each track the outcome that `analyse` returns; `seen` are the tracks in their order."""

    def __init__(self, analyse: Callable[[Track], Record | TrackError]) -> None:
        self.seen: list[Track] = []
        self._analyse = analyse
        self._finished: asyncio.Queue[Finished | None] = asyncio.Queue()

    async def submit(self, job: Job) -> None:
        self.seen.append(job.track)
        self._finished.put_nowait(Finished(job, self._analyse(job.track)))

    def close(self) -> None:
        self._finished.put_nowait(None)

    async def results(self) -> AsyncIterator[Finished]:
        while (finished := await self._finished.get()) is not None:
            yield finished
        self.close()  # for the other tasks that share the results

    async def stop(self, grace_s: float = 0.0) -> None:  # noqa: ARG002 - no work takes time here
        self.close()

    def kill_now(self) -> None:
        self.close()

    def activities(self) -> list[Activity | None]:
        return []
