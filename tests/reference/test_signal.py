"""Decoding, layouts and frame sizes."""

from pathlib import Path

import pytest

pytest.importorskip("librosa")

import numpy as np
import soundfile
from support.closed_form import sine

from auralis_cli.reference.decoding import load
from auralis_cli.reference.signal import UnsupportedSignalError, audio_from, frame_size_samples
from auralis_cli.reference.stft import long_stft, short_stft
from auralis_cli.reference.undecodable import UndecodableError


@pytest.mark.parametrize(
    ("rate_hz", "size"), [(44_100, 2048), (48_000, 2240), (96_000, 4480), (22_050, 1024), (88_200, 4096)]
)
def test_a_frame_lasts_the_same_time_at_every_rate(rate_hz: int, size: int) -> None:
    assert frame_size_samples(rate_hz) == size


@pytest.mark.parametrize("rate_hz", [44_100, 48_000])
def test_the_bin_at_22050_hz_is_kept_and_all_above_are_dropped(rate_hz: int) -> None:
    """At these rates both frames have a bin at exactly 22,050 Hz."""
    audio = audio_from(np.ones(rate_hz), rate_hz)
    assert short_stft(audio).frequency_hz[-1] == 22_050
    assert long_stft(audio).frequency_hz[-1] == 22_050


def test_sixteen_bit_files_are_read_as_fractions_of_full_scale(tmp_path: Path) -> None:
    path = tmp_path / "steps.flac"
    soundfile.write(path, np.array([-32768, -1, 0, 16384], dtype=np.int16), 44_100)
    assert load(str(path)).channels[:, 0].tolist() == [-1.0, -1 / 32768, 0.0, 0.5]


def test_mono_is_both_sides_and_the_middle() -> None:
    audio = audio_from(sine(440, 0.1, 8000), 8000)
    assert np.array_equal(audio.left, audio.right)
    assert np.array_equal(audio.mid, audio.left)


def test_five_point_one_folds_centre_and_surrounds_at_minus_three_decibels_without_the_lfe() -> None:
    audio = audio_from(np.diag([0.1, 0.2, 0.4, 0.8, 1.6, 3.2]), 48_000)
    half_power = 2**-0.5
    left, right = [0.1, 0, 0.4, 0, 1.6, 0], [0, 0.2, 0.4, 0, 0, 3.2]
    gains = np.array([1, 1, half_power, 1, half_power, half_power])
    assert audio.mixed_left == pytest.approx(left * gains, rel=1e-12, abs=0)
    assert audio.mixed_right == pytest.approx(right * gains, rel=1e-12, abs=0)


def test_samples_that_are_not_finite_or_beyond_20_dbfs_become_zero_and_are_counted() -> None:
    audio = audio_from(np.array([0.5, np.nan, np.inf, -np.inf, 10.0, -10.01]), 8000)
    assert audio.channels[:, 0].tolist() == [0.5, 0, 0, 0, 10.0, 0]
    assert audio.non_finite_samples == 4


def test_a_stream_without_samples_is_refused() -> None:
    with pytest.raises(UnsupportedSignalError, match="decodes to 0 samples"):
        audio_from(np.zeros((0, 2)), 44_100)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(UndecodableError, match=r"cannot read .*absent\.flac"):
        load(str(tmp_path / "absent.flac"))


@pytest.mark.needs("ffmpeg")
def test_a_file_that_is_not_audio_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "text.mp3"
    path.write_text("not music\n" * 100)
    with pytest.raises(UndecodableError, match=r"ffmpeg cannot decode .*text\.mp3"):
        load(str(path))
