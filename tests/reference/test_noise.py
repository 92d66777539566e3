"""Noise: flat, without pitch, pitch class, pulse or onsets, and the same at every level."""

from collections.abc import Callable

import pytest

pytest.importorskip("librosa")

import numpy as np
from support.closed_form import Floats, pink_noise, white_noise

from auralis_cli.reference.fingerprint import analyze_audio
from auralis_cli.reference.frequency import BANDS_HZ, frequency_dimensions
from auralis_cli.reference.signal import audio_from
from auralis_cli.reference.stft import long_stft

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("make", [white_noise, pink_noise])
def test_noise_has_no_pulse_pitch_or_key(make: Callable[[float, int], Floats]) -> None:
    result = analyze_audio(audio_from(make(30, 44_100), 44_100))
    values = result["fingerprint"]
    assert result["nulls"] == {"tempo_bpm": "no_pulse", "rhythm_stability": "no_pulse"}
    assert values["chroma_energy"] < 0.05
    assert values["pitch_stability"] < 0.1
    assert values["transient_density"] < 2
    assert values["silence_ratio"] == 0


def test_white_noise_is_flat_and_fills_bands_by_their_width() -> None:
    result = analyze_audio(audio_from(white_noise(10, 44_100), 44_100))
    values = result["fingerprint"]
    # The mean of log(exponential variable) is minus Euler's constant: exp(-0.5772) = 0.5615.
    assert values["spectral_flatness"] == pytest.approx(np.exp(-np.euler_gamma), abs=0.005, rel=0)
    assert values["spectral_centroid"] == pytest.approx(22_050 / 2, rel=0.01, abs=0)
    assert values["spectral_rolloff"] == pytest.approx(0.85 * 22_050, rel=0.01, abs=0)
    for key, (low_hz, high_hz) in BANDS_HZ.items():
        assert values[key] == pytest.approx(100 * (high_hz - low_hz) / 19_980, rel=0.05, abs=0), key


def test_pink_noise_fills_bands_by_their_octaves() -> None:
    values = frequency_dimensions(long_stft(audio_from(pink_noise(30, 44_100), 44_100)))
    for key, (low_hz, high_hz) in BANDS_HZ.items():
        share = 100 * np.log(high_hz / low_hz) / np.log(1000)
        # Of 80 Hz, 30 s hold 2,400 independent values: a deviation of 2 % of the share, and three of them.
        assert values[key] == pytest.approx(share, rel=0.06, abs=0), key


def test_bands_do_not_depend_on_level() -> None:
    noise = [long_stft(audio_from(pink_noise(5, 44_100, level), 44_100)) for level in (-10, -50)]
    loud, quiet = (frequency_dimensions(spectrogram) for spectrogram in noise)
    assert list(loud.values()) == pytest.approx(list(quiet.values()), rel=1e-9, abs=0)
