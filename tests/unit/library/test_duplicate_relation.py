"""What one track is to another, from stretches that are given."""

import pytest
from support.duplicate_tracks import made_track

from auralis_cli.library.duplicates.alignment import SPAN_S, WORD_S, Stretch
from auralis_cli.library.duplicates.relation import Kind, Relation, judge
from auralis_cli.library.duplicates.track import DuplicateTrack, Facts
from auralis_cli.render.duplicate_words import relation_words


def stretch(a_s: float, b_s: float, seconds: float, error: float = 0.02) -> Stretch:
    """The stretch of hashes for so many seconds of audio."""
    words = max(1, round((seconds - SPAN_S) / WORD_S))
    return Stretch(round(a_s / WORD_S), round(b_s / WORD_S), words, error)


def words(reference: DuplicateTrack, other: DuplicateTrack, relation: Relation) -> str:
    return relation_words(reference, other, relation)


def test_a_copy_may_be_quieter_and_of_another_encoding() -> None:
    one = made_track(240.0, lufs=-9.0)
    other = made_track(240.05, codec="mp3", bit_depth=None, lufs=-18.0)
    relation = judge(one, other, [stretch(0, 0, 240)])
    assert relation.kind is Kind.COPY
    assert words(one, other, relation) == "the same recording, another encoding, 9.0 dB quieter"
    back = judge(other, one, [stretch(0, 0, 240)])
    assert words(other, one, back) == "the same recording, another encoding, 9.0 dB louder"


def test_a_gain_beside_mono_is_not_told() -> None:
    """A channel that plays alone counts as 3 LU less."""
    relation = judge(
        made_track(60.0, lufs=-9.0), made_track(60.0, channels=1, lufs=-12.0), [stretch(0, 0, 60)]
    )
    assert (relation.kind, relation.gain_db) == (Kind.COPY, None)


@pytest.mark.parametrize(
    ("crest_db", "bands", "told"),
    [
        (9.0, (10.0,) * 5, "another master, limited harder (crest factor 5.0 dB lower)"),
        (17.0, (10.0,) * 5, "another master, less limited (crest factor 3.0 dB higher)"),
        (14.0, (16.0, 10.0, 10.0, 10.0, 10.0), "another master, other tone (+2.0 dB in a band)"),
    ],
)
def test_another_master_is_the_same_recording_and_no_copy(
    crest_db: float, bands: tuple[float, ...], told: str
) -> None:
    one = made_track(240.0, crest_db=14.0, bands=(10.0,) * 5)
    other = made_track(240.0, crest_db=crest_db, bands=bands)
    relation = judge(one, other, [stretch(0, 0, 240)])
    assert relation.kind is Kind.MASTER
    assert words(one, other, relation) == f"the same recording, {told}"


def test_what_encoders_do_to_the_crest_factor_makes_no_master() -> None:
    one, other = made_track(240.0, crest_db=14.0), made_track(240.0, crest_db=12.8)
    assert judge(one, other, [stretch(0, 0, 240)]).kind is Kind.COPY


def test_a_part_says_what_it_lacks() -> None:
    whole, part = made_track(240.0), made_track(225.0)
    relation = judge(whole, part, [stretch(12, 0, 225)])
    assert relation.kind is Kind.PART
    assert words(whole, part, relation) == "a part of it: starts 12.0 s later, ends 3.0 s earlier"
    back = judge(part, whole, [stretch(0, 12, 225)])
    assert words(part, whole, back) == "more of it: starts 12.0 s earlier, ends 3.0 s later"


def test_other_silence_around_it_leaves_a_copy_where_the_silence_was_measured() -> None:
    found = [stretch(0, 2.5, 240)]
    plain, padded = made_track(240.0), made_track(245.5)
    assert judge(plain, padded, found).kind is Kind.PART
    plain = made_track(240.0, leading_silence_s=0.1, trailing_silence_s=0.4)
    padded = made_track(245.5, leading_silence_s=2.6, trailing_silence_s=3.4)
    relation = judge(plain, padded, found)
    assert relation.kind is Kind.COPY
    assert words(plain, padded, relation) == "the same recording, with other silence around it"
    music = made_track(245.5, leading_silence_s=0.1, trailing_silence_s=0.4)
    assert judge(plain, music, found).kind is Kind.PART


def test_an_edit_says_how_much_is_the_same() -> None:
    whole, edit = made_track(238.0), made_track(192.0)
    relation = judge(whole, edit, [stretch(0, 0, 100), stretch(146, 100, 92)])
    assert relation.kind is Kind.EDIT
    told = words(whole, edit, relation)
    assert told.startswith("an edit, 46.0 s shorter: 3:")
    assert told.endswith(" of 3:58 are the same")
    back = judge(edit, whole, [stretch(0, 0, 100), stretch(100, 146, 92)])
    assert words(edit, whole, back).startswith("an extended version, 46.0 s longer: 3:")


def test_little_in_common_is_not_the_same_recording() -> None:
    relation = judge(made_track(240.0), made_track(230.0), [stretch(10, 100, 45)])
    assert relation.kind is Kind.COMMON


def test_the_same_music_played_again_is_a_take() -> None:
    """Of the same MIDI file, played humanly in exactly the same tempo, .19 of the bits differ."""
    one, other = made_track(240.0), made_track(240.0)
    assert judge(one, other, [stretch(0, 0, 240, error=0.19)]).kind is Kind.TAKE
    assert judge(one, other, [stretch(0, 0, 12, error=0.2)]).kind is Kind.DIFFERENT
    assert judge(one, other, []).kind is Kind.DIFFERENT


def test_facts_that_an_older_worker_did_not_measure_are_none() -> None:
    facts = Facts()
    assert (facts.effective_bits, facts.clipping, facts.leading_silence_s) == (None, None, None)
