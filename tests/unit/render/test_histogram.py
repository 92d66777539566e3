"""Small histograms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auralis_cli.render.histogram import axis, lying_bar, standing_bars


def test_standing_bars_are_as_high_as_their_counts() -> None:
    assert standing_bars([0, 1, 8, 16], height=2, cells=1, unicode=True) == ["   █", " ▁██"]
    assert standing_bars([0, 1, 8, 16], height=2, cells=2, unicode=False) == ["      ##", "  ######"]


@given(st.lists(st.integers(0, 100_000), min_size=1, max_size=30), st.booleans())
def test_every_count_but_0_can_be_seen_and_none_is_too_high(counts: list[int], unicode: bool) -> None:
    lines = standing_bars(counts, height=4, cells=1, unicode=unicode)
    assert len(lines) == 4
    bottom = lines[-1].ljust(len(counts))
    assert [sign != " " for sign in bottom] == [count > 0 for count in counts]


@given(st.floats(0, 1), st.booleans())
def test_a_lying_bar_fits_and_can_be_seen(share: float, unicode: bool) -> None:
    bar = lying_bar(share, 24, unicode=unicode)
    assert len(bar) <= 24
    assert bool(bar) == (share > 0)
    assert lying_bar(1.0, 24, unicode=unicode) == ("█" if unicode else "#") * 24


@pytest.mark.parametrize(
    ("marks", "line"),
    [
        ([(0, "60"), (4, "80")], "60  80"),
        ([(0, "60"), (1, "62"), (4, "80")], "60  80"),
        ([(0, "60"), (9, "80")], "60"),
        ([], ""),
    ],
)
def test_an_axis_has_the_marks_that_fit(marks: list[tuple[int, str]], line: str) -> None:
    assert axis(marks, 10) == line
