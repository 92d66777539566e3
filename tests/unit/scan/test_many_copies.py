"""A library with very many copies of one file: each is looked at a bounded number of times."""

import asyncio
import os
from collections import Counter
from pathlib import Path

import pytest
from support.made_records import large_content, make_record, write_file
from support.scripted_engine import Music, ScriptedEngine

from auralis_cli.lookup.lookup import Lookup
from auralis_cli.model.record import Record, Track, TrackError
from auralis_cli.model.result import Status
from auralis_cli.model.stamps import MAX_TIME_NS
from auralis_cli.scan.scan import Scan, ScanOptions
from auralis_cli.store.cache import MAX_ROWS_PER_KEY, Cache
from auralis_cli.workers.engine import Job

FAILURE = TrackError("nothing_decoded", "nothing of the audio decodes")
COPIES = 3 * MAX_ROWS_PER_KEY
"""More than one query returns, and more than one batch of the walk holds at first."""


@pytest.fixture
def music(tmp_path: Path) -> Music:
    return Music(tmp_path)


@pytest.fixture
def looked_up(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """How often each path is looked up in the cache."""
    seen: Counter[str] = Counter()
    look_up = Lookup.look_up

    def count(self: Lookup, tracks: list[Track]) -> object:
        seen.update(track.path for track in tracks)
        return look_up(self, tracks)

    monkeypatch.setattr(Lookup, "look_up", count)
    return seen


def write_copies(music: Music, content: bytes) -> None:
    for number in range(COPIES):
        write_file(music.root / f"{number:04}.flac", content)


@pytest.mark.parametrize("content", [b"", b"junk"])
def test_a_failure_is_shared_by_all_copies_whose_key_proves_the_content(
    music: Music, looked_up: Counter[str], content: bytes
) -> None:
    write_copies(music, content)
    engine = ScriptedEngine(lambda _: FAILURE)
    results = music.scan(engine)
    assert len(engine.seen) == 1
    assert {(result.status, result.error) for result in results.values()} == {(Status.FAILED, FAILURE)}
    assert max(looked_up.values()) <= 2
    again = ScriptedEngine(lambda _: FAILURE)
    assert all(result.remembered for result in music.scan(again).values())
    assert again.seen == []


def test_copies_that_wait_are_as_few_as_other_tracks_that_wait(
    music: Music, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auralis_cli.scan.pipeline.MAX_OPEN_TRACKS", 40)
    monkeypatch.setattr("auralis_cli.scan.intake.MAX_BATCH", 16)
    write_copies(music, b"audio")
    scans: list[Scan] = []
    waiting: list[int] = []

    class Slow(ScriptedEngine):
        async def submit(self, job: Job) -> None:
            await asyncio.sleep(0.5)
            waiting.append(scans[0].tally.open_tracks)
            await super().submit(job)

    engine = Slow(lambda _: make_record())

    async def run() -> None:
        scans.append(Scan(music.settings, music.analyzer, engine))
        await scans[0].run([str(music.root)])

    asyncio.run(run())
    assert len(engine.seen) == 1
    assert 40 <= waiting[0] < 40 + 16
    assert scans[0].tally.counts == {Status.ANALYSED: 1, Status.CACHED: COPIES - 1}


def test_large_files_that_fail_are_each_analysed_once(music: Music, looked_up: Counter[str]) -> None:
    """Their key leaves out most of their bytes: one failure proves nothing about the others."""
    write_copies(music, large_content())
    engine = ScriptedEngine(lambda _: FAILURE)
    music.scan(engine)
    assert Counter(track.path for track in engine.seen).most_common(1)[0][1] == 1
    assert len(engine.seen) == COPIES
    assert max(looked_up.values()) <= 2


def test_a_failure_that_may_pass_is_not_shared(music: Music) -> None:
    class DiskTrouble(ScriptedEngine):
        final = False

    write_copies(music, b"junk")
    engine = DiskTrouble(lambda _: FAILURE)
    music.scan(engine)
    assert len(engine.seen) == COPIES


def test_after_a_failure_the_next_copy_that_succeeds_is_the_original_of_the_rest(music: Music) -> None:
    write_copies(music, large_content())
    failures = 2

    def analyse(_: Track) -> Record | TrackError:
        return FAILURE if len(engine.seen) <= failures else make_record()

    engine = ScriptedEngine(analyse)
    results = music.scan(engine)
    assert len(engine.seen) == failures + 1
    counts = Counter(result.status for result in results.values())
    assert counts == {Status.FAILED: failures, Status.ANALYSED: 1, Status.CACHED: COPIES - failures - 1}


def test_copies_are_compared_with_the_one_that_was_analysed(music: Music, looked_up: Counter[str]) -> None:
    write_copies(music, b"audio")
    engine = ScriptedEngine(lambda _: make_record())
    results = music.scan(engine)
    assert len(engine.seen) == 1
    assert Counter(result.status for result in results.values())[Status.CACHED] == COPIES - 1
    assert max(looked_up.values()) <= 2


def test_a_copy_that_changed_while_it_waited_is_analysed_as_it_is(music: Music) -> None:
    write_copies(music, b"junk")
    changed = music.root / f"{COPIES - 1:04}.flac"

    def analyse(track: Track) -> Record | TrackError:
        if len(engine.seen) == 1:
            changed.write_bytes(b"good audio")
        return FAILURE if track.size == len(b"junk") else make_record()

    engine = ScriptedEngine(analyse)
    results = music.scan(engine, ScanOptions())
    assert results[changed.name].status is Status.ANALYSED
    assert Counter(result.status for result in results.values())[Status.FAILED] == COPIES - 1


@pytest.mark.parametrize("year_s", [-11_644_473_600, 10_413_792_000], ids=["1601", "2300"])
def test_a_file_of_any_date_is_stored_and_known_and_costs_no_other(music: Music, year_s: int) -> None:
    old, new = music.root / "old.flac", music.root / "new.flac"
    write_file(old, b"one")
    write_file(new, b"other")
    os.utime(old, (year_s, year_s))
    if old.stat().st_mtime != year_s:
        pytest.skip("this file system cannot hold the date")
    music.scan(ScriptedEngine(lambda _: make_record()))
    again = ScriptedEngine(lambda _: make_record())
    assert {result.status for result in music.scan(again).values()} == {Status.CACHED}
    with Cache(music.settings.cache) as cache:
        rows = cache.headers([str(old), str(new)])
    assert len(rows) == 2
    assert abs(rows[str(old)].mtime_ns) <= MAX_TIME_NS


def test_a_row_that_cannot_be_stored_costs_no_other(music: Music) -> None:
    bad = Track(str(music.root / "bad.flac"), 1 << 70, 0)
    good = Track(str(music.root / "good.flac"), 1, 0)
    with Cache(music.settings.cache) as cache:
        for track in (bad, good):
            cache.note_result(track, "", FAILURE, music.analyzer, None)
        cache.commit()
        assert list(cache.headers([bad.path, good.path])) == [good.path]
        assert len(cache.warnings) == 1
        assert bad.path in cache.warnings[0]
