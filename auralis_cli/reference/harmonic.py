"""Group harmonic: tonal against percussive power, steadiness of pitch, tonal concentration."""

import librosa
import numpy as np

from auralis_cli.reference.chroma import Chroma, chroma_energy
from auralis_cli.reference.pitch import pitch_stability
from auralis_cli.reference.signal import Audio
from auralis_cli.reference.stft import Spectrogram
from auralis_cli.reference.value import Undefined, Value

MEDIAN_FRAMES = 31
MEDIAN_BINS = 31


def harmonic_dimensions(audio: Audio, short: Spectrogram, chroma: Chroma) -> dict[str, Value]:
    """`harmonic_ratio`, `pitch_stability`, `chroma_energy`, all 0-1, where the mid channel is not silent."""
    return {
        "harmonic_ratio": _harmonic_ratio(short),
        "pitch_stability": pitch_stability(audio),
        "chroma_energy": chroma_energy(chroma),
    }


def _harmonic_ratio(short: Spectrogram) -> Value:
    """ΣH² / (ΣH² + ΣP²) of median-filter separation (Fitzgerald 2010), over all frames.

    Magnitudes are scaled to a largest of 1, which cancels in the ratio and keeps quiet tracks clear of the
    smallest float; as f32 they halve the memory of the separation, its largest cost.
    """
    largest = short.magnitude.max()
    if largest <= 0:
        return Undefined("mid_silent")
    harmonic, percussive = librosa.decompose.hpss(
        (short.magnitude / largest).astype(np.float32),
        kernel_size=(MEDIAN_FRAMES, MEDIAN_BINS),
        power=2.0,
        margin=1.0,
    )
    harmonic_power = float((harmonic**2).sum(dtype=np.float64))
    percussive_power = float((percussive**2).sum(dtype=np.float64))
    return harmonic_power / (harmonic_power + percussive_power)
