import os
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from support.made_records import ANALYZER, FAILURE, make_record

from auralis_cli.lookup.lookup import changed_or_new
from auralis_cli.model.record import AnalyzerName, AnalyzerVersion, Record, Track, TrackError
from auralis_cli.store.cache import Cache

VERSIONS = (ANALYZER.analysis_version, ANALYZER.analysis_version)
TRACKS = [Track(f"/music/{name}", 1000 + at, 7 * at) for at, name in enumerate(("a.mp3", "b.mp3", "c/d.mp3"))]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with Cache(tmp_path / "cache.db") as cache:
        yield cache


def store(
    cache: Cache, *tracks: Track, outcome: Record | TrackError | None = None, by: AnalyzerVersion = ANALYZER
) -> None:
    for track in tracks:
        cache.note_result(track, "", outcome or make_record(analyzer=by), by, None)


def test_tracks_whose_record_holds_are_left_out_in_any_order(cache: Cache) -> None:
    store(cache, *TRACKS)
    assert changed_or_new(cache, TRACKS, VERSIONS) == []
    assert changed_or_new(cache, TRACKS[::-1], VERSIONS) == []


def test_without_tracks_there_is_nothing_to_do(cache: Cache) -> None:
    assert changed_or_new(cache, [], VERSIONS) == []


def test_new_tracks_and_those_of_another_size_or_time_stay_in_order(cache: Cache) -> None:
    store(cache, *TRACKS)
    seen = [
        Track("/music/0 new.mp3", 5, 5),
        msgspec.structs.replace(TRACKS[2], size=1),
        TRACKS[1],
        msgspec.structs.replace(TRACKS[0], mtime_ns=-1),
    ]
    assert changed_or_new(cache, seen, VERSIONS) == [seen[0], seen[1], seen[3]]


def test_failures_and_records_of_another_version_stay(cache: Cache) -> None:
    store(cache, TRACKS[0], outcome=FAILURE)
    store(cache, TRACKS[1], by=msgspec.structs.replace(ANALYZER, analysis_version=VERSIONS[1] + 1))
    store(cache, TRACKS[2])
    assert changed_or_new(cache, TRACKS, VERSIONS) == TRACKS[:2]


def test_records_of_the_other_analyzer_stay(cache: Cache, tmp_path: Path) -> None:
    with Cache(tmp_path / "cache.db", analyzer=AnalyzerName.REFERENCE) as other:
        store(other, *TRACKS, by=msgspec.structs.replace(ANALYZER, name=AnalyzerName.REFERENCE))
    assert changed_or_new(cache, TRACKS, VERSIONS) == TRACKS


def test_a_track_whose_row_says_that_it_is_gone_stays(cache: Cache) -> None:
    store(cache, *TRACKS)
    cache.commit()
    cache._connection.execute("UPDATE tracks SET missing_since = '2026-01-01' WHERE size = 1001")
    assert changed_or_new(cache, TRACKS, VERSIONS) == [TRACKS[1]]


def test_paths_that_are_not_utf_8_are_found(cache: Cache) -> None:
    tracks = [
        Track(os.fsdecode(path), 1, 1) for path in (b"/m/\xff\xfe.mp3", "/m/ünï\U0001d11e.mp3".encode())
    ]
    store(cache, *tracks)
    assert changed_or_new(cache, tracks, VERSIONS) == []


def test_much_that_lies_between_two_tracks_is_not_read(cache: Cache) -> None:
    between = [Track(f"/music/m/{number}.mp3", 1, 1) for number in range(100)]
    ends = [Track("/music/a.mp3", 1, 1), Track("/music/z.mp3", 1, 1)]
    store(cache, *between, *ends)
    assert cache.stamps(b"/music/a.mp3", b"/music/z.mp3", versions=VERSIONS, limit=4) == {
        (b"/music/a.mp3", 1, 1, None),
        (b"/music/m/0.mp3", 1, 1, None),
        (b"/music/m/1.mp3", 1, 1, None),
        (b"/music/m/10.mp3", 1, 1, None),
    }
    assert changed_or_new(cache, ends, VERSIONS) == [ends[1]]


def test_a_scan_of_unchanged_files_reads_an_index_and_no_rows(cache: Cache) -> None:
    plans: list[str] = []
    cache._connection.set_trace_callback(plans.append)
    changed_or_new(cache, TRACKS, VERSIONS)
    cache._connection.set_trace_callback(None)
    (query,) = [plan for plan in plans if plan.startswith("SELECT")]
    details = [row[3] for row in cache._connection.execute(f"EXPLAIN QUERY PLAN {query}")]
    assert any("USING COVERING INDEX tracks_by_path (path>? AND path<?)" in detail for detail in details)


def test_older_versions_count_where_they_are_asked_for(cache: Cache) -> None:
    older = msgspec.structs.replace(ANALYZER, analysis_version=VERSIONS[1] - 1)
    store(cache, *TRACKS, by=older)
    assert changed_or_new(cache, TRACKS, VERSIONS) == TRACKS
    assert changed_or_new(cache, TRACKS, (1, VERSIONS[1])) == []
