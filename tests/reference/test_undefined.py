"""What the audio does not define is null with its reason, never a number and never an error."""

import pytest

pytest.importorskip("librosa")

import numpy as np
from support.closed_form import sine, white_noise

from auralis_cli.reference.fingerprint import KEYS, OF_THE_MID_CHANNEL, analyze_audio
from auralis_cli.reference.signal import audio_from


def test_there_are_25_dimensions() -> None:
    assert len(KEYS) == len(set(KEYS)) == 25


@pytest.mark.parametrize("length", [1, 4410, 44_100 * 5])
def test_silence_is_all_silence_ratio(length: int) -> None:
    result = analyze_audio(audio_from(np.zeros((length, 2)), 44_100))
    defined = {key: value for key, value in result["fingerprint"].items() if value is not None}
    assert defined == {"silence_ratio": 1.0, "transient_density": 0.0}
    assert set(result["nulls"].values()) == {"silent"}


@pytest.mark.parametrize("length", [1, 44_100 * 6])
def test_one_sample_and_dc_are_offsets_and_silent(length: int) -> None:
    result = analyze_audio(audio_from(np.full(length, 0.3), 44_100))
    assert set(result["nulls"].values()) == {"silent"}
    assert result["fingerprint"]["silence_ratio"] == 1


def test_the_zeros_of_a_lossy_codec_are_silent() -> None:
    noise = white_noise(1, 44_100) * 1e-34
    result = analyze_audio(audio_from(np.stack([noise, -noise], axis=1), 44_100))
    assert set(result["nulls"].values()) == {"silent"}


def test_a_tenth_of_a_second_is_too_short_for_blocks_loudness_and_tempo() -> None:
    result = analyze_audio(audio_from(sine(700, 0.1, 44_100), 44_100))
    short = {"lufs", "loudness_variation_std", "tempo_bpm", "rhythm_stability"}
    short |= {"dynamic_range_variation", "peak_consistency", "phase_correlation"}
    assert result["nulls"] == dict.fromkeys(short, "too_short")


def test_anti_phase_leaves_what_needs_no_mid_channel() -> None:
    noise = white_noise(5, 44_100)
    result = analyze_audio(audio_from(np.stack([noise, -noise], axis=1), 44_100))
    assert result["nulls"] == dict.fromkeys(OF_THE_MID_CHANNEL, "mid_silent")
    assert len(OF_THE_MID_CHANNEL) == 17
    assert result["fingerprint"]["stereo_width"] == 1


def test_noise_below_the_gates_has_a_spectrum_but_no_loudness() -> None:
    result = analyze_audio(audio_from(white_noise(5, 44_100, rms_dbfs=-100), 44_100))
    assert result["nulls"]["lufs"] == result["nulls"]["loudness_variation_std"] == "below_gate"
    assert result["nulls"]["spectral_centroid"] == result["nulls"]["pitch_stability"] == "no_active_frame"
    assert result["fingerprint"]["silence_ratio"] == 1
    assert sum(result["fingerprint"][key] for key in OF_THE_MID_CHANNEL[:7]) == pytest.approx(
        100, rel=1e-9, abs=0
    )
