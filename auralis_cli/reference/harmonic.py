"""Group harmonic: tonal against percussive power, steadiness of pitch, tonal concentration."""

import librosa

from auralis_cli.reference.chroma import Chroma, chroma_energy
from auralis_cli.reference.pitch import pitch_stability
from auralis_cli.reference.signal import Audio
from auralis_cli.reference.stft import Spectrogram
from auralis_cli.reference.value import Undefined, Value

MEDIAN_FRAMES = 31
MEDIAN_BINS = 31
FRAMES_AT_ONCE = 4096


def harmonic_dimensions(audio: Audio, short: Spectrogram, chroma: Chroma) -> dict[str, Value]:
    """`harmonic_ratio`, `pitch_stability`, `chroma_energy`, all 0-1, where the mid channel is not silent."""
    return {
        "harmonic_ratio": harmonic_ratio(short),
        "pitch_stability": pitch_stability(audio),
        "chroma_energy": chroma_energy(chroma),
    }


def harmonic_ratio(short: Spectrogram) -> Value:
    """ΣH² / (ΣH² + ΣP²) of median-filter separation (Fitzgerald 2010), over all frames.

    Magnitudes are scaled to a largest of 1, which cancels in the ratio and keeps quiet tracks clear of the
    smallest float. A run of frames is separated with 15 more on either side, all that its medians can see, so
    the runs give what the whole would give, in less memory.
    """
    largest, frames = short.magnitude.max(), short.magnitude.shape[1]
    if largest <= 0:
        return Undefined("mid_silent")
    harmonic_power = percussive_power = 0.0
    for start in range(0, frames, FRAMES_AT_ONCE):
        first, stop = max(0, start - MEDIAN_FRAMES // 2), start + FRAMES_AT_ONCE
        harmonic, percussive = librosa.decompose.hpss(
            short.magnitude[:, first : stop + MEDIAN_FRAMES // 2] / largest,
            kernel_size=(MEDIAN_FRAMES, MEDIAN_BINS),
            power=2.0,
            margin=1.0,
        )
        run = slice(start - first, stop - first)
        harmonic_power += float((harmonic[:, run] ** 2).sum())
        percussive_power += float((percussive[:, run] ** 2).sum())
    return harmonic_power / (harmonic_power + percussive_power)
