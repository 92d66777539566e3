"""Differences as sentences."""

import pytest

from auralis_cli.model.dimensions import dimensions
from auralis_cli.render.difference_words import describe_difference
from auralis_cli.render.formats import format_difference, format_value
from auralis_cli.similarity.distance import DimensionDifference


def sentence(key: str, a: float | None, b: float | None) -> str:
    dimension = next(d for d in dimensions() if d.key == key)
    difference = None if a is None or b is None else b - a
    return describe_difference(dimension, DimensionDifference(key, a, b, difference, dimension.unit, 0.5))


@pytest.mark.parametrize(
    ("key", "a", "b", "words"),
    [
        ("lufs", -16.0, -9.8, "b is louder by 6.2 LU (-9.8 vs -16.0 LUFS)"),
        ("spectral_centroid", 2900.0, 1400.0, "a is brighter by 1,500 Hz (centroid 2,900 vs 1,400 Hz)"),
        ("bass_pct", 20.0, 41.0, "b is stronger in the bass by 21.0 points (bass 41.0 vs 20.0 %)"),
        ("stereo_width", 0.31, 0.1, "a is wider by 0.210 (stereo width 0.310 vs 0.100)"),
        ("tempo_bpm", 100.0, 124.0, "b is faster by 24.0 BPM (124.0 vs 100.0 BPM)"),
        ("tempo_bpm", 140.0, 70.5, "a reads about twice the tempo of b (140.0 vs 70.5 BPM)"),
        ("tempo_bpm", 61.0, 180.0, "b reads about three times the tempo of a (180.0 vs 61.0 BPM)"),
        ("tempo_bpm", None, 120.0, "a has no tempo; b has 120.0 BPM"),
        ("rhythm_stability", 0.5, None, "b has no rhythm stability; a has 0.50"),
        ("tempo_bpm", None, None, "neither has a value for tempo"),
    ],
)
def test_a_difference_reads_as_a_sentence(key: str, a: float | None, b: float | None, words: str) -> None:
    assert sentence(key, a, b) == words


@pytest.mark.parametrize("dimension", dimensions(), ids=lambda dimension: dimension.key)
def test_every_dimension_has_its_word(dimension: object) -> None:
    key = dimension.key  # type: ignore[attr-defined]
    assert sentence(key, 100.0, 130.0).startswith("b is ")


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("lufs", -0.04, "0.0"),
        ("spectral_centroid", 12345.6, "12,346"),
        ("spectral_flatness", 0.00049, "0.0005"),
    ],
)
def test_values_have_the_decimals_worth_showing_and_no_negative_zero(
    key: str, value: float, text: str
) -> None:
    assert format_value(next(d for d in dimensions() if d.key == key), value) == text


@pytest.mark.parametrize(("value", "text"), [(0.04, "0.0"), (-0.04, "0.0"), (1.25, "+1.2"), (-3.0, "-3.0")])
def test_differences_have_their_sign_unless_they_round_to_nothing(value: float, text: str) -> None:
    assert format_difference(next(d for d in dimensions() if d.key == "lufs"), value) == text
