"""Click tracks: the tempo they were made with, at every tempo and rate; less steady when jittered."""

import pytest

pytest.importorskip("librosa")

import numpy as np
from support.closed_form import clicks

from auralis_cli.reference.fingerprint import active_short_frames, analyze_audio
from auralis_cli.reference.signal import audio_from
from auralis_cli.reference.stft import short_stft
from auralis_cli.reference.temporal import temporal_dimensions
from auralis_cli.reference.value import Floats


def temporal(samples: Floats, rate_hz: int) -> dict[str, float]:
    """The temporal dimensions, all of which must be defined."""
    audio = audio_from(samples, rate_hz)
    dimensions, _ = temporal_dimensions(audio, short_stft(audio), active_short_frames(audio))
    numbers = {key: value for key, value in dimensions.items() if isinstance(value, float)}
    assert numbers.keys() == dimensions.keys()
    return numbers


@pytest.mark.parametrize("rate_hz", [22_050, 44_100, 48_000, 96_000])
@pytest.mark.parametrize("bpm", range(60, 201, 10))
def test_clicks_have_the_tempo_they_were_made_with(bpm: int, rate_hz: int) -> None:
    samples, count = clicks(bpm, 30, rate_hz)
    values = temporal(samples, rate_hz)
    assert values["tempo_bpm"] == pytest.approx(bpm, rel=0.01, abs=0)
    assert values["rhythm_stability"] > 0.8
    assert values["transient_density"] == pytest.approx(count / 30, rel=0.05, abs=0)


def test_the_click_66_does_not_read_132() -> None:
    assert temporal(clicks(66, 30, 44_100)[0], 44_100)["tempo_bpm"] == pytest.approx(66, rel=0.01, abs=0)


def test_clicks_are_percussive() -> None:
    result = analyze_audio(audio_from(clicks(120, 10, 44_100)[0], 44_100))
    assert result["fingerprint"]["harmonic_ratio"] < 0.05


def test_jitter_lowers_rhythm_stability_step_by_step() -> None:
    steadiness = []
    for jitter in (0.0, 0.05, 0.10, 0.25):
        seeds = range(4)
        tracks = [temporal(clicks(120, 30, 44_100, jitter, seed)[0], 44_100) for seed in seeds]
        steadiness.append(np.mean([values["rhythm_stability"] for values in tracks]))
    assert steadiness[0] > 0.8
    # The definition names .49, .27 and .17 at ±5, ±10 and ±25 %; four random tracks scatter around that.
    assert steadiness[1:] == pytest.approx([0.49, 0.27, 0.17], abs=0.1, rel=0)
    assert sorted(steadiness, reverse=True) == steadiness
