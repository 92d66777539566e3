"""All fingerprints of a cache, read and packed."""

import io
import os
import random
import sqlite3
import zipfile
from pathlib import Path

import numpy as np
import pytest
from support.random_fingerprints import draw_record, fill_with

from auralis_cli.library.fingerprints import Fingerprints, load_fingerprints
from auralis_cli.library.musical_key import wheel_order
from auralis_cli.library.packed_file import packed_path
from auralis_cli.model.dimensions import keys
from auralis_cli.model.record import AnalyzerName
from auralis_cli.similarity.coordinates import coordinates
from auralis_cli.similarity.learned import MIN_TRACKS, LearnedMetric

SINGLE = 1e-5
WORKER = AnalyzerName.WORKER


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    generator = random.Random(3)
    records = [
        (f"/music/{number // 10}/{number}.flac", draw_record(generator, number, 0.05))
        for number in range(120)
    ]
    for (_, record), key in zip(records, ("A minor", "D# major", "what?"), strict=False):
        record.details["key"] = key
    fill_with(tmp_path / "cache.db", records)
    return tmp_path / "cache.db"


def same(one: Fingerprints, other: Fingerprints) -> bool:
    assert one.learned is not None
    assert other.learned is not None
    ones, others = (
        [part for part in (*each, *(each.learned or ())) if not isinstance(part, LearnedMetric)]
        for each in (one, other)
    )
    pairs = zip(ones, others, strict=True)
    return all(np.array_equal(np.asarray(a), np.asarray(b), equal_nan=True) for a, b in pairs)


def test_the_packed_file_gives_what_the_cache_gave(cache: Path) -> None:
    first = load_fingerprints(cache, WORKER)
    stamp = packed_path(cache).stat().st_mtime_ns
    second = load_fingerprints(cache, WORKER)
    assert packed_path(cache).stat().st_mtime_ns == stamp
    assert same(first, second)
    assert first.coordinates.shape == (120, len(keys()))
    assert second.placed is not None
    assert second.coordinates.flags.f_contiguous  # or distances take eight times as long
    assert second.placed.flags.f_contiguous
    assert len(set(first.folders.tolist())) == 12
    record = draw_record(random.Random(3), 0, 0.05)
    expected = [np.nan if x is None else x for x in coordinates(record.fingerprint)]
    assert first.coordinates[0] == pytest.approx(expected, rel=0, abs=SINGLE, nan_ok=True)
    assert first.durations_s[0] == 100
    assert first.keys.tolist()[:4] == [wheel_order("A minor"), wheel_order("Eb major"), 0, 0]


def test_a_change_of_the_cache_is_noticed(cache: Path) -> None:
    load_fingerprints(cache, WORKER)
    fill_with(cache, [("/music/new.flac", draw_record(random.Random(4), 500))])
    assert len(load_fingerprints(cache, WORKER).rows) == 121


def single_array() -> bytes:
    content = io.BytesIO()
    np.save(content, np.arange(3))
    return content.getvalue()


def broken_stream() -> bytes:
    """An archive whose first member claims to be compressed, and is not."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("head.npy", bytes(range(256)))
    whole = bytearray(content.getvalue())
    for signature, at in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        method = whole.index(signature) + at
        whole[method : method + 2] = (8).to_bytes(2, "little")
    return bytes(whole)


def deep_header() -> bytes:
    """An archive whose first array has a header that Python's parser has no room for."""
    header = b"-" * 9_000 + b"1"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        array = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
        for name in ("head", "rows"):
            archive.writestr(f"{name}.npy", array)
    return content.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"PK\x03\x04", b"\x93NUMPY\x01\x00", os.urandom(5000)),
        *(single_array(), broken_stream(), deep_header()),
    ],
)
def test_a_damaged_packed_file_is_made_anew(cache: Path, content: bytes) -> None:
    whole = load_fingerprints(cache, WORKER)
    packed_path(cache).write_bytes(content)
    assert same(load_fingerprints(cache, WORKER), whole)
    assert len(packed_path(cache).read_bytes()) > 10_000


def test_a_packed_file_of_wrong_shapes_or_with_objects_is_not_believed(cache: Path) -> None:
    whole = load_fingerprints(cache, WORKER)
    with np.load(packed_path(cache)) as packed:
        parts = dict(packed)
    for name, wrong in (
        ("coordinates", parts["coordinates"][:50]),
        ("rows", parts["rows"].astype(object)),
        ("whitening", parts["whitening"][:, :3]),
        ("placed", parts["placed"].astype(np.float64)),
    ):
        np.savez(packed_path(cache), **{**parts, name: wrong})
        assert same(load_fingerprints(cache, WORKER), whole), name


def test_a_compressed_packed_file_is_not_believed(cache: Path) -> None:
    """Its content might be a million times its size."""
    whole = load_fingerprints(cache, WORKER)
    with np.load(packed_path(cache)) as packed:
        np.savez_compressed(packed_path(cache).with_suffix(".npz"), **packed)
    assert same(load_fingerprints(cache, WORKER), whole)
    with zipfile.ZipFile(packed_path(cache)) as archive:
        assert {member.compress_type for member in archive.infolist()} == {zipfile.ZIP_STORED}


def test_a_changed_bit_is_noticed(cache: Path) -> None:
    whole = load_fingerprints(cache, WORKER)
    content = bytearray(packed_path(cache).read_bytes())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        content[archive.getinfo("placed.npy").header_offset + 1_000] ^= 1
    packed_path(cache).write_bytes(content)
    assert same(load_fingerprints(cache, WORKER), whole)


def test_nothing_is_lost_where_it_cannot_be_written(cache: Path) -> None:
    packed_path(cache).mkdir()
    assert len(load_fingerprints(cache, WORKER).rows) == 120


def test_each_analyzer_has_its_own(cache: Path) -> None:
    load_fingerprints(cache, WORKER)
    other = load_fingerprints(cache, AnalyzerName.REFERENCE)
    assert len(other.rows) == 0
    assert (other.learned, other.placed) == (None, None)
    assert len(load_fingerprints(cache, WORKER).rows) == 120


def test_failures_missing_and_crafted_rows_are_left_out(cache: Path) -> None:
    with sqlite3.connect(cache) as connection:
        connection.execute("UPDATE tracks SET error_code = 'x' WHERE rowid = 1")
        connection.execute("UPDATE tracks SET missing_since = '2026' WHERE rowid = 2")
        connection.execute("UPDATE tracks SET lufs = 'loud' WHERE rowid = 3")
        connection.execute("UPDATE tracks SET path = 'text' WHERE rowid = 4")
    connection.close()
    assert load_fingerprints(cache, WORKER).rows.tolist() == list(range(5, 121))


def test_a_small_library_teaches_nothing(tmp_path: Path) -> None:
    generator = random.Random(5)
    records = [(f"/{number}.flac", draw_record(generator, number)) for number in range(MIN_TRACKS - 1)]
    fill_with(tmp_path / "cache.db", records)
    for _ in range(2):
        found = load_fingerprints(tmp_path / "cache.db", WORKER)
        assert (found.learned, found.placed) == (None, None)
        assert len(found.rows) == MIN_TRACKS - 1
