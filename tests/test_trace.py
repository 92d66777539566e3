"""A trace, through the pool, against plain series and spectra of the reference's parts, and ffmpeg."""

import json
import re
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from support.audio_files import run_tool

pytest.importorskip("librosa")
import numpy as np
import soundfile

from auralis_cli.model.errors import TrackFailedError, WrongPathError
from auralis_cli.model.trace import MAX_POINTS, Series, Traced
from auralis_cli.reference.gate import active_levels, centred_mean_square, decibels
from auralis_cli.reference.loudness import loudness_lufs, window_power
from auralis_cli.reference.signal import Audio, audio_from, frame_size_samples
from auralis_cli.reference.stft import long_stft, short_stft
from auralis_cli.reference.tempo import tempo_envelope
from auralis_cli.reference.temporal import onset_flux
from auralis_cli.scan.tracing import trace_files
from auralis_cli.settings.resolve import resolve_settings
from auralis_cli.workers.program import find_worker
from auralis_cli.workers.protocol import MAX_LINE_BYTES

Samples = np.ndarray[Any, np.dtype[np.float64]]

SECONDS = 24
LOUDNESS_LU = 0.1
"""What EBU Tech 3341 allows a meter."""
ROUNDED = 0.002
"""The worker rounds to 0.001 and computes spectra in single precision."""
CENTROID = 1e-5
"""Of its value: magnitudes have single precision."""
SHARE = 0.01
"""Of the largest onset: the cube root of nearly nothing is where single precision shows."""


def music(rate_hz: int) -> Samples:
    """Two channels that have half of their noise in common, with beats, a quiet part and silence."""
    rng = np.random.default_rng(7)
    length = SECONDS * rate_hz
    t = np.arange(length) / rate_hz
    noise = np.fft.rfft(rng.standard_normal((length, 3)), axis=0)
    hz = np.fft.rfftfreq(length, 1 / rate_hz)
    noise *= ((hz > 40) / np.maximum(hz, 40) ** 0.7)[:, None]
    common, left, right = np.fft.irfft(noise, length, axis=0).T
    beats = 0.15 + np.exp(-((t - 0.1) % 0.5) / 0.08)
    level = np.select([t < 8, t < 12, t < 14], [0.5, 0.02, 0.0], 1.0)
    pair = np.stack([common + 0.5 * left, 0.7 * common + right], axis=1) * (beats * level)[:, None]
    return np.asarray(0.8 * pair / np.abs(pair).max())


@pytest.fixture(scope="module", params=[(44_100, "wav"), (48_000, "flac")], ids=["44-wav", "48-flac"])
def track(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Audio]:
    rate_hz, suffix = request.param
    path = tmp_path_factory.mktemp("trace") / f"music.{suffix}"
    soundfile.write(path, music(rate_hz), rate_hz, "PCM_24")
    return path, audio_from(soundfile.read(path)[0], rate_hz)


@pytest.fixture(scope="module")
def traced(track: tuple[Path, Audio]) -> Traced:
    return trace_files([str(track[0])], resolve_settings({}))[0]


def named(traced: Traced, name: str) -> Series:
    return next(series for series in traced.series if series.name == name)


def assert_near(found: Sequence[float | None], expected: Any, tolerance: float) -> None:
    """Both are None in the same places; NumPy's NaN and -inf are None."""
    ours = np.array(found, dtype=float)
    theirs = np.array(expected, dtype=float)
    theirs[np.isneginf(theirs)] = np.nan
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=tolerance)


def joined(values: Samples, count: int, how: Any) -> list[float]:
    """One value for each `count` values; the last may be of fewer."""
    return [how(values[start : start + count]) for start in range(0, len(values), count)]


def test_loudness_is_that_of_each_window_and_stands_at_its_end(
    track: tuple[Path, Audio], traced: Traced
) -> None:
    for name, window_s in (("short_term_lufs", 3.0), ("momentary_lufs", 0.4)):
        series = named(traced, name)
        with np.errstate(divide="ignore"):
            expected = loudness_lufs(window_power(track[1], window_s))
        # What the filter remembers of the music decays below -200 LUFS in the silence, in its own precision.
        expected[expected < -150] = -np.inf
        found = [None if value is None or value < -150 else value for value in series.values]
        assert_near(found, expected, ROUNDED)
        assert series.start_s == window_s
        assert series.step_s == pytest.approx(0.1)


@pytest.mark.needs("ffmpeg")
def test_loudness_is_that_of_ffmpegs_ebur128(track: tuple[Path, Audio], traced: Traced) -> None:
    shown = "ebur128=metadata=1,ametadata=mode=print:file=-"
    said = run_tool("ffmpeg", "-v", "error", "-i", track[0], "-af", shown, "-f", "null", "-").decode()
    for name, letter, window_s in (("short_term_lufs", "S", 3.0), ("momentary_lufs", "M", 0.4)):
        theirs = [float(value) for value in re.findall(rf"lavfi\.r128\.{letter}=(\S+)", said)]
        ours = named(traced, name).values
        theirs = theirs[round(window_s * 10) - 1 :]
        assert abs(len(theirs) - len(ours)) <= 1
        for found, expected in zip(ours, theirs, strict=False):
            if expected > -70:  # below, ffmpeg says -120.7
                assert found == pytest.approx(expected, abs=LOUDNESS_LU)


def test_peaks_are_those_of_the_samples(track: tuple[Path, Audio], traced: Traced) -> None:
    series = named(traced, "peak_dbfs")
    samples = round(series.step_s * track[1].rate_hz)
    largest = np.abs(track[1].channels).max(axis=1)
    with np.errstate(divide="ignore"):
        assert_near(series.values, decibels(np.array(joined(largest, samples, np.max)) ** 2), ROUNDED)


def test_the_stereo_field_is_that_of_the_samples_in_each_step(
    track: tuple[Path, Audio], traced: Traced
) -> None:
    audio = track[1]
    chunk = 4 * frame_size_samples(audio.rate_hz)
    expected: dict[str, list[Any]] = {"correlation": [], "width": [], "balance_db": []}
    for start in range(0, audio.length_samples, chunk):
        left, right = audio.left[start : start + chunk], audio.right[start : start + chunk]
        audible = decibels((left.var() + right.var()) / 2) >= -90
        mid, side = (left + right).var(), (left - right).var()
        expected["correlation"].append(np.corrcoef(left, right)[0, 1] if audible else np.nan)
        expected["width"].append(side / (mid + side) if audible else np.nan)
        expected["balance_db"].append(decibels(left.var() / right.var()) if audible else np.nan)
    for name, values in expected.items():
        series = named(traced, name)
        assert series.step_s == pytest.approx(chunk / audio.rate_hz)
        assert_near(series.values, values, ROUNDED)


def test_onsets_and_centroid_are_those_of_the_frames(track: tuple[Path, Audio], traced: Traced) -> None:
    audio = track[1]
    short = short_stft(audio)
    envelope = tempo_envelope(onset_flux(short).flux, short.frame_rate_hz)
    onsets = named(traced, "onset_strength")
    frames = round(onsets.step_s * short.frame_rate_hz)
    assert_near(onsets.values, joined(envelope / envelope.max(), frames, np.max), SHARE)
    excerpt = named(traced, "onset_excerpt")
    first = (len(envelope) - MAX_POINTS) // 2
    assert_near(excerpt.values, list(envelope[first : first + MAX_POINTS] / envelope.max()), SHARE)
    assert excerpt.start_s - onsets.start_s == pytest.approx(first / short.frame_rate_hz)

    with np.errstate(invalid="ignore"):
        of_frames = (short.magnitude * short.frequency_hz[:, None]).sum(0) / short.magnitude.sum(0)
    power = centred_mean_square((audio.left, audio.right), short.size_samples, short.hop_samples)
    active = active_levels(power)
    series = named(traced, "centroid_hz")
    for index, found in enumerate(series.values):
        span = slice(index * frames, (index + 1) * frames)
        known = np.isfinite(of_frames[span])
        if not active[span].any():
            assert found is None
        else:
            expected = np.average(of_frames[span][known], weights=power[span][known])
            assert found == pytest.approx(expected, rel=CENTROID)


def test_third_octaves_are_the_power_of_the_long_spectrum(track: tuple[Path, Audio], traced: Traced) -> None:
    """Of whole bins, which the bands from 400 Hz on have enough of; and together all of the power."""
    audio = track[1]
    long = long_stft(audio)
    power = (long.magnitude**2).sum(axis=1) / (long.size_samples / 2 * audio.length_samples)
    for index, band in enumerate(traced.third_octave):
        middle_hz = 1000 * 10 ** ((index - 16) / 10)
        low, high = middle_hz * 10**-0.05, middle_hz * 10**0.05
        inside = (long.frequency_hz >= low) & (long.frequency_hz < high)
        if band.centre_hz >= 400:
            assert band.level_dbfs == pytest.approx(decibels(power[inside].sum()), abs=0.1), band.centre_hz
    levels = [band.level_dbfs for band in traced.third_octave if band.level_dbfs is not None]
    total = (10 ** (np.array(levels) / 10)).sum()
    # The noise begins at 40 Hz; the last of 24 s counts up to half.
    assert decibels(total) == pytest.approx(decibels((audio.mid**2).mean()), abs=0.05)


def test_the_grid_lies_on_the_beats(traced: Traced) -> None:
    assert traced.beats is not None
    assert traced.beats.period_s == pytest.approx(0.5, abs=1e-4)
    assert traced.beats.phase_s == pytest.approx(0.1, abs=0.01)
    assert traced.beats.share > 0.8


def test_a_trace_is_of_the_audio_that_is_analysed_and_far_under_the_limit_of_a_line(
    track: tuple[Path, Audio], traced: Traced
) -> None:
    worker = find_worker(resolve_settings({}))

    def answer(command: str) -> bytes:
        return subprocess.run([worker, command, track[0]], capture_output=True, check=True).stdout

    done, said = json.loads(answer("analyze")), answer("trace")
    assert json.loads(said)["content_key"] == traced.content_key == done["content_key"]
    assert traced.duration_s == done["details"]["duration_s"] == SECONDS
    assert traced.chroma == pytest.approx(done["details"]["chroma"], abs=1e-6)
    points = sum(len(series.values) for series in traced.series)
    # All series full, each value as long as the longest here.
    longest = len(said) / points * MAX_POINTS * len(traced.series)
    assert longest < MAX_LINE_BYTES / 4


def test_a_file_without_a_trace_is_named(tmp_path: Path, track: tuple[Path, Audio]) -> None:
    broken = tmp_path / "broken.flac"
    broken.write_bytes(b"fLaC" + bytes(1000))
    with pytest.raises(TrackFailedError, match=r"broken\.flac"):
        trace_files([str(track[0]), str(broken)], resolve_settings({}))
    with pytest.raises(WrongPathError, match=r"absent.*; check the spelling"):
        trace_files([str(tmp_path / "absent.flac")], resolve_settings({}))
