"""Sidecars from an enemy: never an error, never a hang, nothing that breaks a rule gets into the cache."""

import json
import os
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.made_records import ANALYZER, make_record, record_at, write_file

from auralis_cli.files.file_key import file_key
from auralis_cli.model.record import Record, Track
from auralis_cli.model.record_rules import broken_rule
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.render.json_lines import JsonLines, track_line
from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.store.sidecar_format import MAX_SIDECAR_BYTES
from auralis_cli.store.sidecars import Sidecars

IN_TMP_PATH = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def write(track: Track, record: Record) -> Path:
    path = Path(f"{track.path}.auralis.json")
    path.unlink(missing_ok=True)  # it would stay if it looked like one of a newer auralis
    sidecars = Sidecars(SidecarMode.BESIDE, None)
    sidecars.write(track, file_key(track.path, track.size), record)
    return path


def check_what_is_read(folder: Path, track: Track) -> None:
    """Whatever the sidecar holds: no error; a record that is read is good, and can be stored and shown."""
    sidecars = Sidecars(SidecarMode.BESIDE, None)
    found = sidecars.read(track)
    assert (found is None) or not sidecars.warnings
    if found is None:
        return
    record, key = found
    assert broken_rule(record) is None
    with Cache(folder / "cache.db") as cache:
        cache.note_result(track, key, record, ANALYZER, None)
        stored = record_at(cache, track.path)
    assert stored == record or repr(stored) == repr(record)
    JsonLines()._encoder.encode(track_line(TrackResult(track.path, Status.CACHED, record=record)))


@IN_TMP_PATH
@given(st.data())
def test_any_change_of_some_bytes_is_harmless(tmp_path: Path, data: st.DataObject) -> None:
    track = write_file(tmp_path / "a.flac")
    path = write(track, make_record(lufs=None))
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        start = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 20))
        content[start : start + length] = data.draw(st.binary(max_size=20))
    path.write_bytes(content)
    check_what_is_read(tmp_path, track)


HOSTILE = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(-(10**320), 10**320)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["../../etc/passwd", "\x1b[2J", "[bold]", "a\x00b", "9" * 3000])
)
VALUES = st.recursive(
    HOSTILE,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every part of a JSON value."""
    found = [at]
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, part in items:
        found += places(part, (*at, name))
    return found


@IN_TMP_PATH
@given(st.data())
def test_any_part_replaced_by_anything_is_harmless(tmp_path: Path, data: st.DataObject) -> None:
    track = write_file(tmp_path / "a.flac")
    path = write(track, make_record(lufs=None))
    content = json.loads(path.read_bytes())
    *way, last = data.draw(st.sampled_from(places(content)[1:]))
    part = content
    for step in way:
        part = part[step]
    if data.draw(st.booleans()) and isinstance(part, dict):
        part[data.draw(st.text(max_size=10))] = data.draw(VALUES)
    else:
        part[last] = data.draw(VALUES)
    path.write_text(json.dumps(content))
    check_what_is_read(tmp_path, track)


@IN_TMP_PATH
@given(st.binary(max_size=200), st.integers(0, 2))
@example(b"[" * 60_000, 0)
@example(b'{"details":' * 5_000, 0)
@example(b"1" * 60_000, 0)
def test_any_bytes_before_within_or_after_are_harmless(tmp_path: Path, more: bytes, where: int) -> None:
    track = write_file(tmp_path / "a.flac")
    path = write(track, make_record())
    content = path.read_bytes()
    at = (0, len(content) // 2, len(content))[where]
    path.write_bytes(content[:at] + more + content[at:])
    check_what_is_read(tmp_path, track)


def test_of_a_duplicate_key_the_last_counts_and_must_keep_the_rules(tmp_path: Path) -> None:
    track = write_file(tmp_path / "a.flac")
    path = write(track, make_record(stereo_width=0.5))
    for value, good in (("0.25", True), ("7", False)):
        text = path.read_text()
        path.write_text(text.replace('"stereo_width": ', f'"stereo_width": {value}, "stereo_width": '))
        assert Sidecars(SidecarMode.BESIDE, None).read(track) is not None
        path.write_text(text.replace('"stereo_width": 0.5', f'"stereo_width": 0.5, "stereo_width": {value}'))
        assert (Sidecars(SidecarMode.BESIDE, None).read(track) is not None) is good
        path.write_text(text)


def test_details_nested_deeply_are_refused(tmp_path: Path) -> None:
    track = write_file(tmp_path / "a.flac")
    path = write(track, make_record())
    text = path.read_text()
    path.write_text(text.replace('"details": {', '"details": {"more": ' + "[" * 700 + "]" * 700 + ","))
    sidecars = Sidecars(SidecarMode.BESIDE, None)
    assert sidecars.read(track) is None
    assert "nested too deeply" in sidecars.warnings[0]


@pytest.mark.parametrize(
    "kind", ["link", "dangling link", "pipe", "socket", "device", "folder", "long", "sparse"]
)
def test_what_is_no_plain_small_file_is_ignored_at_once_and_replaced(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = write_file(tmp_path / "a.flac")
    elsewhere = tmp_path / "elsewhere.json"
    path = write(track, make_record())
    path.rename(elsewhere)  # a good one, so that following the link would answer
    monkeypatch.chdir(tmp_path)
    match kind:
        case "link":
            path.symlink_to(elsewhere)
        case "dangling link":
            path.symlink_to(tmp_path / "nowhere")
        case "pipe":
            os.mkfifo(path)
        case "socket":
            socket.socket(socket.AF_UNIX).bind(path.name)
        case "device":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
        case "long":
            path.write_bytes(elsewhere.read_bytes().ljust(MAX_SIDECAR_BYTES + 1))
        case "sparse":
            with path.open("wb") as file:
                file.truncate(1 << 40)
    good = elsewhere.read_bytes()
    sidecars = Sidecars(SidecarMode.BESIDE, None)
    assert sidecars.read(track) is None
    assert len(sidecars.warnings) == 1
    sidecars.write(track, "a" * 32, make_record(lufs=-1.0))
    assert elsewhere.read_bytes() == good  # what a link led to is as it was
    assert not (tmp_path / "nowhere").exists()
    if kind != "folder":
        assert path.is_file()
        assert not path.is_symlink()
