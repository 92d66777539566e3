"""Hashes through the pool into the cache: copies, changed files, and what an interruption keeps."""

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from support.scripted_tracks import FakeWorker, write_track

from auralis_cli.scan.hashing import Hashing, ToHash
from auralis_cli.store.acoustic_hashes import read_hashes
from auralis_cli.store.cache_file import open_cache_file
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.local_pool import LocalPool
from auralis_cli.workers.program import WorkerCommand
from auralis_cli.workers.protocol import HASH_VERSION

KEY, OTHER = f"{1:032x}", f"{2:032x}"
"""The fake worker says that all audio has the first."""


def hash_them(
    home: Path, wanted: Sequence[ToHash], *, stop_after: int | None = None
) -> tuple[Hashing, dict[str, bytes]]:
    """The end of the hashing, and what is in the cache then."""
    connection = open_cache_file(home / "cache.db")

    async def run() -> Hashing:
        pool = LocalPool(WorkerCommand(FakeWorker(home).program), 1, limits=TrackLimits(silence_s=30.0))
        hashing = Hashing(pool, connection)

        def progress(done: int) -> None:
            if done == stop_after:
                hashing.stop()

        await asyncio.wait_for(hashing.run(wanted, progress), 60)
        return hashing

    try:
        hashing = asyncio.run(run())
    finally:
        connection.close()
    with sqlite3.connect(home / "cache.db") as cache:
        return hashing, dict(read_hashes(cache, [KEY, OTHER], HASH_VERSION))


def test_where_one_file_cannot_be_read_a_copy_is(tmp_path: Path) -> None:
    away, broken = write_track(tmp_path, "away.flac"), write_track(tmp_path, "broken.flac", "fail skip")
    good = write_track(tmp_path, "good.flac", "sounds abcd")
    Path(away.path).unlink()
    hashing, stored = hash_them(tmp_path, [ToHash(KEY, (away, broken, good))])
    assert (stored, hashing.failures, hashing.done) == ({KEY: b"abcd"}, [], 1)


def test_a_file_that_none_can_read_fails_with_its_name(tmp_path: Path) -> None:
    away = write_track(tmp_path, "away.flac")
    Path(away.path).unlink()
    hashing, stored = hash_them(tmp_path, [ToHash(KEY, (away,))])
    ((track, error),) = hashing.failures
    assert (stored, track, error.code) == ({}, away, "not_found")


def test_other_audio_than_was_analysed_is_not_stored(tmp_path: Path) -> None:
    track = write_track(tmp_path, "a.flac", "sounds abcd")
    hashing, stored = hash_them(tmp_path, [ToHash(OTHER, (track,))])
    assert stored == {}
    assert "auralis scan" in hashing.failures[0][1].message


def test_many_failures_do_not_stop_the_work(tmp_path: Path) -> None:
    """More than may wait to be taken, each with a second file that is asked for meanwhile."""
    wanted = []
    for number in range(200):
        away = write_track(tmp_path, f"away{number}.flac")
        Path(away.path).unlink()
        wanted.append(ToHash(OTHER, (away, away)))
    wanted.append(ToHash(KEY, (write_track(tmp_path, "good.flac", "sounds abcd"),)))
    hashing, stored = hash_them(tmp_path, wanted)
    assert (stored, len(hashing.failures), hashing.done) == ({KEY: b"abcd"}, 200, 201)


def test_a_stop_keeps_what_is_done_and_tells_what_is_left(tmp_path: Path) -> None:
    """The largest comes first; the second hangs for ten minutes."""
    first = write_track(tmp_path, "first.flac", "sounds abcd", size=900)
    wanted = [ToHash(KEY, (first,)), ToHash(OTHER, (write_track(tmp_path, "hang.flac", "hang", size=500),))]
    hashing, stored = hash_them(tmp_path, wanted, stop_after=1)
    assert (stored, hashing.done, hashing.interrupted) == ({KEY: b"abcd"}, 1, True)
    assert hashing.failures == []


def test_nothing_to_hash_ends_at_once(tmp_path: Path) -> None:
    hashing, stored = hash_them(tmp_path, [])
    assert (stored, hashing.done) == ({}, 0)
