"""One track for the commands that are about one: from the cache or its sidecar, else analysed and stored."""

import asyncio
import os
from collections.abc import Sequence

import msgspec

from auralis_cli.errors import TrackFailedError
from auralis_cli.pipeline import Scan
from auralis_cli.result import TrackResult
from auralis_cli.settings import Settings
from auralis_cli.worker_binary import WorkerCommand, find_worker, identify_worker, worker_analyzer


def analyse_one(path: str, settings: Settings) -> TrackResult:
    """The result for one file, with its record unless it failed (then `error` says why).

    Raises TrackFailedError for a folder or a sidecar, and what a scan raises.
    """
    if os.path.isdir(path):
        raise TrackFailedError(f"{path} is a folder; name an audio file, or use 'auralis scan'")
    settings = msgspec.structs.replace(settings, jobs=1, exclude=())
    command = WorkerCommand(find_worker(settings), settings.ffmpeg, settings.nice)
    analyzer = worker_analyzer(identify_worker(command))
    results: list[TrackResult] = []

    async def collect(found: Sequence[TrackResult]) -> None:
        results.extend(found)

    async def run() -> None:
        await Scan(settings, command, analyzer).run([path], collect, rescan=False, with_records=True)

    asyncio.run(run())
    if len(results) != 1 or results[0].reason is not None:
        raise TrackFailedError(f"{path} is not a track; name an audio file")
    return results[0]
