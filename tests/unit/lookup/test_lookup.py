"""Cold, warm and changed files, and who made a row: what is a hit and what a miss."""

import sqlite3
from pathlib import Path

import msgspec
import pytest
from support.library import Library, look_up, never
from support.made_records import ANALYZER, LATER_NS, make_record

from auralis_cli.files.file_key import file_key
from auralis_cli.lookup.lookup import MANY
from auralis_cli.lookup.results import Hit, Miss
from auralis_cli.model.record import AnalyzerName, AnalyzerVersion
from auralis_cli.store.cache import Cache


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path)


def test_a_cold_look_up_misses_with_the_file_key(library: Library) -> None:
    track = library.write("a.flac", b"abc")
    assert library.look_up("a.flac") == [Miss(track, file_key(track.path, 3))]


def test_a_warm_look_up_hits_in_order_and_opens_no_file(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = [make_record(lufs=-10.0 - index / 2) for index in range(1200)]
    names = [f"{index}.flac" for index in range(1200)]
    tracks = [library.write(name) for name in names]
    library.remember(zip(tracks, records, strict=True))
    tracks.reverse()
    records.reverse()
    names.reverse()
    monkeypatch.setattr("auralis_cli.files.file_key.file_key", never)
    assert library.look_up(*names, ffmpeg=never) == list(map(Hit, tracks, records))
    assert library.look_up(*names, ffmpeg=never, with_records=False) == [Hit(track, None) for track in tracks]


def test_rescan_misses_everything(library: Library) -> None:
    track = library.analyse("a.flac", make_record())
    assert library.look_up("a.flac", rescan=True) == [Miss(track, file_key(track.path, track.size))]


def test_an_unreadable_file_misses_without_a_key(library: Library) -> None:
    track = library.write("a.flac")
    (library.music / "a.flac").unlink()
    with Cache(library.cache) as cache:
        assert look_up(cache, [track], ffmpeg=never) == [Miss(track, "")]
        assert cache.headers_by_file_key([""]) == {}


@pytest.mark.parametrize("content", [b"other", b"longer audio"])
def test_a_changed_file_misses(library: Library, content: bytes) -> None:
    library.analyse("a.flac", make_record())
    library.write("a.flac", content, LATER_NS)
    assert library.kinds("a.flac") == [Miss]


@pytest.mark.parametrize(
    "analyzer",
    [
        AnalyzerVersion(AnalyzerName.REFERENCE, ANALYZER.analysis_version, ANALYZER.worker_version),
        AnalyzerVersion(ANALYZER.name, ANALYZER.analysis_version + 1, ANALYZER.worker_version),
        AnalyzerVersion(ANALYZER.name, ANALYZER.analysis_version - 1, ANALYZER.worker_version),
    ],
)
def test_another_analyzer_or_version_misses_here_and_after_a_move(
    library: Library, analyzer: AnalyzerVersion
) -> None:
    track = library.analyse("a.flac", make_record())
    assert library.look_up("a.flac", analyzer=analyzer) == [Miss(track, file_key(track.path, track.size))]
    (library.music / "a.flac").rename(library.music / "b.flac")
    assert library.kinds("b.flac", analyzer=analyzer) == [Miss]


def test_a_record_survives_another_worker_version(library: Library) -> None:
    library.analyse("a.flac", make_record())
    newer = msgspec.structs.replace(ANALYZER, worker_version="9.9.9")
    assert library.kinds("a.flac", analyzer=newer) == [Hit]


def test_a_row_damaged_in_the_file_is_analysed_again(library: Library) -> None:
    track = library.analyse("a.flac", make_record())
    with Cache(library.cache) as cache:
        assert look_up(cache, [track]) == [Hit(track, make_record())]
        with sqlite3.connect(library.cache) as connection:  # while the cache is open
            connection.execute("UPDATE tracks SET lufs = 9e999")
        assert [type(answer) for answer in look_up(cache, [track])] == [Miss]


def test_many_tracks_are_answered_like_each_alone(library: Library) -> None:
    names = [f"{index:02}.flac" for index in range(2 * MANY)]
    tracks = [library.write(name, name.encode()) for name in names]
    library.remember((track, make_record(lufs=-10.0 - at / 4)) for at, track in enumerate(tracks))
    library.write(names[3], b"another", LATER_NS)
    library.write("new.flac", b"new")
    with sqlite3.connect(library.cache) as connection:
        connection.execute("UPDATE tracks SET details = 'no JSON' WHERE CAST(path AS TEXT) LIKE '%/07.flac'")
        connection.execute(
            "UPDATE tracks SET missing_since = '2026' WHERE CAST(path AS TEXT) LIKE '%/09.flac'"
        )
        connection.execute(
            "UPDATE tracks SET error_code = 'nothing_decoded', error_message = 'nothing' "
            "WHERE CAST(path AS TEXT) LIKE '%/11.flac'"
        )
    connection.close()
    asked = [*names, "new.flac"]
    alone = [answer for name in asked for answer in library.look_up(name)]
    assert library.look_up(*asked) == alone
    assert [type(alone[at]).__name__ for at in (2, 3, 7, 9, 11, -1)] == [
        "Hit", "Miss", "Miss", "Hit", "PastFailure", "Miss",
    ]  # fmt: skip
