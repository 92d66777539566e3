"""The short and the long STFT of the mid channel."""

import warnings
from dataclasses import dataclass

import librosa
import numpy as np
import scipy.signal

from auralis_cli.reference.signal import Audio, frame_size_samples
from auralis_cli.reference.value import Floats

MAX_BIN_HZ = 22_050.0


@dataclass(frozen=True)
class Spectrogram:
    """Magnitudes |X| of shape (bins, frames), and the centre frequency of each bin in Hz.

    Frame t is centred on sample t·hop of the track. Bins above 22,050 Hz are left out.
    """

    magnitude: Floats
    frequency_hz: Floats
    size_samples: int
    hop_samples: int
    rate_hz: int

    @property
    def frame_rate_hz(self) -> float:
        """Frames per second."""
        return self.rate_hz / self.hop_samples


def short_stft(audio: Audio) -> Spectrogram:
    """Size N, hop N/4, periodic Hann, centred on zero-padded ends."""
    size = frame_size_samples(audio.rate_hz)
    return _stft(audio, size, size // 4, scipy.signal.get_window("hann", size))


def long_stft(audio: Audio) -> Spectrogram:
    """Size 8N, hop 4N, sine window sin(π(n + ½)/8N), centred on zero-padded ends."""
    size = 8 * frame_size_samples(audio.rate_hz)
    return _stft(audio, size, size // 2, np.sin(np.pi * (np.arange(size) + 0.5) / size))


def _stft(audio: Audio, size: int, hop: int, window: Floats) -> Spectrogram:
    frequency_hz = np.arange(size // 2 + 1) * audio.rate_hz / size
    kept = int(np.count_nonzero(frequency_hz <= MAX_BIN_HZ))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="n_fft=.* is too large")
        spectrum = librosa.stft(
            audio.mid, n_fft=size, hop_length=hop, window=window, center=True, pad_mode="constant"
        )
    return Spectrogram(np.abs(spectrum[:kept]), frequency_hz[:kept], size, hop, audio.rate_hz)
