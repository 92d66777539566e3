"""Group harmonic: harmonic and percussive power, steadiness of pitch, concentration of the chroma."""

import librosa
import numpy as np

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

    Magnitudes are scaled so that the largest is 1: this cancels in the ratio, and keeps quiet tracks away
    from the smallest float. To save memory, frames are separated in runs. Each run has 15 more frames on both
    sides, as far as its medians reach, so the result is that of the whole track.
    """
    largest, frames = short.magnitude.max(), short.magnitude.shape[1]
    if largest <= 0:
        return Undefined("mid_silent")
    # SciPy's median reads outside an axis that is shorter than its window (NaN with 1.17.1), so such a track
    # gets the frames that the mirror gives.
    added = MEDIAN_FRAMES // 2 if frames < MEDIAN_FRAMES else 0
    magnitude = np.pad(short.magnitude, ((0, 0), (added, added)), mode="symmetric")
    harmonic_power = percussive_power = 0.0
    for start in range(0, frames, FRAMES_AT_ONCE):
        first, stop = max(0, start - MEDIAN_FRAMES // 2), start + FRAMES_AT_ONCE
        harmonic, percussive = librosa.decompose.hpss(
            magnitude[:, first : stop + MEDIAN_FRAMES // 2 + 2 * added] / largest,
            kernel_size=(MEDIAN_FRAMES, MEDIAN_BINS),
            power=2.0,
            margin=1.0,
        )
        run = slice(start - first + added, min(stop, frames) - first + added)
        harmonic_power += float((harmonic[:, run] ** 2).sum())
        percussive_power += float((percussive[:, run] ** 2).sum())
    return harmonic_power / (harmonic_power + percussive_power)
