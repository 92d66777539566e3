"""What is read of each track to find its duplicates and to tell the best of them."""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any, Final

import msgspec

from auralis_cli.store.fingerprints_view import columns_or_null

_AT_ONCE: Final = 500
_COLUMNS: Final = (
    *("path", "size", "mtime_ns", "content_key", "audio_key", "details", "warnings", "lufs", "crest_db"),
    *("source", "artist", "title", "sub_bass_pct", "bass_pct", "low_mid_pct", "mid_pct", "upper_mid_pct"),
)


class Clipping(msgspec.Struct, frozen=True, gc=False):
    """How many samples lie in runs at the ceiling."""

    samples: int


class Facts(msgspec.Struct, frozen=True, gc=False):
    """The details that count here; None where they were not measured."""

    duration_s: float = 0.0
    sample_rate_hz: int = 0
    channels: int = 0
    bit_depth: int | None = None
    codec: str = ""
    container: str = ""
    chroma: tuple[float, ...] | None = None
    effective_bits: int | None = None
    bandwidth_hz: float | None = None
    clipping: Clipping | None = None
    leading_silence_s: float | None = None
    trailing_silence_s: float | None = None
    missing_samples: int | None = None
    damaged_samples: int | None = None

    @property
    def is_lossless(self) -> bool:
        """Whether its codec keeps every bit."""
        return self.bit_depth is not None


class Warned(msgspec.Struct, frozen=True):
    """A warning of the analysis."""

    code: str


class DuplicateTrack(msgspec.Struct, frozen=True, eq=False, gc=False):
    """A file of the library. `bands`: share of its power in the five bands below 4 kHz, in per cent."""

    row: int
    path: str
    size: int
    mtime_ns: int
    content_key: str
    audio_key: str | None
    facts: Facts
    warnings: tuple[str, ...]
    lufs: float | None
    crest_db: float | None
    artist: str | None
    title: str | None
    bands: tuple[float | None, ...]
    version: str | None = None
    """Of a URL: see `model.record.Track`."""

    @property
    def is_damaged(self) -> bool:
        """Whether something of it is lost."""
        lost = (self.facts.missing_samples or 0) + (self.facts.damaged_samples or 0)
        return lost > 0 or any(code in ("truncated", "damaged") for code in self.warnings)

    @property
    def kilobits_per_s(self) -> float:
        """What a second takes in its file."""
        return self.size * 8 / 1000 / max(self.facts.duration_s, 0.001)


_facts: Final = msgspec.json.Decoder(Facts)
_warnings: Final = msgspec.json.Decoder(tuple[Warned, ...])


class _Types(msgspec.Struct, frozen=True, array_like=True):
    """The types that a row must have; a crafted one has others."""

    row: int
    size: int
    mtime_ns: int
    content_key: str
    audio_key: str | None
    lufs: float | None
    crest_db: float | None
    artist: str | None
    title: str | None
    bands: tuple[float | None, ...]
    version: str | None


def read_tracks(connection: sqlite3.Connection, rows: Sequence[int]) -> Iterator[DuplicateTrack]:
    """The tracks of these rows of the table; what is damaged is left out (`cache verify` tells of it).

    Rows in ascending order take two thirds of the time of others.
    """
    for found in _read(connection, _COLUMNS, rows):
        track = _track(found)
        if track is not None:
            yield track


def rows_of_equal_audio(connection: sqlite3.Connection, rows: Sequence[int]) -> list[int]:
    """Those of these rows whose samples or encoded audio another of them has too.

    The keys alone are read: in a fifth of the time of the tracks, few of which have equals.
    """
    keys_of = {
        row: {key for key in keys if isinstance(key, str)}
        for row, *keys in _read(connection, ("content_key", "audio_key"), rows)
    }
    times = Counter(chain.from_iterable(keys_of.values()))
    return [row for row, keys in keys_of.items() if any(times[key] > 1 for key in keys)]


def _read(
    connection: sqlite3.Connection, columns: Sequence[str], rows: Sequence[int]
) -> Iterator[tuple[Any, ...]]:
    """The `rowid` and these columns."""
    selected = f"SELECT rowid, {columns_or_null(connection, columns)} FROM main.tracks WHERE rowid IN"
    for start in range(0, len(rows), _AT_ONCE):
        some = rows[start : start + _AT_ONCE]
        yield from connection.execute(f"{selected} ({', '.join('?' * len(some))})", some)


def _track(found: tuple[Any, ...]) -> DuplicateTrack | None:
    row, path, size, mtime_ns, content_key, audio_key, details, warnings, lufs, crest_db, *others = found
    version, artist, title, *bands = others
    try:
        told = (row, size, mtime_ns, content_key, audio_key, lufs, crest_db, artist, title, bands, version)
        types = msgspec.convert(told, _Types)
        facts, warned = _facts.decode(details), _warnings.decode(warnings)
    except (msgspec.MsgspecError, TypeError, ValueError, RecursionError):
        return None
    if not types.content_key or facts.duration_s <= 0:
        return None
    return DuplicateTrack(
        types.row,
        os.fsdecode(path),
        types.size,
        types.mtime_ns,
        types.content_key,
        types.audio_key,
        facts,
        tuple(each.code for each in warned),
        types.lufs,
        types.crest_db,
        types.artist,
        types.title,
        types.bands,
        types.version,
    )
