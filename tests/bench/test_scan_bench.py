"""What the stages of a scan cost beside the analysis: `pytest tests/bench --benchmark-enable`.

Per 5,000 tracks, but for the dispatch, which is per 500. Each stage's result is checked first.
"""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from support.large_library import TRACKS, tracks_of
from support.made_records import ANALYZER, make_record
from support.scripted_tracks import FakeWorker, analyse

from auralis_cli.model.record import Record
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.scan.scan import Scan, ScanOptions
from auralis_cli.scan.tally import ScanTally
from auralis_cli.settings.values import Settings, SidecarMode
from auralis_cli.workers.local_pool import LocalPool
from auralis_cli.workers.program import WorkerCommand

DISPATCHED = 500


@pytest.fixture(scope="module")
def settings(full_cache: Path) -> Settings:
    return Settings(cache=full_cache, jobs=1, sidecars=SidecarMode.NONE, ffmpeg="none")


def scan(library: Path, settings: Settings, results: list[TrackResult] | None = None) -> ScanTally:
    """A whole scan, in which no worker is ever started; with `results`, each one with its record."""

    async def collect(found: Sequence[TrackResult]) -> None:
        assert results is not None
        results.extend(found)

    async def run() -> ScanTally:
        pool = LocalPool(WorkerCommand(Path("/no/such/worker")), settings.jobs)
        wanted = results is not None
        options = ScanOptions(with_records=wanted, count_unchanged=not wanted)
        scan = Scan(settings, ANALYZER, pool, options)
        await scan.run([str(library)], collect if wanted else None)
        return scan.tally

    return asyncio.run(run())


def test_discover(benchmark: BenchmarkFixture, library: Path) -> None:
    assert len({track.path for track in tracks_of(library)}) == TRACKS
    assert len(benchmark(tracks_of, library)) == TRACKS


def test_warm_rescan(benchmark: BenchmarkFixture, library: Path, settings: Settings) -> None:
    assert scan(library, settings).counts == {Status.CACHED: TRACKS}
    assert benchmark(scan, library, settings).counts == {Status.CACHED: TRACKS}


def test_warm_rescan_with_records(benchmark: BenchmarkFixture, library: Path, settings: Settings) -> None:
    results: list[TrackResult] = []
    scan(library, settings, results)
    assert [result.path for result in results] == [track.path for track in tracks_of(library)]
    assert all(result.record == make_record() for result in results)
    assert benchmark(scan, library, settings, []).counts == {Status.CACHED: TRACKS}


def test_dispatch(benchmark: BenchmarkFixture, library: Path, tmp_path: Path) -> None:
    worker, tracks = FakeWorker(tmp_path), tracks_of(library)[:DISPATCHED]

    def dispatch() -> list[object]:
        return [finished.outcome for finished in analyse(worker, tracks, jobs=1).values()]

    outcomes = benchmark(dispatch)
    assert len(outcomes) == DISPATCHED
    assert all(isinstance(outcome, Record) for outcome in outcomes)
