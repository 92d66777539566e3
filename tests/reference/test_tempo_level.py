"""The metrical level of grooves whose beat is known because they were written down."""

import pytest

pytest.importorskip("librosa")

import numpy as np
from support.closed_form import clicks, white_noise
from support.grooves import GROOVES, RATE_HZ, play

from auralis_cli.reference.metrical_level import weigh_levels
from auralis_cli.reference.signal import audio_from
from auralis_cli.reference.stft import short_stft
from auralis_cli.reference.tempo import Tempo, estimate_tempo, tempo_envelope
from auralis_cli.reference.tempo_evidence import count_events, read_envelope
from auralis_cli.reference.temporal import onset_flux
from auralis_cli.reference.value import Floats

LEVEL_TOLERANCE = 0.01
"""The beat is exact; the frame grid and the refinement leave some 0.1 %. An octave error is an error."""


def read(samples: Floats, rate_hz: int = RATE_HZ) -> Tempo:
    """The tempo of a signal that must have one."""
    audio = audio_from(samples, rate_hz)
    onset = onset_flux(short_stft(audio))
    envelope = tempo_envelope(onset.flux, onset.frame_rate_hz)
    tempo = estimate_tempo(envelope, onset.frame_rate_hz, audio.duration_s)
    assert isinstance(tempo, Tempo)
    return tempo


@pytest.mark.parametrize(
    ("groove", "bpm"),
    [
        ("rock", 98),
        ("rock", 142),
        ("house", 124),
        ("funk", 97),
        ("funk", 112),
        ("shuffle", 92),
        ("shuffle", 126),
        ("waltz", 104),
        ("waltz", 138),
        ("bossa", 132),
        ("arpeggio", 88),
        ("arpeggio", 120),
        ("chords", 76),
        ("chords", 108),
    ],
)
def test_a_groove_reads_the_beat_it_was_written_in(groove: str, bpm: float) -> None:
    tempo = read(play(groove, bpm, 24))
    assert tempo.bpm == pytest.approx(bpm, rel=LEVEL_TOLERANCE, abs=0), tempo


def test_the_levels_of_a_pulse_share_out_a_probability_of_one() -> None:
    audio = audio_from(play("rock", 110, 20), RATE_HZ)
    onset = onset_flux(short_stft(audio))
    evidence = read_envelope(tempo_envelope(onset.flux, onset.frame_rate_hz), onset.frame_rate_hz)
    levels = weigh_levels(evidence, 110.0)
    assert sum(level.probability for level in levels) == pytest.approx(1, abs=1e-12, rel=0)
    assert [level.probability for level in levels] == sorted((x.probability for x in levels), reverse=True)
    # A third and a quarter of 110 BPM lie below 40, three and four times above 260.
    expected = {55: 1 / 2, 220 / 3: 2 / 3, 110: 1, 165: 3 / 2, 220: 2}
    assert sorted(level.bpm for level in levels) == pytest.approx(sorted(expected), rel=1e-12, abs=0)


def test_a_beat_that_nothing_contradicts_is_surer_than_one_among_even_sixteenths() -> None:
    bare = read(clicks(120, 24, RATE_HZ)[0])
    even = clicks(4 * 90, 24, RATE_HZ)[0] + 0.3 * clicks(90, 24, RATE_HZ, seed=5)[0]
    assert bare.probability > 0.8
    assert read(even).probability < bare.probability


def test_the_right_octave_is_likelier_the_higher_the_confidence() -> None:
    """Over tempi beyond the comfortable middle too, so that some are read wrong; three bins."""
    right, confidence = [], []
    for groove in GROOVES:
        for bpm in (76, 90, 108, 132, 178):
            tempo = read(play(groove, bpm, 20))
            right.append(abs(tempo.bpm / bpm - 1) < LEVEL_TOLERANCE)
            confidence.append(tempo.probability)
    bins = np.digitize(confidence, [0.7, 0.9])
    shares = [float(np.mean([r for r, b in zip(right, bins, strict=True) if b == i])) for i in range(3)]
    assert shares[0] < shares[1] < shares[2], shares
    assert shares[2] > 0.9, shares


def test_events_are_local_maxima_above_the_mean() -> None:
    assert count_events(np.array([0, 3, 0, 0.1, 0, 2, 2, 0.0])) == 2
    assert count_events(np.ones(10)) == 1, "at least one, so that its logarithm exists"


def test_noise_has_no_level() -> None:
    audio = audio_from(white_noise(30, RATE_HZ), RATE_HZ)
    onset = onset_flux(short_stft(audio))
    envelope = tempo_envelope(onset.flux, onset.frame_rate_hz)
    assert not isinstance(estimate_tempo(envelope, onset.frame_rate_hz, audio.duration_s), Tempo)
