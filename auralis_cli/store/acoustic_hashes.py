"""What is remembered of how audio sounds: its acoustic hash, and the stretches that two of them share.

Both are by content key, so that moving, tagging and copying files changes nothing. A cache may be crafted:
what is not as it should be counts as not known.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import msgspec

from auralis_cli.store.connection import transaction

_HASHES: Final = "acoustic_hashes"
_MATCHES: Final = "acoustic_matches"
_AT_ONCE: Final = 500
_PAIRS_PER_COMMIT: Final = 5_000

Pair = tuple[str, str]
"""Two content keys, the smaller one first."""


class StoredStretch(msgspec.Struct, frozen=True, array_like=True):
    """`length` words of the first from `a` on are those of the second from `b` on. `error`: share of bits."""

    a: int
    b: int
    length: int
    error: float


_decoder: Final = msgspec.json.Decoder(tuple[StoredStretch, ...])
_encoder: Final = msgspec.json.Encoder()


def has_hashes(connection: sqlite3.Connection) -> bool:
    """Whether the cache has these tables: one that an older version made, and nobody has opened, has not."""
    query = "SELECT count(*) FROM main.sqlite_schema WHERE type = 'table' AND name IN (?, ?)"
    return bool(connection.execute(query, (_HASHES, _MATCHES)).fetchone()[0] == 2)


def read_hashes(
    connection: sqlite3.Connection, keys: Iterable[str], version: int
) -> Iterator[tuple[str, bytes]]:
    """Content key and words of those of these keys that are known; empty words for audio that has no hash."""
    for some in _batches(list(keys)):
        marks = ", ".join("?" * len(some))
        query = f"SELECT content_key, words FROM main.{_HASHES} "
        query += f"WHERE hash_version = ? AND content_key IN ({marks})"
        for key, words in connection.execute(query, (version, *some)):
            if isinstance(key, str) and isinstance(words, bytes) and len(words) % 4 == 0:
                yield key, words


def known_hashes(connection: sqlite3.Connection, version: int) -> set[str]:
    """The content keys whose hash is known."""
    query = f"SELECT content_key FROM main.{_HASHES} WHERE hash_version = ?"
    return {key for (key,) in connection.execute(query, (version,)) if isinstance(key, str)}


def write_hashes(connection: sqlite3.Connection, hashes: Mapping[str, bytes], version: int) -> None:
    """Stores hashes by content key, in one transaction."""
    statement = f"INSERT OR REPLACE INTO {_HASHES} (content_key, hash_version, words) VALUES (?, ?, ?)"
    with transaction(connection):
        connection.executemany(statement, [(key, version, words) for key, words in hashes.items()])


def read_matches(connection: sqlite3.Connection, version: int) -> dict[Pair, tuple[StoredStretch, ...]]:
    """The stretches of all pairs that were compared; an empty tuple for pairs that have none in common."""
    found: dict[Pair, tuple[StoredStretch, ...]] = {}
    query = f"SELECT first, second, stretches FROM main.{_MATCHES} WHERE match_version = ?"
    for first, second, stretches in connection.execute(query, (version,)):
        try:
            decoded = _decoder.decode(stretches)
        except (msgspec.MsgspecError, TypeError, RecursionError, UnicodeError):
            continue
        if all(min(each.a, each.b, each.length) >= 0 and 0 <= each.error <= 1 for each in decoded):
            found[first, second] = decoded
    return found


def write_matches(
    connection: sqlite3.Connection, matches: Mapping[Pair, Sequence[StoredStretch]], version: int
) -> None:
    """Stores the stretches of pairs, in short transactions."""
    statement = (
        f"INSERT OR REPLACE INTO {_MATCHES} (first, second, match_version, stretches) VALUES (?, ?, ?, ?)"
    )
    rows = [(*pair, version, _encoder.encode(found).decode()) for pair, found in matches.items()]
    for start in range(0, len(rows), _PAIRS_PER_COMMIT):
        with transaction(connection):
            connection.executemany(statement, rows[start : start + _PAIRS_PER_COMMIT])


def drop_unused(connection: sqlite3.Connection) -> None:
    """Removes what is known of audio that no row of the cache has any more."""
    used = "(SELECT content_key FROM tracks WHERE content_key IS NOT NULL)"
    with transaction(connection):
        connection.execute(f"DELETE FROM {_HASHES} WHERE content_key NOT IN {used}")
        connection.execute(f"DELETE FROM {_MATCHES} WHERE first NOT IN {used} OR second NOT IN {used}")


def _batches(keys: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), _AT_ONCE):
        yield keys[start : start + _AT_ONCE]
