"""What a sidecar says, and when it answers for its track."""

import json
import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.made_records import ANALYZER, EVERY_TAG, large_content, make_record, see, write_file
from support.written_sidecars import beside, write

from auralis_cli.files.file_key import file_key
from auralis_cli.model.dimensions import dimensions, keys
from auralis_cli.model.record import TrackWarning
from auralis_cli.model.tags import MAX_TAG_CHARACTERS, NO_TAGS, Tags
from auralis_cli.store.sidecar_format import MAX_SIDECAR_BYTES

LATER_NS = 1_800_000_000_000_000_000
TEXTS = ("title", "artist", "album_artist", "album", "genre", "date", "isrc")

IN_TMP_PATH = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def test_a_record_comes_back_from_its_sidecar_with_the_file_key(tmp_path: Path) -> None:
    track = write_file(tmp_path / "a.flac")
    warnings = (TrackWarning("truncated", "ends early", 77),)
    record = make_record(
        *({"tempo_bpm": None, "rhythm_stability": None, "lufs": -14.123456789012345},),
        warnings=warnings,
        tags=EVERY_TAG,
    )
    path = write(track, record)
    assert path == tmp_path / "a.flac.auralis.json"
    assert beside().read(track) == (record, file_key(track.path, track.size))


@pytest.mark.parametrize("tags", [None, NO_TAGS, EVERY_TAG], ids=["not read", "none", "every"])
def test_tags_come_back_and_none_differ_from_tags_that_were_never_read(
    tmp_path: Path, tags: Tags | None
) -> None:
    track = write_file(tmp_path / "a.flac")
    record = make_record(tags=tags)
    write(track, record)
    assert beside().read(track) == (record, file_key(track.path, track.size))


def test_the_longest_tags_fit_into_a_sidecar(tmp_path: Path) -> None:
    longest = dict.fromkeys(TEXTS, "🎷" * MAX_TAG_CHARACTERS)
    record = make_record(tags=msgspec.structs.replace(EVERY_TAG, **longest))
    track = write_file(tmp_path / "a.flac")
    assert write(track, record).stat().st_size < MAX_SIDECAR_BYTES / 2
    assert beside().read(track) == (record, file_key(track.path, track.size))


def test_tags_of_a_large_file_are_not_believed_when_its_time_is_another(tmp_path: Path) -> None:
    """A tag that has room to grow is edited between the parts that the file key covers."""
    track = write_file(tmp_path / "a.m4a", large_content(middle=b"old tag"))
    write(track, make_record(codec="aac", tags=EVERY_TAG))
    edited = write_file(tmp_path / "a.m4a", large_content(middle=b"new tag"), LATER_NS)
    assert beside().read(edited) == (make_record(codec="aac"), file_key(edited.path, edited.size))


def test_the_content_is_as_documented(tmp_path: Path) -> None:
    track = write_file(tmp_path / "a.flac", mtime_ns=1_234_567_890_123_456_789)
    record = make_record(lufs=None, audio_key="fedcba9876543210" * 2, tags=Tags(title="So What", track=1))
    content = json.loads(write(track, record).read_bytes())
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
        "tags",
    ]
    assert content["format"] == 2
    assert content["tags"] == {"title": "So What", "track": 1}
    assert content["analysis_version"] == ANALYZER.analysis_version
    assert content["generator"].startswith("auralis ")
    assert content["source"] == {
        "name": "a.flac",
        "size": 5,
        "mtime_ns": 1_234_567_890_123_456_789,
        "file_key": file_key(track.path, 5),
        "content_key": "0123456789abcdef" * 2,
        "audio_key": "fedcba9876543210" * 2,
    }
    assert list(content["fingerprint"]) == list(keys())
    assert content["nulls"] == {"lufs": "silent"}


def test_the_audio_key_comes_back_and_format_1_which_has_none_is_still_read(tmp_path: Path) -> None:
    track = write_file(tmp_path / "a.flac")
    record = msgspec.structs.replace(make_record(), audio_key="fedcba9876543210" * 2)
    path = write(track, record)
    assert beside().read(track) == (record, file_key(track.path, track.size))
    content = json.loads(path.read_bytes())
    content["format"] = 1
    del content["source"]["audio_key"]
    path.write_text(json.dumps(content))
    assert beside().read(track) == (make_record(), file_key(track.path, track.size))


@IN_TMP_PATH
@given(st.data())
def test_every_value_survives_bit_for_bit(tmp_path: Path, data: st.DataObject) -> None:
    values = {d.key: data.draw(st.none() | st.floats(d.lowest, d.highest)) for d in dimensions()}
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


def test_a_sidecar_without_a_file_key_answers_for_the_unchanged_file_only(tmp_path: Path) -> None:
    track = write_file(tmp_path / "a.flac")
    beside().write(track, "", make_record())
    assert beside().read(track) == (make_record(), "")
    assert beside().read(write_file(tmp_path / "a.flac", mtime_ns=LATER_NS)) is None
