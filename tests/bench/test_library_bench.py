"""What commands on the cache alone take at 50,000 tracks: to the first line, and to the last."""

from pathlib import Path
from typing import Any

import pytest
from support.realistic_cache import fill_realistically

from auralis_cli.check.albums import AlbumBy, albums_of
from auralis_cli.check.policy import Policies
from auralis_cli.check.reading import read_tracks
from auralis_cli.check.verdict import Verdict, verdict
from auralis_cli.library.selection import Selection, open_selection, parse_order, selection_of
from auralis_cli.library.statistics import COLUMNS, gather
from auralis_cli.model.record import AnalyzerName

TRACKS = 50_000
SHOWN = ("path_bytes", "duration_s", "tempo_bpm", "key", "lufs", "analysis_version")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill_realistically(tmp_path_factory.mktemp("library") / "cache.db", TRACKS)


def first_row(cache: Path, selection: Selection, sort: str) -> tuple[Any, ...]:
    with open_selection(cache, selection) as tracks:
        return next(tracks.rows(SHOWN, parse_order(sort)))


@pytest.mark.parametrize(
    ("terms", "sort"),
    [
        ((), "path"),
        ((), "lufs-"),
        ((), "key,lufs-"),
        (("key:8A", "tempo_bpm:120..130", "lufs:..-14", "^codec:mp3"), "path"),
        (("Album 04",), "tempo_bpm"),
    ],
)
def test_the_first_row(benchmark: Any, cache: Path, terms: tuple[str, ...], sort: str) -> None:
    selection = selection_of(AnalyzerName.WORKER, terms, bpm_range="80-160" if terms else None)
    assert benchmark(first_row, cache, selection, sort)


def test_every_album_judged(benchmark: Any, cache: Path) -> None:
    """What `check` takes beside the walk: `manual/checking.md` says 2 s."""

    def run() -> Verdict:
        read = read_tracks(cache, AnalyzerName.WORKER)
        assert not read.unmeasured
        return verdict(albums_of(read.tracks, AlbumBy.FOLDER), Policies(["/music"]))

    found = benchmark(run)
    assert found.tracks == TRACKS
    assert {"C101", "T101"} <= {finding.code for finding in found.new}


def test_all_statistics(benchmark: Any, cache: Path) -> None:
    def run() -> int:
        with open_selection(cache, selection_of(AnalyzerName.WORKER)) as tracks:
            return gather(tracks.rows(COLUMNS), newest=3).analysed.tracks

    assert benchmark(run) == TRACKS - TRACKS // 100
