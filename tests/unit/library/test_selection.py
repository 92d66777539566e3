"""Which tracks are meant, their order, and tempi in a range of octaves."""

import math
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.queried_cache import TRACKS, change, fill_queried_cache, found

from auralis_cli.library.fields import QueryError, fields, fields_named
from auralis_cli.library.functions import BpmRange
from auralis_cli.library.selection import open_selection, parse_order, selection_of
from auralis_cli.model.errors import CacheError
from auralis_cli.model.record import AnalyzerName


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return fill_queried_cache(tmp_path / "cache.db")


def test_tracks_are_sorted_by_several_fields_with_those_without_a_value_last(cache: Path) -> None:
    by_loudness = [
        "Rock/key:8A.wav",
        "Jazzy/a, b.mp3",
        "Jazz/Été.mp3",
        "\udcff\x1b[31m.flac",
        "Jazz/So What.flac",
    ]
    silent = ["Rock/100%_\\'\".flac"]
    assert found(cache, sort="lufs-") == by_loudness + silent
    assert found(cache, sort="lufs") == by_loudness[::-1] + silent
    assert found(cache, sort="codec,tempo_bpm-", limit=2) == [*silent, "Jazz/So What.flac"]
    assert found(cache, sort="path-", limit=1) == ["\udcff\x1b[31m.flac"]


def test_what_is_equal_is_sorted_by_its_path(cache: Path) -> None:
    assert found(cache, sort="channels-") == found(cache, sort="path")


def test_keys_are_sorted_as_on_the_camelot_wheel(cache: Path) -> None:
    assert found(cache, "^key:null", sort="key,path") == [
        "Rock/key:8A.wav",  # 5B
        "Jazz/So What.flac",  # 7A
        "Jazz/Été.mp3",  # 8A
        "\udcff\x1b[31m.flac",
        "Jazzy/a, b.mp3",  # 8B
    ]


def test_the_order_of_the_paths_needs_no_sorting(cache: Path) -> None:
    with open_selection(cache, selection_of(AnalyzerName.WORKER)) as tracks:
        asked: list[str] = []
        tracks._connection.set_trace_callback(asked.append)
        next(tracks.rows(["path_bytes", "lufs"], parse_order("path")))
        tracks._connection.set_trace_callback(None)
        tracks._connection.set_authorizer(None)
        plan = tracks._connection.execute(f"EXPLAIN QUERY PLAN {asked[0]}").fetchall()
    assert not [step for *_, step in plan if "TEMP B-TREE" in step], plan


def test_with_a_range_of_tempi_octaves_do_not_count(cache: Path) -> None:
    names = ["Jazz/Été.mp3", "Jazzy/a, b.mp3"]  # 61 and 122
    assert found(cache, "tempo_bpm:122", bpm_range="80-160") == names
    assert found(cache, where="tempo_bpm = 122", bpm_range="80-160") == names
    assert found(cache, "tempo_bpm:87", bpm_range="80-160") == ["Rock/100%_\\'\".flac"]
    assert found(cache, "tempo_bpm:null", bpm_range="80-160") == ["Rock/key:8A.wav"]


@given(st.floats(0.01, 100_000), st.floats(1, 1_000), st.floats(2, 4))
def test_a_folded_tempo_is_octaves_away_and_in_the_range(tempo: float, low: float, width: float) -> None:
    folded = BpmRange(low, low * width).fold(tempo)
    assert folded is not None
    assert low <= folded < low * width
    octaves = folded / tempo
    assert octaves == 2 ** round(math.log2(octaves))


@pytest.mark.parametrize("text", ["80", "80-159", "160-80", "0-100", "a-b", "80-99999", "-80-160", ""])
def test_a_range_has_an_octave_at_least(text: str) -> None:
    with pytest.raises(QueryError, match="--bpm-range"):
        BpmRange.parse(text)


@pytest.mark.parametrize(
    ("text", "word"), [("lusf", "did you mean 'lufs'?"), ("", "no name"), ("lufs,", "no name")]
)
def test_an_order_without_such_a_field_is_told(text: str, word: str) -> None:
    with pytest.raises(QueryError) as error:
        parse_order(text)
    assert word in str(error.value)


def test_columns_are_named_or_added_before_the_path() -> None:
    def names(text: str) -> list[str]:
        return [field.name for field in fields_named(text, "--columns", ("lufs", "path"))]

    assert names("path, bpm") == ["path", "tempo_bpm"]
    assert names("+lufs,key") == ["lufs", "key", "path"]
    with pytest.raises(QueryError, match="--columns lufs,x"):
        names("lufs,x")


def test_a_crafted_row_harms_nobody(cache: Path) -> None:
    """Texts that are not UTF-8 or stand for numbers, a path that is a text."""
    change(
        cache, "UPDATE tracks SET tempo_bpm = CAST(x'ff' AS TEXT), lufs = CAST(x'fe' AS TEXT) WHERE size = 0"
    )
    change(
        cache, 'UPDATE tracks SET details = \'{"key": 8, "codec": [1], "duration_s": "x"}\' WHERE size = 1000'
    )
    change(cache, "UPDATE tracks SET path = CAST(path AS TEXT) WHERE size = 2000")
    for name in fields():
        assert len(found(cache, sort=f"{name},path", bpm_range="80-160")) == len(TRACKS) - 1
        found(cache, f"{name}:null", bpm_range="80-160")
    assert found(cache, "codec:mp3") == []


def test_without_a_cache_it_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(CacheError, match="auralis scan FOLDER"):
        found(tmp_path / "none.db")


def test_nothing_of_it_writes(cache: Path) -> None:
    with open_selection(cache, selection_of(AnalyzerName.WORKER)) as tracks:
        for statement in ("DELETE FROM tracks", "CREATE TEMP TABLE x (y)", "ATTACH ':memory:' AS other"):
            with pytest.raises(sqlite3.DatabaseError, match="not authorized"):
                tracks._connection.execute(statement)
