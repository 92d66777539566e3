"""What is remembered of how audio sounds, also in a cache that somebody else has made."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.made_records import make_record, see, write_file

from auralis_cli.store.acoustic_hashes import (
    StoredStretch,
    drop_unused,
    has_hashes,
    known_hashes,
    read_hashes,
    read_matches,
    write_hashes,
    write_matches,
)
from auralis_cli.store.cache_file import open_cache_file, open_existing_cache

A, B, C = (f"{number:032x}" for number in (1, 2, 3))


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = open_cache_file(tmp_path / "cache.db")
    yield connection
    connection.close()


def test_hashes_are_kept_by_content_and_version(cache: sqlite3.Connection) -> None:
    write_hashes(cache, {A: b"abcd", B: b""}, 1)
    write_hashes(cache, {C: b"wxyz"}, 2)
    assert known_hashes(cache, 1) == {A, B}
    assert dict(read_hashes(cache, [A, B, C, "other"], 1)) == {A: b"abcd", B: b""}
    write_hashes(cache, {A: b"efgh"}, 2)
    assert known_hashes(cache, 1) == {B}


def test_matches_are_kept_by_pair_and_version(cache: sqlite3.Connection) -> None:
    found = {(A, B): (StoredStretch(1, 2, 300, 0.05),), (A, C): ()}
    write_matches(cache, found, 1)
    assert read_matches(cache, 1) == found
    assert read_matches(cache, 2) == {}


@pytest.mark.parametrize(
    "stretches", ["[[1,2,-3,0.1]]", "[[1,2,3,7]]", "[[1,2]]", "{", "[" * 5_000, 7, b"\xff"]
)
def test_a_crafted_match_is_not_believed(cache: sqlite3.Connection, stretches: object) -> None:
    write_matches(cache, {(A, C): ()}, 1)
    cache.execute("INSERT INTO acoustic_matches VALUES (?, ?, 1, ?)", (A, B, stretches))
    assert read_matches(cache, 1) == {(A, C): ()}


def test_a_crafted_hash_is_not_believed(cache: sqlite3.Connection) -> None:
    for key, words in ((A, b"abc"), (B, "text"), (C, 7)):
        cache.execute("INSERT INTO acoustic_hashes VALUES (?, 1, ?)", (key, words))
    assert dict(read_hashes(cache, [A, B, C], 1)) == {}


def test_a_cache_of_an_older_version_has_none(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "old.db") as old:
        assert not has_hashes(old)


def test_what_no_row_has_any_more_is_forgotten(tmp_path: Path) -> None:
    from support.made_records import ANALYZER

    from auralis_cli.store.cache import Cache

    with Cache(tmp_path / "cache.db") as cache:
        track = write_file(tmp_path / "a.flac")
        record = make_record()
        cache.note_result(see(Path(track.path)), "", record, ANALYZER, None)
    with open_existing_cache(tmp_path / "cache.db") as connection:
        write_hashes(connection, {record.content_key: b"abcd", B: b"abcd"}, 1)
        write_matches(connection, {(record.content_key, B): ()}, 1)
        drop_unused(connection)
        assert known_hashes(connection, 1) == {record.content_key}
        assert read_matches(connection, 1) == {}
