"""The traces of a few files, made by the workers and never stored."""

import asyncio
import os
from collections.abc import Sequence

import msgspec

from auralis_cli.files.selection import Selection
from auralis_cli.files.skipped import Refused
from auralis_cli.files.urls import is_url
from auralis_cli.model.errors import TrackFailedError, WrongPathError
from auralis_cli.model.record import Track, TrackError
from auralis_cli.model.trace import Traced
from auralis_cli.settings.values import Settings
from auralis_cli.workers.engine import Job
from auralis_cli.workers.local_pool import local_pool
from auralis_cli.workers.program import identify_worker, worker_command
from auralis_cli.workers.protocol import Work


def trace_files(paths: Sequence[str], settings: Settings) -> list[Traced]:
    """The trace of each file or URL, in their order. fp-worker makes them, whatever the analyzer.

    Raises TrackFailedError for the first file that has none, WrongPathError for a path without a file, and
    WorkerUnavailableError.
    """
    jobs = [Job(_track_at(path), Work.TRACE) for path in paths]
    command = worker_command(settings)
    identify_worker(command)
    pool = local_pool(command, msgspec.structs.replace(settings, jobs=max(1, min(settings.jobs, len(jobs)))))
    ends: dict[Job, Traced] = {}

    async def submit() -> None:
        for job in jobs:
            await pool.submit(job)
        pool.close()

    async def run() -> None:
        submitting = asyncio.create_task(submit())
        try:
            async for finished in pool.results():
                match finished.outcome:
                    case Traced() as traced:
                        ends[finished.job] = traced
                    case TrackError(code=code, message=message):
                        path = finished.job.track.path
                        raise TrackFailedError(f"cannot trace {path}: {message} ({code})")
                    case _:
                        raise AssertionError("a trace was asked for")
        finally:
            submitting.cancel()
            await pool.stop(0)

    asyncio.run(run())
    return [ends[job] for job in jobs]


def _track_at(path: str) -> Track:
    if is_url(path):
        return _track_at_url(path)
    try:
        return Track.seen(os.path.abspath(path), os.stat(path))
    except OSError as error:
        raise WrongPathError(
            f"cannot trace {path}: {error.strerror}; check the spelling and that its disk is mounted"
        ) from error


def _track_at_url(url: str) -> Track:
    from auralis_cli.files.remote.discover import discover_urls  # traces of files need nothing of it

    for found in discover_urls([url], Selection()):
        match found:
            case Track():
                return found
            case Refused(error=error):
                raise WrongPathError(f"cannot trace {url}: {error.message}")
    raise WrongPathError(f"cannot trace {url}: it is not a file")
