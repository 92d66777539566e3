"""The measurements in `details` of the worker against the plain ones of the reference."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.program import scan

pytest.importorskip("librosa")
import numpy as np
import soundfile

from auralis_cli.reference.answer import analyse_file

Samples = np.ndarray[Any, np.dtype[np.float64]]
RATE_HZ = 44_100
SECONDS = 5

EXACT = ("channel_relation", "effective_bits", "bandwidth_hz", "missing_samples", "damaged_samples")
LEVELS = (
    *("true_peak_dbtp", "plr_lu", "max_momentary_lufs", "max_short_term_lufs", "level_difference_db"),
    *("start_level_db", "end_level_db"),
)
TIMES = ("leading_silence_s", "trailing_silence_s", "longest_silence_s", "longest_silence_at_s")
ROUNDED = 0.001
"""The worker rounds levels and times to 0.001, and filters in single precision."""
FILTERED = 0.005
"""At high rates the sample peak is that behind a low-pass; the two filters differ between 21 and 22 kHz."""
EDGE_DB = 0.05
"""Spectra of single precision, in bands near their floor."""


def music(seconds: float = SECONDS, rate_hz: int = RATE_HZ, seed: int = 1) -> Samples:
    """Two channels of noise with its power at low frequencies, which comes and goes."""
    rng = np.random.default_rng(seed)
    length = int(seconds * rate_hz)
    spectrum = np.fft.rfft(rng.standard_normal((length, 2)), axis=0)
    spectrum /= np.maximum(np.fft.rfftfreq(length, 1 / rate_hz), 20)[:, None] ** 0.7
    noise = np.fft.irfft(spectrum, length, axis=0)
    swell = 0.2 + 0.8 * np.sin(np.arange(length) / rate_hz * 3)[:, None] ** 2
    return np.asarray(0.9 * swell * noise / np.abs(noise).max())


def clipped() -> Samples:
    return np.asarray(np.clip(2.0 * music(), -0.7, 0.65))


def with_silences() -> Samples:
    gap = np.zeros((RATE_HZ // 2, 2))
    return np.concatenate([gap, music(2), gap[:9_000], music(2, seed=2), gap[:5_000] + 0.0005])


def cut_at_16_khz() -> Samples:
    spectrum = np.fft.rfft(music(), axis=0)
    spectrum[np.fft.rfftfreq(SECONDS * RATE_HZ, 1 / RATE_HZ) > 16_000] = 0
    return np.asarray(np.fft.irfft(spectrum, SECONDS * RATE_HZ, axis=0))


def right_is_dead() -> Samples:
    return music() * [1.0, 0.0]


def inverted() -> Samples:
    return music()[:, :1] * [1.0, -1.0]


def mono() -> Samples:
    channel = music()[:, :1]
    return np.asarray(channel - channel.mean() + 0.01)


def quiet() -> Samples:
    return with_silences() * 0.003


MADE: dict[str, tuple[Callable[[], Samples], int, str]] = {
    "clipped.flac": (clipped, RATE_HZ, "PCM_16"),
    "silences.flac": (with_silences, RATE_HZ, "PCM_16"),
    "band-limited.wav": (cut_at_16_khz, RATE_HZ, "PCM_16"),
    "padded.wav": (lambda: np.round(music() * 2**11) / 2**11, RATE_HZ, "PCM_24"),
    "right-dead.flac": (right_is_dead, RATE_HZ, "PCM_16"),
    "inverted.flac": (inverted, RATE_HZ, "PCM_16"),
    "mono.wav": (mono, RATE_HZ, "PCM_16"),
    "identical.wav": (lambda: music()[:, :1] * [1.0, 1.0], 48_000, "PCM_24"),
    "quiet.flac": (quiet, RATE_HZ, "PCM_24"),
    "high-rate.flac": (lambda: music(4, 96_000), 96_000, "PCM_24"),
    "blip.wav": (lambda: music(0.03), RATE_HZ, "PCM_16"),
    "silent.wav": (lambda: np.zeros((20_000, 2)), RATE_HZ, "PCM_16"),
    "only-offset.wav": (lambda: np.full((20_000, 2), 0.9), RATE_HZ, "PCM_16"),
}


def near(expected: Any, tolerance: float) -> Any:
    """Equal to numbers in lists, or None, within an absolute tolerance."""
    if isinstance(expected, list):
        return [near(each, tolerance) for each in expected]
    return expected if expected is None else pytest.approx(expected, abs=tolerance, rel=0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("measured")
    for name, (make, rate_hz, subtype) in MADE.items():
        soundfile.write(folder / name, make(), rate_hz, subtype=subtype)
    return folder


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory, folder: Path) -> dict[str, dict[str, Any]]:
    """The worker's details by file name."""
    events = scan(folder, tmp_path_factory.mktemp("cache") / "cache.db")
    return {Path(event["path"]).name: event["details"] for event in events if event["event"] == "track"}


@pytest.mark.parametrize("name", MADE)
def test_the_worker_measures_what_the_reference_does(
    name: str, folder: Path, measured: dict[str, dict[str, Any]]
) -> None:
    actual, expected = measured[name], analyse_file(str(folder / name), None)["details"]
    for key in EXACT:
        assert actual[key] == expected[key], key
    for key in LEVELS + TIMES:
        assert actual[key] == near(expected[key], ROUNDED), key
    assert actual["sample_peak_dbfs"] == near(expected["sample_peak_dbfs"], FILTERED)
    assert actual["true_peak_at_s"] == near(expected["true_peak_at_s"], 0.002)
    assert actual["bandwidth_edge_db"] == near(expected["bandwidth_edge_db"], EDGE_DB)
    assert actual["dc_offset"] == near(expected["dc_offset"], 2e-7)
    assert actual["channel_levels_dbfs"] == near(expected["channel_levels_dbfs"], ROUNDED)
    assert actual["loudness_blocks"] == near([list(pair) for pair in expected["loudness_blocks"]], ROUNDED)
    if expected["clipping"] is None:
        assert actual["clipping"] is None
    else:
        assert actual["clipping"] == {
            name: near(value, ROUNDED) for name, value in expected["clipping"].items()
        }


def test_they_are_what_the_files_were_made_to_be(measured: dict[str, dict[str, Any]]) -> None:
    assert measured["clipped.flac"]["clipping"]["ceiling_dbfs"] == pytest.approx(-3.1, abs=0.01)
    assert measured["clipped.flac"]["clipping"]["runs"] > 100
    assert [measured[name]["clipping"] for name in ("high-rate.flac", "silent.wav")] == [None, None]
    assert measured["silences.flac"]["leading_silence_s"] == pytest.approx(0.5, abs=0.001)
    assert measured["silences.flac"]["longest_silence_s"] == pytest.approx(9_000 / RATE_HZ, abs=0.002)
    assert measured["silences.flac"]["trailing_silence_s"] == pytest.approx(5_000 / RATE_HZ, abs=0.002)
    assert measured["band-limited.wav"]["bandwidth_hz"] == 16_000
    assert measured["band-limited.wav"]["bandwidth_edge_db"] > 60  # though it begins and ends abruptly
    assert measured["high-rate.flac"]["bandwidth_edge_db"] < 10
    assert [measured[name]["effective_bits"] for name in ("padded.wav", "clipped.flac")] == [12, 16]
    assert measured["mono.wav"]["dc_offset"] == pytest.approx([0.01], abs=1e-3)
    relations = {name: measured[name]["channel_relation"] for name in MADE}
    assert relations["right-dead.flac"] == "right_dead"
    assert relations["inverted.flac"] == "inverted"
    assert relations["mono.wav"] == "mono"
    assert relations["identical.wav"] == "identical"
    assert relations["clipped.flac"] == "different"
    assert relations["silent.wav"] is None
