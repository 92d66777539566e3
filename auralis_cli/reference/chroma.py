"""A constant-Q chroma from the power of the long STFT, and how much of it is in few pitch classes."""

from dataclasses import dataclass

import librosa
import numpy as np

from auralis_cli.reference.gate import active_spectra
from auralis_cli.reference.stft import Spectrogram
from auralis_cli.reference.value import Floats, Undefined, Value

BINS_PER_OCTAVE = 36
ATOMS = 180
CYCLES = 34.1
CLASSES = 12


@dataclass(frozen=True)
class Chroma:
    """Power of the 12 pitch classes (C first) per active long frame, each frame summing to 1.

    tuning_thirds: -1, 0 or +1 thirds of a semitone.
    """

    classes: Floats
    tuning_thirds: int


def constant_q_chroma(long: Spectrogram) -> Chroma:
    """C_k = Σ_f |A_k(f)|²·|X(f)|², the strongest of three tunings, folded to 12 classes.

    The tuning with the most power over the whole track wins; of equal ones 0 before -1 before +1.
    """
    power = long.magnitude**2
    atoms = atom_power(long) @ power
    totals = {thirds: float(atoms[_tuned(thirds)].sum()) for thirds in (0, -1, 1)}
    thirds = max(totals, key=lambda candidate: totals[candidate])
    semitones = atoms[_tuned(thirds)]
    first_class = 1 if thirds == -1 else 0
    folded = np.zeros((CLASSES, power.shape[1]))
    for index, row in enumerate(semitones):
        folded[(first_class + index) % CLASSES] += row
    kept = folded[:, active_spectra(power.sum(axis=0)) & (folded.sum(axis=0) > 0)]
    return Chroma(kept / kept.sum(axis=0), thirds)


def _tuned(thirds: int) -> slice:
    """Atoms at a tuning: 0, 3, 6 … (C first); 1, 4, 7 …; or, a third flat, 2, 5, 8 … (C♯ first)."""
    return slice(thirds % 3, ATOMS, 3)


def atom_power(long: Spectrogram) -> Floats:
    """|A_k(f)|² of 180 Hann atoms of 34.1 cycles and sum 1 at C3·2^(k/36), on the bins of the long STFT.

    An atom above the Nyquist frequency is 0.
    """
    frequencies_hz = librosa.note_to_hz("C3") * 2 ** (np.arange(ATOMS) / BINS_PER_OCTAVE)
    below = frequencies_hz * (1 + 2 / CYCLES) < long.rate_hz / 2
    atoms, _ = librosa.filters.wavelet(
        freqs=frequencies_hz[below],
        sr=long.rate_hz,
        window="hann",
        pad_fft=False,
        norm=1,
        dtype=np.complex128,
        alpha=1 / CYCLES,
    )
    kernels = np.zeros((ATOMS, long.frequency_hz.size))
    spectra = np.fft.fft(atoms, long.size_samples, axis=1)[:, : long.frequency_hz.size]
    kernels[below] = np.abs(spectra) ** 2
    return kernels


def chroma_energy(chroma: Chroma) -> Value:
    """(12·Σp² - 1)/11, mean over active frames: 0 if all classes are equal, 1 for a single one."""
    if chroma.classes.shape[1] == 0:
        return Undefined("no_active_frame")
    concentration = (CLASSES * (chroma.classes**2).sum(axis=0) - 1) / (CLASSES - 1)
    return float(concentration.mean())
