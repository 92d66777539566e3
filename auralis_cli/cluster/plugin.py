"""What runs on a Dask worker for one scan: a `LocalPool` with one fp-worker for each thread of Dask.

It lives as long as the scan needs this machine: it ends when it is told to, when the Dask worker does, when
the scan is gone, and after some time without work.
"""

import asyncio
import contextlib
import socket
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from distributed import WorkerPlugin

from auralis_cli.cluster.cargo import Shipped
from auralis_cli.cluster.open_here import maps_for, opener
from auralis_cli.cluster.pool_thread import PoolThread
from auralis_cli.cluster.wire import EVENT_TOPIC, MAX_THREADS, WIRE_VERSION, Hello, Pulse, Request, Terms
from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.model.record import AnalyzerName
from auralis_cli.settings.resolve import resolve_settings
from auralis_cli.settings.values import Settings
from auralis_cli.workers.engine import Finished
from auralis_cli.workers.ffmpeg_version import ffmpeg_version
from auralis_cli.workers.limits import track_limits
from auralis_cli.workers.local_pool import LocalPool
from auralis_cli.workers.process import WorkerLostError, WorkerProcess
from auralis_cli.workers.program import WorkerCommand, worker_command
from auralis_cli.workers.protocol import Ready
from auralis_cli.workers.remote_track import opener_of_any

IDLE_S: Final = 30.0
"""Without a batch for so long, the workers end; the next batch starts them again."""
MAX_WAITING: Final = 4096
"""Tracks that may wait in the pool: all that a scan has sent."""
JOIN_S: Final = 3.0


def plugin_name(scan: str) -> str:
    """The name of a scan's plugin on each Dask worker."""
    return f"auralis-{scan}"


def names_of(worker: Any) -> set[str]:
    """What a user may call the machine of this Dask worker in a path map."""
    host = socket.gethostname()
    return {host, host.partition(".")[0], str(worker.name), worker.ip}


class ScanPlugin(WorkerPlugin):
    """See above. `hello` says who this machine is.

    It is made, and `analyse` is called, on the threads of Dask's tasks. Raises AuralisError where this
    machine cannot analyse.
    """

    def __init__(self, terms: Terms, worker: Any) -> None:
        self._terms = terms
        self._worker = worker
        self._keys: dict[str, str] = {}
        self._cargo: dict[str, Shipped] = {}
        self._tracks: dict[str, int] = {}
        """The ids of the tracks in work by path."""
        self._batches: dict[str, int] = {}
        """The batches in work by the key of their task."""
        self._gone: set[str] = set()
        """Tasks of which nobody waits for the result any more."""
        self.ended = False
        settings = self._settings()
        command = msgspec.structs.replace(worker_command(settings), audio_only=self._terms.audio_only)
        limits = track_limits(settings, AnalyzerName.WORKER)
        maps = maps_for(self._terms.path_map, names_of(worker))
        self.hello = Hello(
            socket.gethostname(),
            settings.jobs,
            WIRE_VERSION,
            asyncio.run(_handshake(command)),
            ffmpeg_version(settings.ffmpeg),
        )
        self._pool = PoolThread(
            lambda: LocalPool(
                command,
                settings.jobs,
                limits=limits,
                capacity=MAX_WAITING,
                open_track=opener(maps, self._keys, self._cargo, opener_of_any(limits, settings.jobs)),
            ),
            self._tell,
        )

    async def teardown(self, worker: Any) -> None:  # noqa: ARG002 - Dask's
        """Ends the workers at once."""
        self.ended = True
        self._pool.end()
        await asyncio.to_thread(self._pool.join, JOIN_S)

    def transition(self, key: Any, start: str, finish: str, **_: Any) -> None:  # noqa: ARG002 - Dask's
        """A task of this scan that is cancelled while it runs: its scan is gone, or has its results already.

        When that is so of all, the workers end.
        """
        if key in self._batches and finish in ("cancelled", "released", "forgotten"):
            self._gone.add(key)
            if self._gone.issuperset(self._batches):
                self.leave()

    def analyse(
        self, request: Request, task: str, cargo: Mapping[str, Shipped]
    ) -> list[tuple[int, Finished]]:
        """Analyses a batch; `cargo` are the bytes that came with it.

        Raises what `PoolThread.analyse` raises.
        """
        jobs = {track.job(): track.id for track in request.tracks}
        for job, number in jobs.items():
            self._keys[job.track.path] = job.file_key
            self._tracks[job.track.path] = number
        self._cargo.update(cargo)
        self._batches[task] = request.batch
        try:
            return [(jobs[end.job], end) for end in self._pool.analyse(list(jobs))]
        finally:
            self._batches.pop(task, None)
            self._gone.discard(task)
            for job in jobs:
                self._keys.pop(job.track.path, None)
                self._cargo.pop(job.track.path, None)
                self._tracks.pop(job.track.path, None)

    def leave(self) -> None:
        """Ends the workers at once and takes the plugin off the Dask worker. Does not wait."""
        if not self.ended:
            self.ended = True
            self._pool.end()
            self._worker.loop.add_callback(self._worker.plugin_remove, plugin_name(self._terms.scan))

    def _settings(self) -> Settings:
        """Where programs are is the machine's own affair; what a track may take is the scan's."""
        here = resolve_settings({})
        return msgspec.structs.replace(
            here,
            jobs=min(self._worker.state.nthreads, MAX_THREADS),
            nice=self._terms.nice,
            timeout=self._terms.timeout,
            max_memory=self._terms.max_memory,
            analyzer=AnalyzerName.WORKER,
            ffmpeg=here.ffmpeg if self._terms.ffmpeg else "none",
        )

    def _tell(self, idle_s: float) -> None:
        """Says what is in work; ends what has had no work for long."""
        if idle_s > IDLE_S:
            self.leave()
        if not self._batches:
            return
        tracks = [
            (number, activity.fraction, activity.audio_s)
            for activity in self._pool.activities()
            if activity and (number := self._tracks.get(activity.path)) is not None
        ]
        pulse = Pulse(self._terms.scan, self._worker.address, tuple(self._batches.values()), tuple(tracks))
        with contextlib.suppress(OSError, RuntimeError):  # the Dask worker is about to end
            self._worker.log_event(EVENT_TOPIC, msgspec.to_builtins(pulse))


async def _handshake(command: WorkerCommand) -> Ready:
    """What a fresh worker says of itself, its sandbox and whether it takes open files among it.

    Raises WorkerUnavailableError.
    """
    try:
        worker = await WorkerProcess.start(command)
    except WorkerLostError as lost:
        raise WorkerUnavailableError(f"fp-worker there {lost}; run 'auralis doctor' there") from lost
    await worker.finish()
    return worker.ready
