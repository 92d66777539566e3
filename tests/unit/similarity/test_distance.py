"""The similarity of two fingerprints: its definition and what must hold for any pair."""

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auralis_cli.model.dimensions import Dimension, dimensions
from auralis_cli.similarity.coordinates import axes, scaled
from auralis_cli.similarity.distance import Comparison, compare_fingerprints, similarity
from auralis_cli.similarity.weights import Preset, weights_of

Fingerprint = dict[str, float | None]

ROUNDING = 1e-9
"""25 terms with a logarithm each and an exponential in double precision, with a wide margin."""

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


def similarity_of(comparison: Comparison) -> float:
    assert comparison.similarity is not None
    return comparison.similarity


def distance_of(comparison: Comparison) -> float:
    assert comparison.distance is not None
    return comparison.distance


@given(fingerprints())
def test_nothing_contributes_to_the_distance_of_a_track_from_itself(a: Fingerprint) -> None:
    comparison = compare_fingerprints(a, a)
    assert comparison.distance in (0, None)
    assert comparison.similarity in (100, None)
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
    assert comparison.similarity is None or 0 <= comparison.similarity <= 100
    total = math.fsum(one.contribution for one in comparison.dimensions)
    assert total == 0 or total == pytest.approx(1, rel=0, abs=ROUNDING)
    assert all(0 <= one.contribution <= 1 for one in comparison.dimensions)


@given(st.sampled_from(LINEAR), st.floats(0, 1), st.floats(0, 1))
def test_moving_one_dimension_away_never_makes_tracks_more_alike(
    dimension: Dimension, near: float, far: float
) -> None:
    near, far = sorted((near, far))
    base = middle()
    centre = base[dimension.key]
    assert centre is not None
    room = dimension.highest - centre if dimension.maximum is not None else 3 * dimension.spread
    moved = [
        similarity_of(compare_fingerprints(base, {**base, dimension.key: centre + share * room}))
        for share in (near, far)
    ]
    assert moved[0] >= moved[1]
    if far - near > 1e-3:
        assert moved[0] > moved[1]


@pytest.mark.parametrize("dimension", LINEAR, ids=lambda dimension: dimension.key)
def test_one_usual_range_in_one_dimension_gives_the_value_of_the_definition(dimension: Dimension) -> None:
    members = Counter(other.group for other in dimensions())[dimension.group]
    low = {**middle(), dimension.key: dimension.usual_low}
    high = {**middle(), dimension.key: dimension.usual_high}
    comparison = compare_fingerprints(low, high)
    distance = 1 / (7 * members)
    assert comparison.distance == pytest.approx(distance, rel=0, abs=ROUNDING)
    expected = 100 * math.exp(-((distance / 0.2) ** 1.5))
    assert comparison.similarity == pytest.approx(expected, rel=0, abs=100 * ROUNDING)
    assert [one.key for one in comparison.largest(3)] == [dimension.key]


@pytest.mark.parametrize("key", ["spectral_centroid", "spectral_rolloff", "tempo_bpm"])
def test_equal_ratios_are_equally_far_apart(key: str) -> None:
    def at(value: float) -> Fingerprint:
        return {**middle(), key: value}

    low = distance_of(compare_fingerprints(at(100), at(110)))
    high = distance_of(compare_fingerprints(at(200), at(220)))
    assert low == pytest.approx(high, rel=0.01)  # the floor of 1 Hz moves it by half a percent


def test_every_axis_runs_from_0_to_1_over_its_usual_range() -> None:
    for axis, dimension in zip(axes(), dimensions(), strict=True):
        assert axis.key == dimension.key
        assert axis.place(dimension.usual_low) == 0
        assert axis.place(dimension.usual_high) == pytest.approx(1, abs=ROUNDING)
        assert scaled(axis.key, dimension.usual_low) < scaled(axis.key, dimension.usual_high)


def test_seven_bands_weigh_no_more_than_the_two_of_stereo() -> None:
    def when_all_move(group: str) -> float:
        moved = {d.key: d.usual_high if d.group == group else middle()[d.key] for d in dimensions()}
        still = {d.key: d.usual_low if d.group == group else middle()[d.key] for d in dimensions()}
        return distance_of(compare_fingerprints(still, moved))

    assert when_all_move("frequency") == pytest.approx(when_all_move("stereo"), rel=0, abs=ROUNDING)


def test_null_in_both_is_no_difference() -> None:
    a = {**middle(), "tempo_bpm": None}
    assert compare_fingerprints(a, dict(a)).similarity == 100


def test_what_one_lacks_is_left_out_and_the_rest_weighs_as_before() -> None:
    far = {d.key: d.usual_high for d in dimensions()}
    near: Fingerprint = {d.key: d.usual_low for d in dimensions()}
    whole = compare_fingerprints(near, far)
    partial = compare_fingerprints(near, {**far, "lufs": None})
    row = next(one for one in partial.dimensions if one.key == "lufs")
    assert (row.difference, row.contribution) == (None, 0)
    others = [one.contribution for one in whole.dimensions if one.key != "lufs"]
    assert math.fsum(others) < math.fsum(one.contribution for one in partial.dimensions)


def test_tracks_that_have_less_than_half_in_common_have_no_distance() -> None:
    silent: Fingerprint = {**dict.fromkeys(middle()), "silence_ratio": 1.0}
    comparison = compare_fingerprints(middle(), silent)
    assert (comparison.distance, comparison.similarity) == (None, None)


def test_double_tempo_is_nearer_than_half_an_octave() -> None:
    def at(tempo: float) -> Fingerprint:
        return {**middle(), "tempo_bpm": tempo}

    double = similarity_of(compare_fingerprints(at(70), at(140)))
    half_an_octave = similarity_of(compare_fingerprints(at(70), at(70 * math.sqrt(2))))
    assert half_an_octave < double < 100


def test_opposite_ends_in_everything_are_unlike() -> None:
    low: Fingerprint = {d.key: d.usual_low for d in dimensions()}
    high: Fingerprint = {d.key: d.usual_high for d in dimensions()}
    assert similarity_of(compare_fingerprints(low, high)) < 1


def test_differences_are_in_real_units() -> None:
    comparison = compare_fingerprints({**middle(), "lufs": -16.0}, {**middle(), "lufs": -9.8})
    row = next(one for one in comparison.dimensions if one.key == "lufs")
    assert row.difference == pytest.approx(6.2, rel=0, abs=ROUNDING)
    assert row.unit == "LUFS"


def test_the_scale_has_the_anchors_that_the_help_states() -> None:
    assert similarity(0) == 100
    assert similarity(0.011) > 98  # Opus at 64 kb/s
    assert 90 < similarity(0.038) < 95  # 3 dB more bass, 2 dB more treble
    assert 68 < similarity(0.1) < 72  # the nearest different tracks
    assert 9 < similarity(0.346) < 12  # half of all pairs


@pytest.mark.parametrize("preset", list(Preset))
def test_the_weights_of_a_preset_sum_to_1(preset: Preset) -> None:
    weights = weights_of(preset)
    assert len(weights) == 25
    assert math.fsum(weights) == pytest.approx(1, abs=ROUNDING)
    assert min(weights) >= 0


def test_level_does_not_count_for_the_sound() -> None:
    loud = {**middle(), "lufs": -6.0}
    assert compare_fingerprints(middle(), loud, weights_of(Preset.SOUND)).distance == 0
    assert distance_of(compare_fingerprints(middle(), loud, weights_of(Preset.MASTER))) > 0


def test_own_weights_multiply_those_of_the_preset() -> None:
    only_tempo = dict.fromkeys(("frequency", "dynamics", "spectral", "harmonic", "variation"), 0.0)
    own = {**only_tempo, "stereo": 0.0, "rhythm_stability": 0, "transient_density": 0, "silence_ratio": 0}
    by_key = dict(zip((d.key for d in dimensions()), weights_of(Preset.SOUND, own), strict=True))
    assert by_key.pop("tempo_bpm") == 1
    assert set(by_key.values()) == {0}


@pytest.mark.parametrize(
    ("own", "why"),
    [
        ({"tempo": 1.0}, "neither a dimension nor a group"),
        ({"lufs": -1.0}, "from 0 to 1000"),
        ({"lufs": math.nan}, "from 0 to 1000"),
        (
            dict.fromkeys(
                ("frequency", "dynamics", "temporal", "spectral", "harmonic", "variation", "stereo"), 0.0
            ),
            "no dimension",
        ),
    ],
)
def test_weights_that_say_nothing_are_refused(own: dict[str, float], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        weights_of(Preset.ALL, own)
