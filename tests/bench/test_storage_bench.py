"""What storage costs per 5,000 tracks: `pytest tests/bench --benchmark-enable`."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from support.large_library import TRACKS, tracks_of
from support.made_records import ANALYZER, make_record

from auralis_cli.lookup.lookup import Lookup, changed_or_new
from auralis_cli.lookup.results import Hit, Miss
from auralis_cli.model.record import Track
from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.store.sidecars import Sidecars

TRACKS_PER_BATCH = 500


def batches(tracks: list[Track]) -> Iterator[list[Track]]:
    """As a scan looks them up."""
    return (tracks[at : at + TRACKS_PER_BATCH] for at in range(0, len(tracks), TRACKS_PER_BATCH))


def count_answers(cache_path: Path, tracks: list[Track], kind: type, *, with_records: bool) -> int:
    """Opens the cache, looks everything up in batches, closes it."""
    with Cache(cache_path) as cache:
        sidecars = Sidecars(SidecarMode.BESIDE, None)
        lookup = Lookup(cache, ANALYZER, sidecars=sidecars, ffmpeg=lambda: None, with_records=with_records)
        return sum(isinstance(answer, kind) for batch in batches(tracks) for answer in lookup.look_up(batch))


def count_unchanged(cache_path: Path, tracks: list[Track]) -> int:
    """The same for a scan that only counts what has not changed."""
    with Cache(cache_path) as cache:
        version = ANALYZER.analysis_version
        return len(tracks) - sum(
            len(changed_or_new(cache, batch, (version, version))) for batch in batches(tracks)
        )


def test_count_unchanged(benchmark: BenchmarkFixture, library: Path, full_cache: Path) -> None:
    assert benchmark(count_unchanged, full_cache, tracks_of(library)) == TRACKS


@pytest.mark.parametrize("with_records", [False, True])
def test_look_up_known(
    benchmark: BenchmarkFixture, library: Path, full_cache: Path, with_records: bool
) -> None:
    tracks = tracks_of(library)
    assert benchmark(count_answers, full_cache, tracks, Hit, with_records=with_records) == TRACKS


def test_look_up_unknown(benchmark: BenchmarkFixture, library: Path, tmp_path: Path) -> None:
    tracks = tracks_of(library)
    assert benchmark(count_answers, tmp_path / "cache.db", tracks, Miss, with_records=False) == TRACKS


def test_store_and_commit(benchmark: BenchmarkFixture, library: Path, tmp_path: Path) -> None:
    tracks, record = tracks_of(library), make_record()

    def store() -> None:
        with Cache(tmp_path / "cache.db") as cache:
            for track in tracks:
                cache.note_result(track, "0" * 32, record, ANALYZER, None)

    benchmark(store)
    with Cache(tmp_path / "cache.db") as cache:
        assert cache.records(track.path for track in tracks) == dict.fromkeys(
            (track.path for track in tracks), record
        )


def test_write_and_read_100_sidecars(benchmark: BenchmarkFixture, library: Path, tmp_path: Path) -> None:
    tracks = tracks_of(library)[:100]
    sidecars = Sidecars(SidecarMode.MIRROR, tmp_path)
    rounds = count()

    def write_and_read() -> int:
        record = make_record(lufs=-1e-6 * next(rounds))  # equal bytes are not written again
        for track in tracks:
            sidecars.write(track, "0" * 32, record)
        return sum(sidecars.read(track) is not None for track in tracks)

    assert benchmark(write_and_read) == len(tracks)
