"""A small cache of tracks that differ in everything a query can ask for, and what queries find in it."""

import os
import sqlite3
from pathlib import Path
from typing import Any

import msgspec

from auralis_cli.library.selection import open_selection, parse_order, selection_of
from auralis_cli.model.record import AnalyzerName, Record, Track, TrackWarning
from auralis_cli.store.cache import Cache
from support.made_records import ANALYZER, FAILURE, make_record

TRUNCATED = TrackWarning("truncated", "the file is cut short", 1)

DETAILS = {
    "samples": 1,
    "sample_rate_hz": 44_000,
    "channels": 2,
    "decoder": "symphonia",
    "tempo_alternatives": [],
}


def record(codec: str, key: str | None, /, warnings: tuple[TrackWarning, ...] = (), **values: Any) -> Record:
    """Of a track; what is no dimension is a detail."""
    details = {name: values.pop(name) for name in ("duration_s", "sample_rate_hz") if name in values}
    made = make_record(codec=codec, warnings=warnings, **values)
    return msgspec.structs.replace(made, details=made.details | DETAILS | details | {"key": key})


TRACKS: dict[str, Record] = {
    "/m/Jazz/So What.flac": record(
        "flac", "D minor", lufs=-18.04, tempo_bpm=136.0, duration_s=562.0, sample_rate_hz=96_000
    ),
    "/m/Jazz/Été.mp3": record(
        "mp3", "A minor", lufs=-14.0, tempo_bpm=61.0, duration_s=210.4, sample_rate_hz=44_100
    ),
    "/m/Jazzy/a, b.mp3": record("mp3", "C major", lufs=-9.5, tempo_bpm=122.0, duration_s=30.0),
    "/m/Rock/key:8A.wav": record(
        "pcm_s16le", "Eb major", (TRUNCATED,), lufs=-8.0, tempo_bpm=None, stereo_width=0.0
    ),
    "/m/Rock/100%_\\'\".flac": record("flac", None, lufs=None, tempo_bpm=174.0),
    "/m/\udcff\x1b[31m.flac": record("flac", "A minor", lufs=-14.04, tempo_bpm=128.0),
}
FAILED = "/m/bad.flac"


def fill_queried_cache(path: Path) -> Path:
    """The tracks above, one failed file, and a record of the reference."""
    with Cache(path) as cache:
        for number, (name, made) in enumerate(TRACKS.items()):
            cache.note_result(Track(name, 1_000 * number, number), f"{number:032x}", made, ANALYZER, None)
        cache.note_result(Track(FAILED, 5, 5), "f" * 32, FAILURE, ANALYZER, None)
        cache.note_roots(["/m"])
    other = msgspec.structs.replace(ANALYZER, name=AnalyzerName.REFERENCE)
    with Cache(path, analyzer=AnalyzerName.REFERENCE) as cache:
        cache.note_result(Track("/m/other.flac", 1, 1), "e" * 32, make_record(analyzer=other), other, None)
    return path


def found(cache: Path, *terms: str, **options: Any) -> list[str]:
    """The names below /m of what a query finds, in order."""
    order, limit = options.pop("sort", "path"), options.pop("limit", None)
    selection = selection_of(AnalyzerName.WORKER, terms, **options)
    with open_selection(cache, selection) as tracks:
        rows = list(tracks.rows(["path_bytes"], parse_order(order), limit))
    return [os.fsdecode(path).removeprefix("/m/") for (path,) in rows]


def change(cache: Path, sql: str) -> None:
    """Runs a statement on the file, as nobody should."""
    with sqlite3.connect(cache) as connection:
        connection.execute(sql)
