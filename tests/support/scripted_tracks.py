"""Tracks whose content scripts the fake worker, and programs that start it."""

import asyncio
import os
import sys
from importlib.resources import as_file, files
from pathlib import Path

from auralis_cli.model.record import Track, TrackError
from auralis_cli.workers.engine import Finished, Job
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.local_pool import LocalPool
from auralis_cli.workers.program import WorkerCommand
from auralis_cli.workers.protocol import Work
from support.made_records import see

NO_HURRY = TrackLimits()
SCRIPT = Path(__file__).with_name("fake_worker.py")


class FakeWorker:
    """A fake fp-worker program, with the log of the tracks that it started."""

    def __init__(self, folder: Path, behaviour: str = "good") -> None:
        self.program = folder / f"fp-worker-{behaviour}"
        self.log = folder / f"{behaviour}.log"
        with as_file(files("auralis_cli").joinpath("schema/dimensions.json")) as table:
            command = (
                f'exec "{sys.executable}" -X utf8 -I -S "{SCRIPT}" {behaviour} "{self.log}" "{table}" "$@"'
            )
        self.program.write_text(f"#!/bin/sh\n{command}\n")
        self.program.chmod(0o755)

    def started(self) -> list[str]:
        """Names of the tracks that were started, in order."""
        return _names(self.log)

    def probed(self) -> list[str]:
        """Names of the tracks that were only probed, in order."""
        return _names(Path(f"{self.log}.probes"))

    def requested(self) -> list[str]:
        """Names of the tracks that workers were asked for, in order."""
        return _names(Path(f"{self.log}.requests"))


def _names(log: Path) -> list[str]:
    if not log.exists():
        return []
    return [Path(os.fsdecode(path)).name for path in log.read_bytes().splitlines()]


def write_track(folder: Path, name: str, script: str = "ok", size: int = 0) -> Track:
    """A file whose content tells the fake worker what to do, padded to `size` bytes."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(f"{script}\n{name}\n".encode(errors="surrogateescape").ljust(size, b"."))
    return see(path)


def analyse(
    worker: FakeWorker,
    tracks: list[Track],
    jobs: int = 2,
    limits: TrackLimits = NO_HURRY,
    *,
    work: Work = Work.ANALYZE,
) -> dict[str, Finished]:
    """Runs the tracks through a pool; each track's end by file name."""

    async def run() -> dict[str, Finished]:
        pool = LocalPool(WorkerCommand(worker.program), jobs, limits=limits, capacity=1000)
        for track in tracks:
            await pool.submit(Job(track, work))
        pool.close()
        ends = [finished async for finished in pool.results()]
        by_name = {Path(end.job.track.path).name: end for end in ends}
        assert len(by_name) == len(ends)
        return by_name

    return asyncio.run(run())


def error_code(end: Finished) -> str:
    """The code of a failed track."""
    assert isinstance(end.outcome, TrackError)
    return end.outcome.code
