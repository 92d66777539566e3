"""The hand-written kernels against closed forms and textbook loops."""

import pytest

pytest.importorskip("librosa")

import librosa
import numpy as np
from support.closed_form import clicks, sine, white_noise

from auralis_cli.reference.chroma import ATOMS, CYCLES, atom_power
from auralis_cli.reference.harmonic import harmonic_ratio
from auralis_cli.reference.pitch import decimate, normalised_difference, pick_period
from auralis_cli.reference.signal import audio_from
from auralis_cli.reference.stft import long_stft, short_stft
from auralis_cli.reference.tempo import refine_lag
from auralis_cli.reference.tempo_evidence import autocorrelation, largest_within, parabola_top
from auralis_cli.reference.temporal import OnsetFlux, count_onsets


def test_atoms_have_the_spectrum_of_a_continuous_hann_window() -> None:
    long = long_stft(audio_from(sine(440, 0.5, 44_100), 44_100))
    centre_hz = 130.8128 * 2 ** (np.arange(ATOMS)[:, None] / 36)
    cycles_off = (long.frequency_hz - centre_hz) * CYCLES / centre_hz
    expected = (np.sinc(cycles_off) / (1 - cycles_off**2)) ** 2
    # Atoms have 359 to 11,496 whole samples: half a sample more or less moves a slope by under 0.5 %.
    np.testing.assert_allclose(atom_power(long), expected, atol=0.005, rtol=0)


def test_runs_of_frames_separate_as_the_whole_does(monkeypatch: pytest.MonkeyPatch) -> None:
    samples = white_noise(1, 44_100) + sine(440, 1, 44_100) + clicks(240, 1, 44_100)[0]
    short = short_stft(audio_from(samples, 44_100))
    whole = harmonic_ratio(short)
    harmonic, percussive = librosa.decompose.hpss(short.magnitude)
    assert whole == pytest.approx(
        (harmonic**2).sum() / ((harmonic**2).sum() + (percussive**2).sum()), rel=1e-12, abs=0
    )
    for frames_at_once in (1, 16, 40):
        monkeypatch.setattr("auralis_cli.reference.harmonic.FRAMES_AT_ONCE", frames_at_once)
        assert harmonic_ratio(short) == pytest.approx(whole, rel=1e-12, abs=0)


def test_the_yin_difference_is_the_textbook_sum() -> None:
    """Equation 6 of de Cheveigné & Kawahara 2002: j runs from t + 1 to t + W."""
    frame = white_noise(64 / 8000, 8000)
    difference = [sum((frame[j] - frame[j + lag]) ** 2 for j in range(1, 33)) for lag in range(21)]
    expected = [1.0] + [difference[lag] * lag / sum(difference[1 : lag + 1]) for lag in range(1, 21)]
    assert normalised_difference(frame[None, :], 32, 20)[0] == pytest.approx(expected, rel=1e-12, abs=0)


def test_the_yin_difference_is_librosas_before_0_11() -> None:
    """Correlation by transforms and energies by running sums: another way to the same terms."""
    window, longest = 512, 170
    frame = white_noise(2 * window / 8000, 8000)
    size = 4 * window
    product = np.fft.rfft(frame, size) * np.fft.rfft(frame[window:0:-1], size)
    correlation = np.fft.irfft(product, size)[window : window + longest + 1]
    running = np.cumsum(frame**2)
    energy = running[window : window + longest + 1] - running[: longest + 1]
    difference = energy[0] + energy - 2 * correlation
    mean = np.cumsum(difference[1:]) / np.arange(1, longest + 1)
    found = normalised_difference(frame[None, :], window, longest)[0]
    assert found[1:] == pytest.approx(difference[1:] / mean, rel=1e-9, abs=0)


def test_the_period_is_the_first_dip_that_is_as_deep_as_the_deepest() -> None:
    dips = np.ones(40)
    dips[[9, 10, 11]] = 0.105, 0.1005, 0.102
    dips[[19, 20, 21]] = 0.103, 0.1, 0.104
    period, dip = pick_period(dips, 5, 39)
    assert dip == 0.1005
    assert period == pytest.approx(10 + 0.5 * 0.003 / 0.006, abs=1e-9, rel=0)


def test_silence_has_no_period() -> None:
    period, dip = pick_period(normalised_difference(np.zeros((1, 64)), 32, 20)[0], 5, 20)
    assert np.isnan(period)
    assert dip == 1


@pytest.mark.parametrize("rate_hz", [44_100, 48_000, 96_000])
def test_decimation_keeps_8_khz_and_stops_what_would_fold(rate_hz: int) -> None:
    kept = decimate(sine(8000, 1, rate_hz), rate_hz)[500:-500]
    assert np.sqrt(2 * (kept**2).mean()) == pytest.approx(0.5, rel=0.001, abs=0)
    folded = decimate(sine(12_500, 1, rate_hz), rate_hz)[500:-500]
    assert np.abs(folded).max() < 0.5e-3


def test_autocorrelation_is_the_unbiased_textbook_sum() -> None:
    envelope = np.abs(white_noise(50 / 8000, 8000))
    centred = envelope - envelope.mean()
    power = (centred**2).mean()
    expected = [(centred[: 50 - lag] * centred[lag:]).mean() / power for lag in range(50)]
    assert autocorrelation(envelope) == pytest.approx(expected, rel=0, abs=1e-12)


def test_the_largest_value_on_a_line_may_lie_at_its_cut_ends() -> None:
    values = np.array([0.0, 4.0, 1.0, 5.0])
    assert largest_within(values, 0.25, 0.75) == pytest.approx(3, abs=1e-12, rel=0)
    assert largest_within(values, 0.5, 2.5) == pytest.approx(4, abs=1e-12, rel=0)
    assert largest_within(values, 1.5, 2.5) == pytest.approx(3, abs=1e-12, rel=0)


def test_a_parabola_is_read_at_its_top() -> None:
    before, peak, after = (7 - 2 * (x - 0.3) ** 2 for x in (-1.0, 0.0, 1.0))
    assert parabola_top(before, peak, after) == pytest.approx((0.3, 7), abs=1e-12, rel=0)


def test_longer_multiples_sharpen_the_beat() -> None:
    correlation = np.cos(2 * np.pi * np.arange(2500) / 43.21)
    # The 32nd beat is read to some 0.02 frames, so the beat to under 0.001.
    assert refine_lag(correlation, 43.1) == pytest.approx(43.21, abs=0.001, rel=0)


def test_a_beat_without_peaks_stays_where_it_was() -> None:
    assert refine_lag(np.zeros(2500), 43.1) == 43.1


def test_onsets_are_peaks_that_stand_out_of_active_frames() -> None:
    flux = np.zeros(300)
    flux[[50, 100, 102, 200, 250]] = 1.0, 0.5, 0.6, 0.02, 1.0
    active = np.ones(300, dtype=np.bool_)
    active[250] = False
    # 100 is not the highest within 3 frames, 200 is under the margin of 0.025, 250 is not active.
    assert count_onsets(OnsetFlux(flux, np.ones(300), 86.1), active) == 2
