"""The gate against levels that are known beforehand."""

import pytest

pytest.importorskip("librosa")

import numpy as np

from auralis_cli.reference.gate import active_levels, active_spectra, centred_mean_square


def test_frame_levels_are_rectangular_scatters_with_the_padding_counted() -> None:
    samples = np.random.default_rng(4).random(37)
    inside = [samples[max(0, 2 * t - 4) : 2 * t + 4] for t in range(1 + 37 // 2)]
    expected = [((x - x.mean()) ** 2).sum() / 8 for x in inside]
    assert centred_mean_square((samples, samples), 8, 2) == pytest.approx(expected, rel=1e-12, abs=0)
    lifted = centred_mean_square((samples + 100, samples), 8, 2)
    assert lifted == pytest.approx(expected, rel=1e-9, abs=0)


def test_the_gate_lies_forty_decibels_under_the_loud_frames() -> None:
    levels_dbfs = np.array([-20.0] * 100 + [-59.9, -60.1])
    assert active_levels(10 ** (levels_dbfs / 10)).tolist() == [True] * 101 + [False]


def test_nothing_under_minus_ninety_dbfs_is_active() -> None:
    assert active_levels(10 ** (np.array([-89.9, -90.1]) / 10)).tolist() == [True, False]
    assert not active_levels(10 ** (np.array([-95.0, -100.0]) / 10)).any()
    assert not active_levels(np.zeros(3)).any()


def test_inaudible_frames_do_not_pull_the_gate_down() -> None:
    levels_dbfs = np.array([-200.0] * 100 + [-30.0] * 40 + [-69.9, -70.1])
    assert active_levels(10 ** (levels_dbfs / 10)).tolist() == [False] * 100 + [True] * 41 + [False]


def test_long_frames_have_no_absolute_floor() -> None:
    assert active_spectra(np.array([0.0] + [1e-20] * 40 + [1.1e-24, 0.9e-24])).tolist() == [False] + [
        True
    ] * 41 + [False]
