"""Statistics of a selection, against counts made by hand and by the standard library."""

import os
import statistics
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.made_records import ANALYZER, make_record
from support.queried_cache import TRACKS, change, fill_queried_cache
from support.realistic_cache import fill_realistically, outcome_of, track_at

import auralis_cli.library.statistics as module
from auralis_cli.library.fields import QueryError
from auralis_cli.library.grouping import Grouping
from auralis_cli.library.selection import open_selection, selection_of
from auralis_cli.library.spread import Spread
from auralis_cli.library.statistics import Portion, Statistics, gather
from auralis_cli.model.record import AnalyzerName, Record, Track
from auralis_cli.model.tags import Tags
from auralis_cli.render.stats_report import group_lines
from auralis_cli.store.cache import Cache

MANY = 500


def gathered(cache: Path, *terms: str, by: str | None = None, **options: Any) -> Statistics:
    """The statistics of what a query finds."""
    selection = msgspec.structs.replace(
        selection_of(AnalyzerName.WORKER, terms, **options), every_status=True
    )
    grouping = None if by is None else Grouping.parse(by)
    with open_selection(cache, selection) as tracks:
        return gather(
            tracks.rows(module.COLUMNS if grouping is None else grouping.columns),
            newest=3,
            by=None if grouping is None else grouping.of,
            bpm_range=selection.bpm_range,
        )


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return fill_queried_cache(tmp_path / "cache.db")


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill_realistically(tmp_path_factory.mktemp("large") / "cache.db", MANY)


def test_counts_and_sums_are_those_of_the_records(large: Path) -> None:
    outcomes = [outcome_of(number) for number in range(MANY)]
    records = [outcome for outcome in outcomes if isinstance(outcome, Record)]
    found = gathered(large)
    assert found.analysed.tracks == len(records)
    assert found.analysed.seconds == pytest.approx(sum(r.details["duration_s"] for r in records), rel=1e-9)
    assert found.failures == Counter(o.code for o in outcomes if not isinstance(o, Record))
    assert {kind: each.tracks for kind, each in found.formats.items()} == Counter(
        (r.details["codec"], r.details["container"]) for r in records
    )
    assert found.sample_rates == Counter(r.details["sample_rate_hz"] for r in records)
    assert found.keys.total() == len(records)
    assert found.nulls == {key: Counter(silent=10) for key in ("tempo_bpm", "rhythm_stability")}


def test_spreads_are_those_of_the_standard_library(large: Path) -> None:
    records = [outcome for number in range(MANY) if isinstance(outcome := outcome_of(number), Record)]
    for key, spread in (("tempo_bpm", gathered(large).tempo), ("lufs", gathered(large).loudness)):
        values = [value for r in records if (value := r.fingerprint[key]) is not None]
        tenths = statistics.quantiles(values, n=10, method="inclusive")
        assert spread.percentiles == pytest.approx((tenths[0], tenths[4], tenths[8]), rel=1e-12)
        assert spread.without == len(records) - len(values)
        assert spread.below + sum(spread.counts) + spread.above == len(values)


@given(st.lists(st.floats(-1e4, 1e4), max_size=30))
def test_every_value_is_in_the_bin_of_its_size(values: list[float]) -> None:
    spread = Spread.of(values, 0, (-36.0, 2.0, 16))
    for place, count in enumerate(spread.counts):
        assert count == sum(-36 + 2 * place <= value < -34 + 2 * place for value in values)
    assert spread.below == sum(value < -36 for value in values)
    assert spread.above == sum(value >= -4 for value in values)


def test_folders_and_values_are_groups_the_longest_first(large: Path) -> None:
    folders = Counter(os.path.dirname(track_at(number).path) for number in range(MANY))
    groups = gathered(large, by="folder").groups
    assert {group.name: group.portion.tracks + group.failed for group in groups} == folders
    assert [group.portion.seconds for group in groups] == sorted(
        (g.portion.seconds for g in groups), reverse=True
    )
    by_codec = {group.name: group for group in gathered(large, by="format").groups}
    assert by_codec.keys() == {"flac", "mp3", "aac", None}
    assert by_codec[None].portion == Portion()  # failed files have no codec
    assert by_codec[None].failed == MANY // 100
    assert {group.name for group in gathered(large, by="camelot").groups if group.name} <= {
        f"{number}{letter}" for number in range(1, 13) for letter in "AB"
    }


def test_the_medians_of_a_group_are_its_own(cache: Path) -> None:
    by_codec = {group.name: group for group in gathered(cache, by="codec").groups}
    assert by_codec["mp3"].tempo == pytest.approx((61 + 122) / 2)
    assert by_codec["pcm_s16le"].tempo is None
    folded = {group.name: group for group in gathered(cache, by="codec", bpm_range="80-160").groups}
    assert folded["mp3"].tempo == 122


def test_a_query_selects_what_is_counted(cache: Path) -> None:
    found = gathered(cache, "codec:mp3")
    assert (found.analysed.tracks, found.failures.total()) == (2, 0)
    assert gathered(cache).failures == Counter(nothing_decoded=1)
    assert gathered(cache).warnings == Counter(truncated=1)


def test_missing_and_outdated_tracks_are_told_apart(cache: Path) -> None:
    change(cache, "UPDATE tracks SET missing_since = '2026-01-01' WHERE size = 1000")
    change(cache, "UPDATE tracks SET analysis_version = 2 WHERE size = 0")
    found = gathered(cache)
    assert (found.analysed.tracks, found.missing, found.outdated) == (len(TRACKS) - 1, 1, 1)


@pytest.mark.parametrize("crafted", ["details = '['", "details = NULL", "nulls = '[1]'", "warnings = '{}'"])
def test_a_row_that_is_no_record_is_counted_apart(cache: Path, crafted: str) -> None:
    change(cache, f"UPDATE tracks SET {crafted} WHERE size = 1000")
    found = gathered(cache)
    assert (found.analysed.tracks, found.broken) == (len(TRACKS) - 1, 1)


def test_values_of_wrong_types_are_none(cache: Path) -> None:
    change(
        cache,
        "UPDATE tracks SET details = '{\"duration_s\": \"x\", \"key\": 8}', tempo_bpm = 'x', lufs = x'ff'",
    )
    found = gathered(cache, by="key")
    assert (found.analysed.tracks, found.analysed.seconds, found.keys.total()) == (len(TRACKS), 0, 0)
    assert found.tempo.percentiles is None


@pytest.mark.parametrize("name", ["lufs", "path", "tempo_bpm", "duration_s", "added", "mood"])
def test_there_are_no_groups_by_a_measure(name: str) -> None:
    with pytest.raises(QueryError, match=f"--by {name}"):
        Grouping.parse(name)


def test_albums_of_one_title_are_told_apart_by_their_artists(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    tagged = [
        Tags(album="Greatest Hits", album_artist="Queen", artist="Queen"),
        Tags(album="Greatest Hits", album_artist="ABBA", artist="ABBA"),
        Tags(album="Greatest Hits"),
        Tags(artist="ABBA"),
        None,
    ]
    with Cache(path) as cache:
        for number, tags in enumerate(tagged):
            cache.note_result(Track(f"/m/{number}", 1, 1), "", make_record(tags=tags), ANALYZER, None)
    groups = {
        by: {group.name for group in gathered(path, by=by).groups} for by in ("album", "artist", "year")
    }
    assert groups == {
        "album": {"Greatest Hits (Queen)", "Greatest Hits (ABBA)", "Greatest Hits", None},
        "artist": {"Queen", "ABBA", None},
        "year": {None},
    }
    shown = "\n".join(group_lines(gathered(path, by="artist").groups, "artist", width=80, unicode=True))
    assert "(no artist)" in shown
