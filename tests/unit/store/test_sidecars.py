import errno
import json
import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from support.made_records import ANALYZER, large_content, make_record, see, write_file

from auralis_cli.files.file_key import file_key
from auralis_cli.model.dimensions import dimensions, keys
from auralis_cli.model.errors import ConfigError
from auralis_cli.model.record import Record, Track, TrackWarning
from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.sidecars import MAX_SIDECAR_BYTES, Sidecars

LATER_NS = 1_800_000_000_000_000_000
IN_TMP_PATH = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def beside() -> Sidecars:
    return Sidecars(SidecarMode.BESIDE, None)


def write(track: Track, record: Record, sidecars: Sidecars | None = None) -> Path:
    sidecars = sidecars or beside()
    sidecars.write(track, file_key(track.path, track.size), record)
    assert sidecars.warnings == []
    return Path(sidecars.path_of(track.path) or "")


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


def test_a_record_comes_back_from_its_sidecar_with_the_file_key(tmp_path: Path) -> None:
    track = write_file(tmp_path / "a.flac")
    warnings = (TrackWarning("truncated", "ends early", 77),)
    record = make_record(tempo_bpm=None, rhythm_stability=None, lufs=-14.123456789012345, warnings=warnings)
    path = write(track, record)
    assert path == tmp_path / "a.flac.auralis.json"
    assert beside().read(track) == (record, file_key(track.path, track.size))


def test_the_content_is_as_documented(tmp_path: Path) -> None:
    track = write_file(tmp_path / "a.flac", mtime_ns=1_234_567_890_123_456_789)
    content = json.loads(write(track, make_record(lufs=None)).read_bytes())
    assert list(content) == [
        "format",
        "analysis_version",
        "analyzer",
        "worker_version",
        "generator",
        "source",
        "fingerprint",
        "nulls",
        "details",
        "warnings",
    ]
    assert content["format"] == 1
    assert content["analysis_version"] == ANALYZER.analysis_version
    assert content["generator"].startswith("auralis ")
    assert content["source"] == {
        "name": "a.flac",
        "size": 5,
        "mtime_ns": 1_234_567_890_123_456_789,
        "file_key": file_key(track.path, 5),
        "content_key": "0123456789abcdef" * 2,
    }
    assert list(content["fingerprint"]) == list(keys())
    assert content["nulls"] == {"lufs": "silent"}


@IN_TMP_PATH
@given(st.data())
def test_every_value_survives_bit_for_bit(tmp_path: Path, data: st.DataObject) -> None:
    values = {
        d.key: data.draw(st.none() | st.floats(d.minimum, d.maximum, allow_nan=False, allow_infinity=False))
        for d in dimensions()
    }
    track = write_file(tmp_path / "a.flac")
    write(track, make_record(values))
    found = beside().read(track)
    assert found is not None
    for key, value in values.items():
        back = found[0].fingerprint[key]
        assert (back if back is None else back.hex()) == (value if value is None else value.hex())


def test_a_sidecar_is_out_of_date_when_the_file_has_changed(tmp_path: Path) -> None:
    write(write_file(tmp_path / "a.flac"), make_record())
    sidecars = beside()
    assert sidecars.read(write_file(tmp_path / "a.flac", b"longer audio")) is None
    assert sidecars.read(write_file(tmp_path / "a.flac", b"other", LATER_NS)) is None
    assert sidecars.warnings == []


def test_a_touched_file_keeps_its_sidecar_unless_samples_can_be_edited_in_place(tmp_path: Path) -> None:
    for codec, kept in (("flac", True), ("pcm_s16le", False)):
        track = write_file(tmp_path / codec, large_content())
        write(track, make_record(codec=codec, container=codec))
        os.utime(track.path, ns=(LATER_NS, LATER_NS))
        assert (beside().read(see(tmp_path / codec)) is not None) is kept


def test_a_sidecar_renamed_to_another_track_of_equal_size_and_time_does_not_answer(tmp_path: Path) -> None:
    one, two = write_file(tmp_path / "1.flac", b"first"), write_file(tmp_path / "2.flac", b"other")
    write(one, make_record()).rename(tmp_path / "2.flac.auralis.json")
    assert beside().read(two) is None


def test_a_track_renamed_with_its_sidecar_keeps_it(tmp_path: Path) -> None:
    path = write(write_file(tmp_path / "1.flac"), make_record())
    (tmp_path / "1.flac").rename(tmp_path / "2.flac")
    path.rename(tmp_path / "2.flac.auralis.json")
    assert beside().read(see(tmp_path / "2.flac")) is not None


INVALID: list[tuple[dict[str, Any], str]] = [
    ({"format": 2}, "format version is 2"),
    ({"extra": 1}, "unknown field `extra`"),
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
    ({"source__path": "/etc/passwd"}, "unknown field `path`"),
    ({"source__content_key": "../x"}, "content key"),
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


def test_a_write_that_fails_leaves_the_old_sidecar_and_no_other_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    track = write_file(tmp_path / "a.flac")
    old = write(track, make_record(lufs=-1.0)).read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    sidecars = beside()
    sidecars.write(track, file_key(track.path, track.size), make_record(lufs=-2.0))
    assert "No space left" in sidecars.warnings[0]
    assert (tmp_path / "a.flac.auralis.json").read_bytes() == old
    assert sorted(os.listdir(tmp_path)) == ["a.flac", "a.flac.auralis.json"]


def test_an_unwritable_folder_costs_one_warning_and_one_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def refuse(path: str, _: bytes) -> None:
        tries.append(path)
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr("auralis_cli.store.sidecars.replace_file", refuse)
    sidecars = beside()
    for name in ("x/1.flac", "x/2.flac", "y/1.flac"):
        sidecars.write(write_file(tmp_path / name), "0" * 32, make_record())
    assert len(tries) == 2
    assert [warning.split(";")[0] for warning in sidecars.warnings] == [
        f"cannot write sidecars in {tmp_path}/x: Permission denied",
        f"cannot write sidecars in {tmp_path}/y: Permission denied",
    ]


def test_a_read_only_file_system_costs_one_warning_for_all_its_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tracks = [write_file(tmp_path / name) for name in ("x/1.flac", "y/1.flac")]

    def refuse(*_: object) -> int:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(os, "open", refuse)
    sidecars = beside()
    for track in tracks:
        sidecars.write(track, "0" * 32, make_record())
    assert len(sidecars.warnings) == 1


@pytest.mark.parametrize("raw", [b"\xff\xfe\n.flac", b"n" * 250 + b".flac", "ü".encode() * 127])
def test_hostile_and_long_names_have_sidecars(tmp_path: Path, raw: bytes) -> None:
    track = write_file(tmp_path / os.fsdecode(raw))
    path = write(track, make_record())
    assert path.parent == tmp_path
    assert beside().read(track) is not None


def test_the_mirror_is_filled_under_its_root_and_the_music_left_alone(tmp_path: Path) -> None:
    track = write_file(tmp_path / "music/a/b.flac")
    sidecars = Sidecars(SidecarMode.MIRROR, tmp_path / "mirror")
    path = write(track, make_record(), sidecars)
    assert path == Path(f"{tmp_path}/mirror{tmp_path}/music/a/b.flac.auralis.json")
    assert os.listdir(tmp_path / "music/a") == ["b.flac"]
    assert sidecars.read(track) is not None


def test_a_mirror_needs_a_root() -> None:
    with pytest.raises(ConfigError, match="--sidecar-dir"):
        Sidecars(SidecarMode.MIRROR, None)


def test_without_sidecars_nothing_is_read_or_written(tmp_path: Path) -> None:
    track = write_file(tmp_path / "a.flac")
    write(track, make_record())
    sidecars = Sidecars(SidecarMode.NONE, None)
    assert sidecars.path_of(track.path) is None
    assert sidecars.read(track) is None
    sidecars.write(write_file(tmp_path / "b.flac"), "0" * 32, make_record())
    assert sorted(os.listdir(tmp_path)) == ["a.flac", "a.flac.auralis.json", "b.flac"]


def test_a_sidecar_without_a_file_key_answers_for_the_unchanged_file_only(tmp_path: Path) -> None:
    track = write_file(tmp_path / "a.flac")
    beside().write(track, "", make_record())
    assert beside().read(track) == (make_record(), "")
    assert beside().read(write_file(tmp_path / "a.flac", mtime_ns=LATER_NS)) is None
