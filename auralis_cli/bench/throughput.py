"""Where a scan spends its time: a cold and a warm scan as a whole, and each stage by itself."""

import asyncio
import contextlib
import resource
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import msgspec

from auralis_cli.bench.analysis_run import run_analysis
from auralis_cli.bench.decode_run import run_decoding
from auralis_cli.bench.figures import ScanFigures, Stage, Throughput
from auralis_cli.bench.machine import check_release_build, describe_machine
from auralis_cli.bench.parity import Steps
from auralis_cli.files.discover import discover
from auralis_cli.files.file_key import file_key
from auralis_cli.lookup.lookup import Lookup
from auralis_cli.model.record import AnalyzerVersion, Record, Track
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.scan.scan import Scan
from auralis_cli.scan.tally import ScanTally
from auralis_cli.settings.values import Settings, SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.store.sidecars import Sidecars
from auralis_cli.workers.limits import track_limits
from auralis_cli.workers.local_pool import local_pool
from auralis_cli.workers.process import WorkerLostError
from auralis_cli.workers.program import WorkerCommand, identify_worker
from auralis_cli.workers.protocol import Done
from auralis_cli.workers.result_check import checked_record

T = TypeVar("T")


def measure_throughput(
    settings: Settings, command: WorkerCommand, tracks: Sequence[Track], steps: Steps
) -> Throughput:
    """Scans the tracks twice, then runs each stage alone; cache and sidecars go to a temporary folder.

    The user's own cache and sidecars are neither read nor written. Raises WorkerUnavailableError for a debug
    worker.
    """
    ready = identify_worker(command)
    check_release_build(command, ready)
    analyzer = AnalyzerVersion(command.analyzer, ready.analysis_version, ready.worker_version)
    machine = describe_machine(ready, None)
    paths, total = [track.path for track in tracks], len(tracks)
    limits = track_limits(settings, analyzer.name)
    with TemporaryDirectory(prefix="auralis-bench-") as name:
        folder = Path(name)
        settings = msgspec.structs.replace(
            settings,
            cache=folder / "cache.db",
            sidecars=SidecarMode.MIRROR,
            sidecar_dir=folder / "sidecars",
            exclude=(),
        )
        with steps.step("cold scan", total) as advance:
            cold = _scan(settings, command, analyzer, paths, advance)
        with steps.step("warm scan", total) as advance:
            warm = _scan(settings, command, analyzer, paths, advance)
        with steps.step("decoding only", total) as advance:
            decode = run_decoding(command, tracks, settings.jobs, limits, advance)
        with steps.step("analysis", total) as advance:
            analysis = run_analysis(command, tracks, settings.jobs, limits, advance)
        records = {}
        for path, answer in analysis.answers.items():
            if isinstance(answer, Done):
                with contextlib.suppress(WorkerLostError):  # an impossible result, which a scan reports
                    records[path] = checked_record(answer, ready, command.analyzer)
        stages = _python_stages(folder, settings, analyzer, tracks, records)
    rest = cold.own_cpu_s - sum(stage.cpu_s for stage in stages if stage.name != "look up, warm")
    stages += [
        Stage("dispatch", max(0.0, rest), None, "all else of auralis in the cold scan"),
        Stage("decode", decode.cpu_s, decode.wall_s, "fp-worker decode, one process per track"),
        Stage("analyse", max(0.0, analysis.usage.cpu_s - decode.cpu_s), None, "the workers without decoding"),
    ]
    return Throughput(machine, settings.jobs, total, analysis.audio_s, cold, warm, tuple(stages))


def _scan(
    settings: Settings,
    command: WorkerCommand,
    analyzer: AnalyzerVersion,
    paths: Sequence[str],
    advance: Callable[[], None],
) -> ScanFigures:
    async def emit(results: Sequence[TrackResult]) -> None:
        for _ in results:
            advance()

    async def run() -> ScanTally:
        scan = Scan(settings, analyzer, local_pool(command, settings))
        await scan.run(paths, emit)
        return scan.tally

    own, workers, began = time.process_time(), _children_cpu_s(), time.monotonic()
    tally = asyncio.run(run())
    return ScanFigures(
        wall_s=time.monotonic() - began,
        own_cpu_s=time.process_time() - own,
        workers_cpu_s=_children_cpu_s() - workers,
        analysed=tally.counts[Status.ANALYSED],
        cached=tally.counts[Status.CACHED],
        failed=tally.counts[Status.FAILED],
    )


def _python_stages(
    folder: Path,
    settings: Settings,
    analyzer: AnalyzerVersion,
    tracks: Sequence[Track],
    records: dict[str, Record],
) -> list[Stage]:
    """Discovery, look-up and store, each over all tracks on this thread."""
    sidecars = Sidecars(SidecarMode.MIRROR, folder / "more-sidecars", analyzer.name)

    def look_up(cache: Cache) -> None:
        lookup = Lookup(cache, analyzer, sidecars=sidecars, ffmpeg=lambda: None, with_records=False)
        lookup.look_up(tracks)

    def store(cache: Cache) -> None:
        for track in tracks:
            if (record := records.get(track.path)) is not None:
                key = keys[track.path]
                cache.note_result(track, key, record, analyzer, None)
                sidecars.write(track, key, record)
        cache.commit()

    keys = {track.path: file_key(track.path, track.size) for track in tracks if track.path in records}
    with (
        Cache(folder / "empty.db", analyzer=analyzer.name) as empty,
        Cache(settings.cache, analyzer=analyzer.name) as filled,
    ):
        return [
            _timed("discover", "find the files", lambda: list(discover([track.path for track in tracks]))),
            _timed("look up", "new files: cache, sidecars, file keys", lambda: look_up(empty)),
            _timed("look up, warm", "files that are in the cache", lambda: look_up(filled)),
            _timed("store", "rows and sidecars, synced to disk", lambda: store(empty)),
        ]


def _timed(name: str, meaning: str, work: Callable[[], T]) -> Stage:
    cpu, wall = time.process_time(), time.monotonic()
    work()
    return Stage(name, time.process_time() - cpu, time.monotonic() - wall, meaning)


def _children_cpu_s() -> float:
    taken = resource.getrusage(resource.RUSAGE_CHILDREN)
    return taken.ru_utime + taken.ru_stime
