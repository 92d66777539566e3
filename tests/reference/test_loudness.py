"""Integrated and short-term loudness on the signals of EBU Tech 3341 and 3342."""

import pytest

pytest.importorskip("librosa")

import numpy as np
from support.closed_form import sine, steps_dbfs, white_noise

from auralis_cli.reference.loudness import (
    BLOCK_S,
    gate_power,
    gated_loudness_lufs,
    integrated_loudness_lufs,
    loudness_lufs,
    window_power,
)
from auralis_cli.reference.signal import audio_from
from auralis_cli.reference.variation import variation_dimensions

RATE_HZ = 48_000

TECH_3341: dict[str, tuple[list[tuple[float, float]], float]] = {
    "case 1": ([(-23, 20)], -23),
    "case 2": ([(-33, 20)], -33),
    "case 3": ([(-36, 10), (-23, 60), (-36, 10)], -23),
    "case 4": ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23),
    "case 5": ([(-26, 20), (-20, 20.1), (-26, 20)], -23),
}


@pytest.mark.parametrize("case", TECH_3341)
@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 96_000])
def test_integrated_loudness_meets_ebu_tech_3341(case: str, rate_hz: int) -> None:
    steps, expected_lufs = TECH_3341[case]
    lufs = integrated_loudness_lufs(audio_from(steps_dbfs(steps, rate_hz), rate_hz))
    assert lufs == pytest.approx(expected_lufs, abs=0.1, rel=0)


def test_surround_weights_meet_ebu_tech_3341_case_6() -> None:
    levels_dbfs = [-28, -28, -24, -30, -30]
    channels = np.stack([sine(1000, 20, RATE_HZ, 10 ** (level / 20)) for level in levels_dbfs], axis=1)
    assert integrated_loudness_lufs(audio_from(channels, RATE_HZ)) == pytest.approx(-23, abs=0.1, rel=0)
    with_lfe = np.insert(channels, 3, sine(50, 20, RATE_HZ, 1.0), axis=1)
    assert integrated_loudness_lufs(audio_from(with_lfe, RATE_HZ)) == pytest.approx(-23, abs=0.1, rel=0)


def test_own_gating_agrees_with_pyloudnorm() -> None:
    noise = white_noise(12.34, 44_100) * np.repeat([1.0, 0.05, 0.5], np.ceil(12.34 * 44_100 / 3))[:544_194]
    audio = audio_from(noise, 44_100)
    own_lufs = gated_loudness_lufs(window_power(audio, BLOCK_S), relative_gate_lu=-10)
    assert integrated_loudness_lufs(audio) == pytest.approx(own_lufs, abs=0.001, rel=0)


def test_a_last_block_that_is_not_full_does_not_count() -> None:
    tone = sine(1000, 10, RATE_HZ)
    silent_tail = np.concatenate([tone, np.zeros(RATE_HZ // 10 - 1)])
    lufs = [integrated_loudness_lufs(audio_from(samples, RATE_HZ)) for samples in (tone, silent_tail)]
    assert lufs[0] == pytest.approx(lufs[1], abs=1e-9, rel=0)


def test_mono_is_one_channel() -> None:
    tone = sine(1000, 5, RATE_HZ)
    mono, pair = (integrated_loudness_lufs(audio_from(x, RATE_HZ)) for x in (tone, np.stack([tone, tone], 1)))
    assert pair - mono == pytest.approx(10 * np.log10(2), abs=1e-6, rel=0)


@pytest.mark.parametrize(
    ("steps", "range_lu"),
    [([(-20, 20), (-30, 20)], 10), ([(-20, 20), (-15, 20)], 5), ([(-40, 20), (-20, 20)], 20)],
    ids=["case 1", "case 2", "case 3"],
)
def test_short_term_windows_meet_ebu_tech_3342(steps: list[tuple[float, float]], range_lu: float) -> None:
    audio = audio_from(steps_dbfs(steps, RATE_HZ), RATE_HZ)
    kept = loudness_lufs(gate_power(window_power(audio, 3.0), relative_gate_lu=-20))
    assert np.subtract(*np.percentile(kept, [95, 10])) == pytest.approx(range_lu, abs=1, rel=0)


def test_two_levels_deviate_by_half_their_distance() -> None:
    # 197 of 1,171 windows straddle the step and lie between the levels: 2 % less.
    audio = audio_from(steps_dbfs([(-20, 60), (-30, 60)], RATE_HZ), RATE_HZ)
    deviation_lu = variation_dimensions(audio)["loudness_variation_std"]
    assert deviation_lu == pytest.approx(5, rel=0.03, abs=0)
