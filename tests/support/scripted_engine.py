"""Scans without a worker: an engine in memory, whose analyses come from a script."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

from auralis_cli.model.record import Record, Track, TrackError
from auralis_cli.model.result import TrackResult
from auralis_cli.scan.scan import Scan, ScanOptions
from auralis_cli.settings.values import Settings, SidecarMode
from auralis_cli.workers.engine import Activity, Engine, Finished, Job, Probed
from auralis_cli.workers.protocol import Work
from support.made_records import ANALYZER


class ScriptedEngine:
    """Gives each track the outcome that `analyse` returns; `seen` are the tracks in their order.

    A probe finds the audio key and the tags that `analyse` would give; `probed` are the tracks of probes.
    """

    final = True
    """Whether what fails fails the next time too."""

    def __init__(self, analyse: Callable[[Track], Record | TrackError]) -> None:
        self.seen: list[Track] = []
        self.probed: list[Track] = []
        self._analyse = analyse
        self._finished: asyncio.Queue[Finished | None] = asyncio.Queue()

    async def submit(self, job: Job) -> None:
        (self.probed if job.work is Work.PROBE else self.seen).append(job.track)
        outcome: Record | Probed | TrackError = self._analyse(job.track)
        if job.work is Work.PROBE:
            known = outcome if isinstance(outcome, Record) else None
            outcome = Probed(None) if known is None else Probed(known.audio_key, known.tags)
        self._finished.put_nowait(Finished(job, outcome, self.final))

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


class Music:
    """A folder of files and a cache."""

    def __init__(self, root: Path) -> None:
        self.root = root / "music"
        self.analyzer = ANALYZER
        self.settings = Settings(cache=root / "cache.db", jobs=1, sidecars=SidecarMode.NONE, ffmpeg="none")

    def scan(self, engine: Engine, options: ScanOptions = ScanOptions()) -> dict[str, TrackResult]:  # noqa: B008
        """The results of a scan by file name."""
        results: list[TrackResult] = []

        async def emit(found: Sequence[TrackResult]) -> None:
            results.extend(found)

        async def run() -> None:
            await Scan(self.settings, self.analyzer, engine, options).run([str(self.root)], emit)

        asyncio.run(run())
        by_name = {Path(result.path).name: result for result in results}
        assert len(by_name) == len(results), "a file has two results"
        return by_name
