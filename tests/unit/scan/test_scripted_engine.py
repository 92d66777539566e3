"""A scan runs on any engine: here on one in memory, without a worker."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from support.made_records import large_content, make_record, write_file
from support.scripted_engine import Music, ScriptedEngine

from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.model.record import Record, Track, TrackError
from auralis_cli.model.result import Status
from auralis_cli.scan.scan import ScanOptions
from auralis_cli.store.cache import Cache
from auralis_cli.workers.engine import Job

FAILURE = TrackError("nothing_decoded", "nothing of the audio decodes")
Analyse = Callable[[Track], Record | TrackError]


@pytest.fixture
def music(tmp_path: Path) -> Music:
    return Music(tmp_path)


def loudness_by_size(track: Track) -> Record:
    return make_record(lufs=-float(track.size % 1000))


def test_every_track_is_analysed_once_and_stored_and_known_the_next_time(music: Music) -> None:
    for number in range(1, 40):
        write_file(music.root / f"{number}.flac", b"x" * number)
    engine = ScriptedEngine(loudness_by_size)
    results = music.scan(engine)
    assert {result.status for result in results.values()} == {Status.ANALYSED}
    assert results["7.flac"].record == make_record(lufs=-7.0)
    assert len(engine.seen) == len(results) == 39
    again = ScriptedEngine(loudness_by_size)
    assert {result.status for result in music.scan(again).values()} == {Status.CACHED}
    assert again.seen == []


def test_the_largest_of_the_waiting_tracks_goes_first(music: Music) -> None:
    sizes = [300, 900, 100, 700, 500]
    for size in sizes:
        write_file(music.root / f"{size}.flac", os.urandom(size))
    engine = ScriptedEngine(loudness_by_size)
    music.scan(engine)
    assert [track.size for track in engine.seen] == sorted(sizes, reverse=True)


def test_failures_are_stored_and_remembered(music: Music) -> None:
    write_file(music.root / "bad.flac")
    result = music.scan(ScriptedEngine(lambda _: FAILURE))["bad.flac"]
    assert (result.status, result.error, result.remembered) == (Status.FAILED, FAILURE, False)
    engine = ScriptedEngine(lambda _: FAILURE)
    result = music.scan(engine)["bad.flac"]
    assert (result.status, result.error, result.remembered) == (Status.FAILED, FAILURE, True)
    assert engine.seen == []


def test_a_copy_takes_the_record_of_its_original(music: Music) -> None:
    for name in ("a.flac", "b.flac", "c.flac"):
        write_file(music.root / name, large_content())
    engine = ScriptedEngine(loudness_by_size)
    results = music.scan(engine)
    assert len(engine.seen) == 1
    assert [result.status for result in results.values()].count(Status.CACHED) == 2
    copies = {result.taken_from for result in results.values() if result.status is Status.CACHED}
    assert copies == {engine.seen[0].path}


def test_a_file_that_changes_during_its_analysis_is_analysed_as_it_is_then(music: Music) -> None:
    path = music.root / "a.flac"
    write_file(path, b"before")

    def analyse(track: Track) -> Record:
        if track.size == len(b"before"):
            path.write_bytes(b"after it")
        return loudness_by_size(track)

    engine = ScriptedEngine(analyse)
    result = music.scan(engine)["a.flac"]
    assert [track.size for track in engine.seen] == [6, 8]
    assert (result.status, result.size, result.record) == (Status.ANALYSED, 8, make_record(lufs=-8.0))


def test_a_file_that_never_rests_fails_and_is_not_stored(music: Music) -> None:
    path = music.root / "a.flac"
    write_file(path)

    def analyse(track: Track) -> Record:
        with path.open("ab") as file:
            file.write(b"more")
        return loudness_by_size(track)

    result = music.scan(ScriptedEngine(analyse))["a.flac"]
    assert result.error is not None
    assert result.error.code == "changed_during_analysis"
    with Cache(music.settings.cache) as cache:
        assert cache.headers([str(path)]) == {}


def test_what_the_engine_finished_before_it_broke_is_stored(music: Music) -> None:
    class BreakingEngine(ScriptedEngine):
        async def submit(self, job: Job) -> None:
            await super().submit(job)
            if len(self.seen) == 3:
                raise WorkerUnavailableError("no worker comes up")

    for number in range(8):  # one batch of the walk
        write_file(music.root / f"{number}.flac", b"x" * (number + 1))
    with pytest.raises(WorkerUnavailableError, match="no worker comes up"):
        music.scan(BreakingEngine(loudness_by_size))
    with Cache(music.settings.cache) as cache:
        stored = cache.headers(str(music.root / f"{number}.flac") for number in range(8))
    assert sorted(stored) == [str(music.root / f"{number}.flac") for number in (5, 6, 7)]


def test_a_rescan_analyses_known_tracks_and_copies_too(music: Music) -> None:
    for name in ("a.flac", "b.flac"):
        write_file(music.root / name, b"the same")
    music.scan(ScriptedEngine(loudness_by_size))
    engine = ScriptedEngine(loudness_by_size)
    results = music.scan(engine, ScanOptions(rescan=True))
    assert {result.status for result in results.values()} == {Status.ANALYSED}
    assert len(engine.seen) == 2


def test_unchanged_tracks_are_only_counted_where_that_is_asked_for(music: Music) -> None:
    for number in range(20):
        write_file(music.root / f"{number}.flac", b"x" * (number + 1))
    music.scan(ScriptedEngine(loudness_by_size))
    write_file(music.root / "new.flac", b"new")
    results = music.scan(ScriptedEngine(loudness_by_size), ScanOptions(count_unchanged=True))
    assert list(results) == ["new.flac"]
