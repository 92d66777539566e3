"""Sidecars that break a rule, or are no sidecars at all: ignored with a warning, never believed."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.made_records import make_record, write_file
from support.written_sidecars import beside, write

from auralis_cli.files.file_key import file_key
from auralis_cli.model.dimensions import dimensions, keys
from auralis_cli.store.sidecar_format import MAX_SIDECAR_BYTES
from auralis_cli.store.sidecar_warnings import MAX_IGNORED
from auralis_cli.store.sidecars import Written

IN_TMP_PATH = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def edit(path: Path, **changes: Any) -> None:
    """Replaces parts of a sidecar; `source__size` stands for a part of a part."""
    content = json.loads(path.read_text())
    for name, value in changes.items():
        part = content
        *outer, last = name.split("__")
        for step in outer:
            part = part[step]
        part[last] = value
    path.write_text(json.dumps(content))


INVALID: list[tuple[dict[str, Any], str]] = [
    ({"format": 0}, "format version is 0"),
    ({"format": "2"}, "format"),
    ({"generator": 1}, "generator"),
    ({"fingerprint": {}}, "exactly the 25 keys"),
    ({"fingerprint__twenty_sixth": 1.0}, "exactly the 25 keys"),
    ({"fingerprint__lufs": float("nan")}, "malformed"),
    ({"fingerprint__lufs": float("inf")}, "malformed"),
    ({"fingerprint__lufs": "-14"}, "Expected `float | null`"),
    ({"fingerprint__lufs": True}, "Expected `float | null`"),
    ({"fingerprint__lufs": None}, "lufs is null without a reason"),
    ({"fingerprint__stereo_width": 1.5}, "outside its range"),
    ({"nulls": {"lufs": "silent"}}, "a value and a reason"),
    ({"nulls": {"nothing": "silent"}}, "belongs to no dimension"),
    ({"fingerprint__lufs": None, "nulls": {"lufs": "\x1b[31m"}}, "without a reason"),
    ({"source__size": -1}, "size"),
    ({"source__mtime_ns": 1 << 70}, "mtime_ns"),
    ({"source__file_key": "../../etc/passwd"}, "file_key"),
    ({"source__content_key": "../x"}, "content key"),
    ({"source__audio_key": "../x"}, "audio key"),
    ({"tags": {"title": ""}}, "tags.title"),
    ({"tags": {"title": "x" * 1001}}, "tags.title"),
    ({"tags": {"artist": "\x1b[2J"}}, "tags.artist"),
    ({"tags": {"track": 65536}}, "tags.track"),
    ({"tags": {"disc": "1"}}, "tags.disc"),
    ({"tags": {"musicbrainz_album_id": "../../etc/passwd"}}, "tags.musicbrainz_album_id"),
    ({"analysis_version": -1}, "analysis_version"),
    ({"worker_version": "9" * 1000}, "analyzer"),
    ({"details": []}, "Expected `object`"),
    ({"details__duration_s": -1.0}, "duration_s"),
    ({"details__chroma": [0.1]}, "chroma"),
    ({"warnings": [{"code": "x"}]}, "missing required field"),
]


@pytest.mark.parametrize(("changes", "reason"), INVALID)
def test_a_sidecar_that_breaks_a_rule_is_ignored_with_a_warning(
    tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    track = write_file(tmp_path / "a.flac")
    edit(write(track, make_record()), **changes)
    sidecars = beside()
    assert sidecars.read(track) is None
    (warning,) = sidecars.warnings
    assert warning.startswith(f"ignoring the sidecar {tmp_path}/a.flac.auralis.json: ")
    assert reason in warning


@pytest.mark.parametrize("format_version", [1, 2])
def test_a_field_that_is_not_known_is_ignored_and_kept_out(tmp_path: Path, format_version: int) -> None:
    track, record = write_file(tmp_path / "a.flac"), make_record()
    path = write(track, record)
    written = path.read_bytes()
    edit(path, format=format_version, moods={"happy": 1}, source__path="/etc/passwd", more=[[[[]]]])
    sidecars = beside()
    assert sidecars.read(track) == (record, file_key(track.path, track.size))
    assert sidecars.write(track, file_key(track.path, track.size), record) is Written.NEW
    assert path.read_bytes() == written


def test_many_broken_sidecars_are_a_few_warnings(tmp_path: Path) -> None:
    sidecars = beside()
    for number in range(120):
        (tmp_path / f"{number}.flac.auralis.json").write_text("{")
        assert sidecars.read(write_file(tmp_path / f"{number}.flac")) is None
    assert len(sidecars.warnings) == MAX_IGNORED + 1
    assert "115 more sidecars" in sidecars.warnings[-1]


@IN_TMP_PATH
@given(
    st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
@example(b"[" * 60_000)
@example(b'{"a":' * 10_000)
@example(b'"\\ud800"')
@example(b"1e999")
@example(b"")
@example(b"\x00" * 100)
@example(b" " * (MAX_SIDECAR_BYTES + 1))
def test_any_bytes_are_ignored_with_a_warning(tmp_path: Path, content: bytes) -> None:
    track = write_file(tmp_path / "a.flac")
    (tmp_path / "a.flac.auralis.json").write_bytes(content)
    sidecars = beside()
    assert sidecars.read(track) is None
    assert len(sidecars.warnings) == 1


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)


PARTS = ["format", "analysis_version", "analyzer", "source", "fingerprint", "nulls", "details", "warnings"]
PARTS += [
    "source__size",
    "source__file_key",
    "fingerprint__lufs",
    "fingerprint__stereo_width",
    "details__codec",
]


@IN_TMP_PATH
@given(st.sampled_from(PARTS), JSON_VALUES)
def test_whatever_a_part_is_replaced_by_a_record_obeys_the_rules_or_is_none(
    tmp_path: Path, part: str, value: object
) -> None:
    track = write_file(tmp_path / "a.flac")
    (tmp_path / "a.flac.auralis.json").unlink(missing_ok=True)  # it would stay if it looked like a newer one
    edit(write(track, make_record()), **{part: value})
    found = beside().read(track)
    if found is not None:
        assert set(found[0].fingerprint) == set(keys())
        for dimension in dimensions():
            number = found[0].fingerprint[dimension.key]
            assert number is None or dimension.allows(number)


def test_a_pipe_or_folder_in_the_sidecar_s_place_is_ignored_and_no_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.flac.auralis.json")
    (tmp_path / "b.flac.auralis.json").mkdir()
    for name in ("a.flac", "b.flac"):
        sidecars = beside()
        assert sidecars.read(write_file(tmp_path / name)) is None
        assert len(sidecars.warnings) == 1
