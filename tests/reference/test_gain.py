"""Gain moves loudness by its decibels and nothing else."""

import pytest

pytest.importorskip("librosa")

from support.closed_form import clicks, pink_noise, sine

from auralis_cli.reference.fingerprint import analyze_audio
from auralis_cli.reference.signal import audio_from

pytestmark = pytest.mark.slow

RATE_HZ = 44_100


@pytest.mark.parametrize("gain_db", [-20, 20])
def test_gain_moves_only_lufs(gain_db: float) -> None:
    mixture = (
        clicks(100, 12, RATE_HZ)[0] * 0.05 + pink_noise(12, RATE_HZ, -50) + sine(220, 12, RATE_HZ, 0.004)
    )
    plain = analyze_audio(audio_from(mixture, RATE_HZ))["fingerprint"]
    scaled = analyze_audio(audio_from(mixture * 10 ** (gain_db / 20), RATE_HZ))["fingerprint"]
    assert None not in plain.values()
    assert scaled.pop("lufs") - plain.pop("lufs") == pytest.approx(gain_db, abs=1e-6, rel=0)
    assert scaled == pytest.approx(plain, rel=1e-6, abs=1e-9)
