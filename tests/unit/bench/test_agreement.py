"""When two analyses agree, and when they do not."""

import math

import pytest

from auralis_cli.bench.agreement import agreements, disagreements, tolerance
from auralis_cli.model.dimensions import Dimension, dimensions
from auralis_cli.workers.protocol import Done


def dimension(key: str) -> Dimension:
    return next(dimension for dimension in dimensions() if dimension.key == key)


def done(nulls: dict[str, str] | None = None, /, **values: float | None) -> Done:
    nulls = nulls or {}
    fingerprint = {d.key: (d.usual_low + d.usual_high) / 2 for d in dimensions()} | values
    return Done(0, {**fingerprint, **dict.fromkeys(nulls)}, nulls, {}, (), "")


def test_the_tolerance_is_a_hundredth_of_the_spread() -> None:
    assert tolerance(dimension("lufs"), -9.0) == pytest.approx(0.129, rel=1e-9, abs=0)
    assert tolerance(dimension("phase_correlation"), 0.5) == pytest.approx(0.00992, rel=1e-9, abs=0)


def test_a_share_has_a_least_tolerance() -> None:
    assert tolerance(dimension("spectral_flatness"), 0.01) == 0.002
    assert tolerance(dimension("harmonic_ratio"), 0.5) == pytest.approx(0.00397, rel=1e-9, abs=0)


def test_a_tempo_may_differ_by_half_a_percent_of_itself() -> None:
    assert tolerance(dimension("tempo_bpm"), 120.0) == pytest.approx(0.6, rel=1e-9, abs=0)


@pytest.mark.parametrize("key", [d.key for d in dimensions()])
def test_each_dimension_is_judged_at_its_own_limit(key: str) -> None:
    one = dimension(key)
    middle = (one.usual_low + one.usual_high) / 2
    allowed = tolerance(one, middle)
    for difference, agrees in ((0.99 * allowed, True), (-0.99 * allowed, True), (1.01 * allowed, False)):
        found = list(disagreements("/a", done(), done(**{key: middle + difference})))
        assert [value.key for value in found] == ([] if agrees else [key])


def test_a_null_on_one_side_or_for_another_reason_is_a_disagreement() -> None:
    null, other = done({"tempo_bpm": "no_pulse"}), done({"tempo_bpm": "too_short"})
    assert list(disagreements("/a", null, null)) == []
    for reference, worker in ((null, done()), (done(), null), (null, other)):
        (value,) = disagreements("/a", reference, worker)
        assert value.key == "tempo_bpm"
        assert value.reasons[0] != value.reasons[1]


def test_largest_and_median_difference_are_in_units_and_in_percent_of_the_spread() -> None:
    pairs = {f"/{step}": (done(lufs=-14.0), done(lufs=-14.0 + step * 0.0129)) for step in (0, 1, 5)}
    lufs = next(agreement for agreement in agreements(pairs) if agreement.key == "lufs")
    assert (lufs.compared, lufs.disagreements) == (3, ())
    assert math.isclose(lufs.largest, 0.0645, rel_tol=1e-6, abs_tol=0)
    assert math.isclose(lufs.largest_pct, 0.5, rel_tol=1e-6, abs_tol=0)
    assert math.isclose(lufs.median_pct, 0.1, rel_tol=1e-6, abs_tol=0)
