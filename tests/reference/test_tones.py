"""Sines: one band, no noise, all harmonic, one pitch, one pitch class, no pulse."""

import pytest

pytest.importorskip("librosa")

import numpy as np
from support.closed_form import sine

from auralis_cli.reference.chroma import chroma_energy, constant_q_chroma
from auralis_cli.reference.fingerprint import analyze_audio
from auralis_cli.reference.pitch import pitch_stability, track_pitch
from auralis_cli.reference.signal import audio_from
from auralis_cli.reference.stft import long_stft

RATES_HZ = (22_050, 44_100, 48_000, 96_000)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_a_sine_of_700_hz_has_one_band_no_noise_and_no_tempo(rate_hz: int) -> None:
    result = analyze_audio(audio_from(sine(700, 8, rate_hz), rate_hz))
    values = result["fingerprint"]
    assert values["low_mid_pct"] > 99.9
    assert values["spectral_flatness"] < 0.001
    assert values["harmonic_ratio"] > 0.98
    assert values["transient_density"] * 8 <= 2
    assert result["nulls"] == {"tempo_bpm": "no_pulse", "rhythm_stability": "no_pulse"}
    # Bins are 21.5 Hz apart; the click of the abrupt start and end widens two of 690 frames.
    assert values["spectral_centroid"] == pytest.approx(700, rel=0.01, abs=0)
    assert values["spectral_rolloff"] == pytest.approx(700, abs=30, rel=0)
    # The abrupt start reads as an offset of 0.2 % of the amplitude.
    assert values["crest_db"] == pytest.approx(20 * np.log10(2**0.5), abs=0.03, rel=0)


@pytest.mark.parametrize("rate_hz", RATES_HZ)
def test_440_hz_is_a_steady_pitch(rate_hz: int) -> None:
    audio = audio_from(sine(440, 4, rate_hz), rate_hz)
    stability = pitch_stability(audio)
    assert isinstance(stability, float)
    assert stability > 0.98
    # 0.3 Hz is 1.2 cents; frames at the ends are half padding.
    assert track_pitch(audio).f0_hz[2:-2] == pytest.approx(440, abs=0.3, rel=0)


@pytest.mark.parametrize("frequency_hz", [70.0, 110.0, 220.0, 523.25, 1000.0])
def test_a_tone_does_not_read_its_octave(frequency_hz: float) -> None:
    f0_hz = track_pitch(audio_from(sine(frequency_hz, 2, 44_100), 44_100)).f0_hz[2:-2]
    assert f0_hz == pytest.approx(frequency_hz, rel=0.005, abs=0)


@pytest.mark.parametrize("midi_note", range(60, 72))
def test_each_note_of_octave_4_is_its_own_pitch_class(midi_note: int) -> None:
    frequency_hz = 440 * 2 ** ((midi_note - 69) / 12)
    chroma = constant_q_chroma(long_stft(audio_from(sine(frequency_hz, 4, 44_100), 44_100)))
    energy = chroma_energy(chroma)
    assert isinstance(energy, float)
    assert energy > 0.9
    assert int(np.argmax(chroma.classes.mean(axis=1))) == midi_note - 60
    assert chroma.tuning_thirds == 0


@pytest.mark.parametrize("thirds", [-1, 1])
def test_a_piece_a_third_of_a_semitone_off_keeps_its_pitch_class(thirds: int) -> None:
    frequency_hz = 440 * 2 ** (thirds / 36)
    chroma = constant_q_chroma(long_stft(audio_from(sine(frequency_hz, 4, 44_100), 44_100)))
    assert chroma.tuning_thirds == thirds
    assert int(np.argmax(chroma.classes.mean(axis=1))) == 9


def test_every_note_is_the_same_at_every_rate() -> None:
    sizes = [chroma_energy(constant_q_chroma(long_stft(audio_from(sine(311.1, 4, r), r)))) for r in RATES_HZ]
    assert sizes == pytest.approx([sizes[0]] * len(sizes), abs=0.01, rel=0)
