"""One scan of a simulated library with an engine that answers at once, in a process of its own.

    PYTHONPATH=tests python -m support.simulated_scan TRACKS CACHE

Prints a JSON line at every step of its way: tracks done, seconds, resident memory and the size of the cache.
"""

import asyncio
import gc
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import msgspec
import xxhash

from auralis_cli.app import OBJECTS_PER_COLLECTION
from auralis_cli.bench.measured_process import peak_bytes
from auralis_cli.model.record import AnalyzerName, AnalyzerVersion, Record, Track
from auralis_cli.model.result import Status
from auralis_cli.scan.scan import Scan, ScanOptions
from auralis_cli.settings.values import Settings, SidecarMode
from auralis_cli.system.processes import resident_bytes
from auralis_cli.workers.engine import Activity, Finished, Job, Probed
from auralis_cli.workers.protocol import Work
from support.made_records import EVERY_TAG
from support.realistic_cache import outcome_of
from support.simulated_disk import ROOT, SimulatedDisk

ANALYZER: Final = AnalyzerVersion(AnalyzerName.WORKER, 3, "0.1.0", reads_tags=True)
_KINDS: Final = 997
"""Different records. More take longer to make than a scan needs."""
_ROOM: Final = 64
"""Results that may wait for their storage, as in the pool of this machine."""
STEPS: Final = 20
"""Lines of one scan."""


class SimulatedAnalyses:
    """A record of usual size for every track, with keys of its own."""

    def __init__(self) -> None:
        self._records = [outcome_of(number * 100) for number in range(_KINDS)]  # none of these fails

    def record_of(self, track: Track) -> Record:
        """The same one each time."""
        record = self._records[track.mtime_ns % _KINDS]
        assert isinstance(record, Record)
        key = xxhash.xxh3_128_hexdigest(os.fsencode(track.path))
        return msgspec.structs.replace(record, content_key=key, audio_key=key[::-1], tags=EVERY_TAG)


class InstantEngine:
    """Analyses a track in no time: what remains is what a scan itself takes."""

    def __init__(self) -> None:
        self.analysed = 0
        self._analyses = SimulatedAnalyses()
        self._finished: asyncio.Queue[Finished | None] = asyncio.Queue(_ROOM)
        self._stopped = False

    async def submit(self, job: Job) -> None:
        if not self._stopped:
            self.analysed += job.work is Work.ANALYZE
            record = self._analyses.record_of(job.track)
            outcome = Probed(record.audio_key, record.tags) if job.work is Work.PROBE else record
            await self._finished.put(Finished(job, outcome))

    def close(self) -> None:
        asyncio.get_running_loop().create_task(self._finished.put(None))

    async def results(self) -> AsyncIterator[Finished]:
        while (finished := await self._finished.get()) is not None:
            yield finished
        self.close()  # for the other tasks that share the results

    async def stop(self, grace_s: float = 0.0) -> None:  # noqa: ARG002 - no work takes time here
        self._stopped = True
        self.close()

    def kill_now(self) -> None:
        self._stopped = True

    def activities(self) -> list[Activity | None]:
        return []


async def scan(tracks: int, cache: Path) -> None:
    """Scans, and prints how it goes."""
    engine = InstantEngine()
    settings = Settings(cache=cache, jobs=2, sidecars=SidecarMode.NONE, ffmpeg="none")
    scanned = Scan(settings, ANALYZER, engine, ScanOptions(count_unchanged=True))
    began, cpu = time.monotonic(), time.process_time()

    def tell(**more: Any) -> None:
        size = sum(file.stat().st_size for file in cache.parent.glob(f"{cache.name}*"))
        line = {
            "tracks": scanned.tally.tracks,
            "seconds": round(time.monotonic() - began, 2),
            "cpu_s": round(time.process_time() - cpu, 2),
            "resident_mib": round(resident_bytes(os.getpid()) / (1 << 20), 1),
            "peak_mib": round(peak_bytes(os.getpid()) / (1 << 20), 1),
            "cache_mib": round(size / (1 << 20), 1),
        }
        print(json.dumps(line | more), flush=True)

    async def watch() -> None:
        told = 0
        while True:
            await asyncio.sleep(0.1)
            if scanned.tally.tracks - told >= tracks / STEPS:
                told = scanned.tally.tracks
                tell()

    tell()
    watching = asyncio.create_task(watch())
    await scanned.run([ROOT])
    watching.cancel()
    counts = {str(status): scanned.tally.counts[status] for status in Status if scanned.tally.counts[status]}
    tell(counts=counts, analysed=engine.analysed, warnings=scanned.tally.warnings)


def main() -> None:
    """Runs the scan that the command line asks for."""
    gc.set_threshold(OBJECTS_PER_COLLECTION)
    tracks, cache = int(sys.argv[1]), Path(sys.argv[2])
    with SimulatedDisk(tracks).mounted():
        asyncio.run(scan(tracks, cache))


if __name__ == "__main__":
    main()
