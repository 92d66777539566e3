"""Whether two tracks are the same recording, as far as their numbers tell."""

from typing import Any

import pytest
from support.made_records import make_record

from auralis_cli.model.record import Record
from auralis_cli.similarity.recording import Kinship, relate


def record(key: str, duration_s: float = 200.5, codec: str = "flac", **values: Any) -> Record:
    made = make_record(values, codec=codec, content_key=key * 32)
    made.details["duration_s"] = duration_s
    return made


def test_equal_samples_are_the_same_audio_whatever_the_codec() -> None:
    assert relate(record("a"), record("a")) == (Kinship.SAME_AUDIO, 0.0, False, False)
    assert relate(record("a"), record("a", codec="pcm_s16le")) == (Kinship.SAME_AUDIO, 0.0, True, False)


def test_a_gain_alone_is_the_same_recording_and_its_size_is_told() -> None:
    relation = relate(record("a", lufs=-12.0), record("b", lufs=-18.0))
    assert (relation.kinship, relation.is_changed) == (Kinship.SAME_RECORDING, False)
    assert relation.gain_db == pytest.approx(-6.0, abs=1e-9)
    assert relate(record("a", lufs=-12.0), record("b", lufs=-12.05)).gain_db == 0


def test_small_differences_are_a_change() -> None:
    relation = relate(record("a", stereo_width=0.2), record("b", stereo_width=0.22))
    assert relation == (Kinship.SAME_RECORDING, 0.0, False, True)


def test_more_may_be_another_master_and_much_is_another_track() -> None:
    master = record("a", crest_db=18.0, peak_consistency=0.62)
    pushed = relate(master, record("b", crest_db=10.0, peak_consistency=0.8))
    assert pushed.kinship is Kinship.SAME_PERFORMANCE
    other = record("b", crest_db=10.0, harmonic_ratio=0.2, stereo_width=0.6, pitch_stability=0.9)
    assert relate(record("a", crest_db=18.0), other).kinship is Kinship.DIFFERENT


def test_another_duration_is_another_track() -> None:
    assert relate(record("a"), record("b", duration_s=200.6)).kinship is Kinship.SAME_RECORDING
    assert relate(record("a"), record("b", duration_s=201)).kinship is Kinship.DIFFERENT


def test_silence_is_related_to_nothing() -> None:
    silent = make_record(dict.fromkeys(make_record().fingerprint), content_key="b" * 32)
    assert relate(record("a"), silent).kinship is Kinship.DIFFERENT
