"""How many tracks an upgrade makes outdated, and how long renewing them takes."""

import sqlite3
from pathlib import Path

from support.made_records import ANALYZER, FAILURE, make_record

from auralis_cli.model.record import AnalyzerVersion, Track
from auralis_cli.store.cache import Cache
from auralis_cli.upkeep.renewal import Outdated, outdated_tracks

OLDER = AnalyzerVersion(ANALYZER.name, ANALYZER.analysis_version - 1, ANALYZER.worker_version)


def fill(path: Path, by: AnalyzerVersion, count: int, folder: str = "/music") -> None:
    with Cache(path) as cache:
        for number in range(count):
            track = Track(f"{folder}/{by.analysis_version}-{number:03}.flac", 1000, 7)
            cache.note_result(track, "", make_record(analyzer=by), by, None)
        cache.note_result(Track(f"{folder}/broken.flac", 1, 7), "", FAILURE, by, None)


def dated(path: Path, moments: list[str]) -> None:
    """Dates the rows in the order of their paths."""
    with sqlite3.connect(path) as connection:
        paths = [
            row
            for (row,) in connection.execute("SELECT path FROM tracks WHERE error_code IS NULL ORDER BY path")
        ]
        for row, moment in zip(paths, moments, strict=True):
            connection.execute("UPDATE tracks SET analysed_at = ? WHERE path = ?", (moment, row))


def test_there_is_nothing_to_renew_without_older_records(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    assert outdated_tracks(path, ["/music"], ANALYZER) is None
    fill(path, ANALYZER, 3)
    assert outdated_tracks(path, ["/music"], ANALYZER) is None


def test_only_tracks_below_the_scanned_paths_count(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    fill(path, OLDER, 3)
    fill(path, OLDER, 2, folder="/musical")
    fill(path, ANALYZER, 4)
    found = outdated_tracks(path, ["/music"], ANALYZER)
    assert found is not None
    assert (found.tracks, found.versions) == (3, (OLDER.analysis_version,))
    one = outdated_tracks(path, [f"/music/{OLDER.analysis_version}-001.flac"], ANALYZER)
    assert one is not None
    assert one.tracks == 1
    assert outdated_tracks(path, ["/elsewhere"], ANALYZER) is None


def test_the_time_is_that_of_earlier_scans_without_their_pauses(tmp_path: Path) -> None:
    """Eleven tracks in 20 s, and eleven in 20 s on the next day: 40 s for all of them."""
    path = tmp_path / "cache.db"
    fill(path, OLDER, 22)
    moments = [f"2026-01-0{day}T12:00:{second:02}+00:00" for day in (1, 2) for second in range(0, 22, 2)]
    dated(path, moments)
    found = outdated_tracks(path, ["/music"], ANALYZER)
    assert found == Outdated(22, (OLDER.analysis_version,), 40.0)


def test_a_short_scan_does_not_tell_the_time(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    fill(path, OLDER, 3)
    dated(path, [f"2026-01-01T12:00:0{second}+00:00" for second in (1, 2, 3)])
    found = outdated_tracks(path, ["/music"], ANALYZER)
    assert found is not None
    assert found.seconds is None
