"""Octave-aware distance of tempi."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auralis_cli.similarity.tempo_octave import octaves_between, tempo_distance, tempo_level

TEMPI = st.floats(40, 260)
ROUNDING = 1e-12
"""Two logarithms and a sum of numbers below 4."""


@pytest.mark.parametrize(
    ("a", "b", "octaves"),
    [
        (120, 120, 0.0),
        (60, 120, 0.25),
        (60, 180, 0.4),
        (60, 240, 0.5),
        (100, 100 * 2**0.1, 0.1),
        (100, 200 * 2**0.1, 0.25 + 0.1),
        (100, 200 * 2**-0.1, 0.25 + 0.1),
    ],
)
def test_half_double_third_and_quarter_are_near_but_not_equal(a: float, b: float, octaves: float) -> None:
    assert tempo_distance(octaves_between(a, b)) == pytest.approx(octaves, rel=0, abs=ROUNDING)


def test_double_is_nearer_than_a_third_of_an_octave() -> None:
    assert tempo_distance(octaves_between(70, 140)) < tempo_distance(octaves_between(70, 70 * 2 ** (1 / 3)))


@given(TEMPI, TEMPI)
def test_order_does_not_matter(a: float, b: float) -> None:
    assert tempo_distance(octaves_between(a, b)) == tempo_distance(octaves_between(b, a))


@given(TEMPI, TEMPI)
def test_it_is_never_more_than_the_plain_distance_in_octaves(a: float, b: float) -> None:
    assert 0 <= tempo_distance(octaves_between(a, b)) <= abs(math.log2(a / b)) + ROUNDING


@given(TEMPI, TEMPI, st.floats(0.99, 1.01))
def test_a_small_change_of_tempo_changes_it_little(a: float, b: float, factor: float) -> None:
    change = abs(tempo_distance(octaves_between(a, b * factor)) - tempo_distance(octaves_between(a, b)))
    assert change <= abs(math.log2(factor)) + ROUNDING


@pytest.mark.parametrize(("a", "b", "level"), [(100, 104, 1), (71, 140, 2), (180, 61, 3), (60, 236, 4)])
def test_the_level_is_the_multiple_that_explains_the_ratio(a: float, b: float, level: int) -> None:
    assert tempo_level(a, b) == level
