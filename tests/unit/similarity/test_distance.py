"""The similarity of two fingerprints: its definition and what must hold for any pair."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auralis_cli.model.dimensions import Dimension, dimensions
from auralis_cli.similarity.distance import compare_fingerprints

Fingerprint = dict[str, float | None]

ROUNDING = 1e-9
"""25 squares, a root and an exponential in double precision, with a wide margin."""

LINEAR = [dimension for dimension in dimensions() if dimension.key != "tempo_bpm"]


def allowed_values(dimension: Dimension) -> st.SearchStrategy[float]:
    """Values that the dimension allows, from well under to well over its usual range."""
    low = dimension.usual_low - 3 * dimension.spread if dimension.minimum is None else dimension.minimum
    high = dimension.usual_high + 3 * dimension.spread if dimension.maximum is None else dimension.maximum
    return st.floats(low, high)


def fingerprints() -> st.SearchStrategy[Fingerprint]:
    return st.fixed_dictionaries({d.key: st.none() | allowed_values(d) for d in dimensions()})


def middle() -> Fingerprint:
    """Every value in the middle of its usual range."""
    return {d.key: (d.usual_low + d.usual_high) / 2 for d in dimensions()}


@given(fingerprints())
def test_a_track_is_100_like_itself_and_nothing_contributes(a: Fingerprint) -> None:
    comparison = compare_fingerprints(a, a)
    assert comparison.similarity == 100
    assert comparison.distance == 0
    assert {one.contribution for one in comparison.dimensions} == {0}
    assert comparison.largest(3) == []


@given(fingerprints(), fingerprints())
def test_order_changes_only_the_sign_of_the_differences(a: Fingerprint, b: Fingerprint) -> None:
    there, back = compare_fingerprints(a, b), compare_fingerprints(b, a)
    assert there.similarity == back.similarity
    for one, other in zip(there.dimensions, back.dimensions, strict=True):
        assert one.contribution == other.contribution
        assert (one.a, one.b) == (other.b, other.a)
        assert one.difference == (None if other.difference is None else -other.difference)


@given(fingerprints(), fingerprints())
def test_similarity_stays_in_0_to_100_and_contributions_sum_to_1_or_are_all_0(
    a: Fingerprint, b: Fingerprint
) -> None:
    comparison = compare_fingerprints(a, b)
    assert 0 <= comparison.similarity <= 100
    total = math.fsum(one.contribution for one in comparison.dimensions)
    assert total == 0 if comparison.distance == 0 else total == pytest.approx(1, rel=0, abs=ROUNDING)
    assert all(0 <= one.contribution <= 1 for one in comparison.dimensions)


@given(st.sampled_from(LINEAR), st.floats(0, 3), st.floats(0, 3))
def test_moving_one_dimension_away_never_makes_tracks_more_alike(
    dimension: Dimension, near: float, far: float
) -> None:
    near, far = sorted((near, far))
    base = middle()
    centre = base[dimension.key]
    assert centre is not None
    moved = [
        compare_fingerprints(base, {**base, dimension.key: centre + steps * dimension.spread})
        for steps in (near, far)
    ]
    assert moved[0].similarity >= moved[1].similarity
    if far - near > 1e-6:
        assert moved[0].similarity > moved[1].similarity


@pytest.mark.parametrize("dimension", LINEAR, ids=lambda dimension: dimension.key)
def test_one_usual_range_in_one_dimension_gives_the_value_of_the_definition(dimension: Dimension) -> None:
    members = Counter(other.group for other in dimensions())[dimension.group]
    low = {**middle(), dimension.key: dimension.usual_low}
    high = {**middle(), dimension.key: dimension.usual_high}
    comparison = compare_fingerprints(low, high)
    limited = 1 / math.sqrt(1 + 1 / 4)
    distance = math.sqrt(limited**2 / (7 * members))
    assert comparison.distance == pytest.approx(distance, rel=0, abs=ROUNDING)
    assert comparison.similarity == pytest.approx(100 * math.exp(-distance / 0.3), rel=0, abs=100 * ROUNDING)
    assert [one.key for one in comparison.largest(3)] == [dimension.key]


def test_seven_bands_weigh_no_more_than_the_two_of_stereo() -> None:
    def share_when_all_move(group: str) -> float:
        moved = {d.key: d.usual_high if d.group == group else middle()[d.key] for d in dimensions()}
        still = {d.key: d.usual_low if d.group == group else middle()[d.key] for d in dimensions()}
        return compare_fingerprints(still, moved).distance

    assert share_when_all_move("frequency") == pytest.approx(
        share_when_all_move("stereo"), rel=0, abs=ROUNDING
    )


def test_an_outlier_cannot_hide_the_rest() -> None:
    far = {**middle(), "spectral_flatness": 1.0, "lufs": -26.0}
    by_key = {one.key: one.contribution for one in compare_fingerprints(middle(), far).dimensions}
    assert by_key["lufs"] > 0.03


def test_null_in_both_is_no_difference() -> None:
    a = {**middle(), "tempo_bpm": None}
    assert compare_fingerprints(a, dict(a)).similarity == 100


@pytest.mark.parametrize("key", ["tempo_bpm", "lufs"])
def test_null_in_one_counts_as_one_usual_range_and_has_no_difference(key: str) -> None:
    dimension = next(d for d in dimensions() if d.key == key)
    one_sided = compare_fingerprints(middle(), {**middle(), key: None})
    row = next(one for one in one_sided.dimensions if one.key == key)
    assert row.difference is None
    assert row.contribution == 1
    if key != "tempo_bpm":
        ends = compare_fingerprints(
            {**middle(), key: dimension.usual_low}, {**middle(), key: dimension.usual_high}
        )
        assert one_sided.similarity == pytest.approx(ends.similarity, rel=0, abs=100 * ROUNDING)


def test_double_tempo_is_nearer_than_half_an_octave() -> None:
    def at(tempo: float) -> Fingerprint:
        return {**middle(), "tempo_bpm": tempo}

    double = compare_fingerprints(at(70), at(140)).similarity
    half_an_octave = compare_fingerprints(at(70), at(70 * math.sqrt(2))).similarity
    assert half_an_octave < double < 100


def test_opposite_ends_in_everything_are_unlike() -> None:
    low: Fingerprint = {d.key: d.usual_low for d in dimensions()}
    high: Fingerprint = {d.key: d.usual_high for d in dimensions()}
    assert compare_fingerprints(low, high).similarity < 10


def test_differences_are_in_real_units() -> None:
    comparison = compare_fingerprints({**middle(), "lufs": -16.0}, {**middle(), "lufs": -9.8})
    row = next(one for one in comparison.dimensions if one.key == "lufs")
    assert row.difference == pytest.approx(6.2, rel=0, abs=ROUNDING)
    assert row.unit == "LUFS"
