import os
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.made_records import ANALYZER, EVERY_TAG, FAILURE, NEEDS_FFMPEG, make_record, record_at

from auralis_cli.model.dimensions import dimensions, keys
from auralis_cli.model.errors import CacheError
from auralis_cli.model.record import Track, TrackError, TrackWarning
from auralis_cli.store.cache import Cache
from auralis_cli.store.rows import RECORD_COLUMNS, ROW_COLUMNS, RowHeader, record_from_row, row_of

TRACK = Track("/music/a.flac", 1234, 1_700_000_000_123_456_789, 1_700_000_001_987_654_321, 77)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "new/folders/cache.db"


@pytest.fixture
def cache(path: Path) -> Iterator[Cache]:
    with Cache(path) as cache:
        yield cache


def test_a_record_comes_back_as_it_was_stored(path: Path) -> None:
    warnings = (TrackWarning("truncated", "ends early", 77),)
    record = make_record(tempo_bpm=None, rhythm_stability=None, lufs=-14.123456789012345, warnings=warnings)
    record = msgspec.structs.replace(record, audio_key="cd" * 16, tags=EVERY_TAG)
    with Cache(path) as cache:
        cache.note_result(TRACK, "ab" * 16, record, ANALYZER, "6.1")
        assert record_at(cache, TRACK.path) == record
    with Cache(path) as cache:
        assert record_at(cache, TRACK.path) == record
        assert list(record_at(cache, TRACK.path).fingerprint) == list(keys())  # type: ignore[union-attr]
        row = RowHeader(TRACK.path, 1234, TRACK.mtime_ns, "ab" * 16, *_maker(), "6.1", None)
        row = msgspec.structs.replace(row, ctime_ns=TRACK.ctime_ns, audio_key="cd" * 16, tags_read=True)
        assert cache.headers([TRACK.path, "/other"]) == {TRACK.path: row}


def test_a_failure_comes_back_as_it_was_stored(cache: Cache) -> None:
    cache.note_result(TRACK, "", NEEDS_FFMPEG, ANALYZER, None)
    row = RowHeader(
        TRACK.path, 1234, TRACK.mtime_ns, "", *_maker(), None, NEEDS_FFMPEG, ctime_ns=TRACK.ctime_ns
    )
    assert cache.headers([TRACK.path]) == {TRACK.path: row}
    assert record_at(cache, TRACK.path) is None


def test_a_result_replaces_the_one_before_whole(cache: Cache) -> None:
    cache.note_result(TRACK, "ab" * 16, make_record(), ANALYZER, None)
    cache.note_result(TRACK, "cd" * 16, FAILURE, ANALYZER, None)
    assert record_at(cache, TRACK.path) is None
    record = make_record(lufs=-9.5)
    cache.note_result(TRACK, "ef" * 16, record, ANALYZER, None)
    assert record_at(cache, TRACK.path) == record
    assert cache.headers([TRACK.path])[TRACK.path].error is None


def test_storing_one_path_leaves_the_others_alone(cache: Cache) -> None:
    other = Track("/music/b.flac", 1234, TRACK.mtime_ns)
    cache.note_result(other, "ab" * 16, make_record(lufs=-1.5), ANALYZER, None)
    before = cache.headers([other.path])
    cache.note_result(TRACK, "ab" * 16, make_record(lufs=-2.5), ANALYZER, None)
    assert cache.headers([other.path]) == before
    assert record_at(cache, other.path) == make_record(lufs=-1.5)
    assert [header.path for header in cache.headers_by_file_key(["ab" * 16])["ab" * 16]] == [
        TRACK.path,
        other.path,
    ]


def test_a_move_takes_everything_along_and_replaces_what_was_there(cache: Cache) -> None:
    new = Track("/music/new.flac", 1234, 5, 6)
    cache.note_result(TRACK, "ab" * 16, make_record(lufs=-1.5), ANALYZER, None)
    cache.note_result(new, "cd" * 16, make_record(lufs=-2.5), ANALYZER, None)
    cache.note_move(TRACK.path, new, "ef" * 16)
    known = cache.headers([TRACK.path, new.path])
    assert list(known) == [new.path]
    row = known[new.path]
    assert (row.mtime_ns, row.ctime_ns, row.file_key) == (5, 6, "ef" * 16)
    assert record_at(cache, new.path) == make_record(lufs=-1.5)


def test_paths_that_are_not_utf_8_are_kept_byte_for_byte(cache: Cache, path: Path) -> None:
    raw = b"/music/\xff\xfe\n\x1b[31m.flac"
    track = Track(os.fsdecode(raw), 1, 1)
    failure = TrackError("read_error", f"cannot read {track.path}")
    cache.note_result(track, "", failure, ANALYZER, None)
    cache.commit()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT path FROM tracks").fetchone() == (raw,)
    error = cache.headers([track.path])[track.path].error
    assert error is not None
    assert error.message == "cannot read /music/\\udcff\\udcfe\n\x1b[31m.flac"


@pytest.mark.parametrize(
    ("inode", "stored"), [(None, None), (1, 1), ((1 << 63) - 1, (1 << 63) - 1), ((1 << 64) - 1, -1)]
)
def test_every_inode_can_be_stored(cache: Cache, path: Path, inode: int | None, stored: int | None) -> None:
    cache.note_result(msgspec.structs.replace(TRACK, inode=inode), "", FAILURE, ANALYZER, None)
    cache.commit()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT inode FROM tracks").fetchone() == (stored,)


def test_a_record_without_exactly_the_keys_is_not_stored(cache: Cache) -> None:
    record = make_record(twenty_sixth=1.0)
    with pytest.raises(ValueError, match="exactly the 25 keys"):
        cache.note_result(TRACK, "", record, ANALYZER, None)
    assert cache.headers([TRACK.path]) == {}


@given(st.data())
def test_values_survive_the_row_bit_for_bit(data: st.DataObject) -> None:
    values = {d.key: data.draw(st.none() | st.floats(d.lowest, d.highest)) for d in dimensions()}
    record = make_record(values)
    connection = sqlite3.connect(":memory:")
    connection.execute(f"CREATE TABLE t ({', '.join(ROW_COLUMNS)})")
    row = row_of(TRACK, "", record, ANALYZER, ffmpeg=None, now="")
    connection.execute(f"INSERT INTO t VALUES ({', '.join('?' * len(row))})", row)
    back = record_from_row(connection.execute(f"SELECT {RECORD_COLUMNS} FROM t").fetchone())
    connection.close()
    assert back is not None
    assert {k: _bits(v) for k, v in back.fingerprint.items()} == {k: _bits(v) for k, v in values.items()}


@pytest.mark.parametrize(
    "damage",
    [
        "lufs = 9e999",
        "lufs = 'loud'",
        "stereo_width = 1.5",
        "lufs = NULL",
        "nulls = '{'",
        "nulls = NULL",
        "details = '[]'",
        'details = \'{"duration_s": "long"}\'',
        "warnings = x'ff'",
        "analyzer = x'37'",
        "content_key = 'not a hash'",
        "audio_key = 'not a hash'",
        "audio_key = x'00'",
    ],
)
def test_a_row_that_breaks_the_rules_is_no_record(cache: Cache, path: Path, damage: str) -> None:
    cache.note_result(TRACK, "", make_record(), ANALYZER, None)
    assert record_at(cache, TRACK.path) is not None
    with sqlite3.connect(path) as connection:
        connection.execute(f"UPDATE tracks SET {damage}")
    assert record_at(cache, TRACK.path) is None


def test_nothing_is_visible_to_others_before_the_commit_and_all_of_it_after(cache: Cache, path: Path) -> None:
    with Cache(path) as other:
        cache.note_result(TRACK, "", make_record(), ANALYZER, None)
        assert other.headers([TRACK.path]) == {}
        cache.commit()
        assert list(other.headers([TRACK.path])) == [TRACK.path]


def test_two_scans_at_once_on_a_new_cache_both_finish(path: Path) -> None:
    failures: list[BaseException] = []
    start = threading.Barrier(2)

    def scan(name: str) -> None:
        try:
            start.wait()
            with Cache(path) as cache:
                for index in range(200):
                    cache.note_result(Track(f"/{name}/{index}", 1, 1), "", make_record(), ANALYZER, None)
                    cache.commit()
        except BaseException as error:  # noqa: BLE001 - reported by the assertion below
            failures.append(error)

    scans = [threading.Thread(target=scan, args=(name,)) for name in "ab"]
    for thread in scans:
        thread.start()
    for thread in scans:
        thread.join()
    assert failures == []
    with Cache(path) as cache:
        assert len(cache.records(f"/{name}/{index}" for name in "ab" for index in range(200))) == 400


def test_what_could_not_be_written_stays_noted(path: Path) -> None:
    with Cache(path, busy_timeout_s=0.05) as cache:
        cache.note_result(TRACK, "", make_record(), ANALYZER, None)
        blocker = sqlite3.connect(path, isolation_level=None)
        blocker.execute("BEGIN IMMEDIATE")
        with pytest.raises(CacheError, match="locked; another program is writing to it"):
            cache.commit()
        blocker.execute("ROLLBACK")
        blocker.close()
        assert record_at(cache, TRACK.path) == make_record()


def _maker() -> tuple[str, int, str]:
    return ANALYZER.name, ANALYZER.analysis_version, ANALYZER.worker_version


def _bits(value: float | None) -> str | None:
    return None if value is None else value.hex()
