"""A library of small random tracks: different in every respect that the 25 dimensions measure."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 22_050
SECONDS = 8.0
Samples = NDArray[np.float64]


def random_track(random: np.random.Generator) -> Samples:
    """Stereo, shape (n, 2): a beat, a chord, noise of some colour, each at its own level and place."""
    n = int(RATE_HZ * SECONDS)
    t = np.arange(n) / RATE_HZ
    beat_s = 60 / random.uniform(60, 190)
    since = np.mod(t, beat_s)
    jitter = random.uniform(0, 0.1) * random.standard_normal(int(SECONDS / beat_s) + 2)
    since = np.maximum(since - beat_s * 0.2 * jitter[(t / beat_s).astype(int)], 0)
    beat = np.exp(-since / random.uniform(0.01, 0.3)) * np.sin(2 * np.pi * random.uniform(40, 400) * since)
    notes = 55 * 2 ** (random.integers(12, 60, random.integers(1, 5)) / 12)
    overtones = random.uniform(0, 0.9) ** np.arange(6)
    phase = 2 * np.pi * np.outer(notes, t) + random.uniform(0, 0.5) * np.sin(
        2 * np.pi * random.uniform(1, 8) * t
    )
    chord = sum(level * np.sin((k + 1) * phase).sum(axis=0) for k, level in enumerate(overtones)) / len(notes)
    spectrum = np.fft.rfft(random.standard_normal(n))
    noise = np.fft.irfft(spectrum / np.maximum(np.arange(spectrum.size), 1) ** random.uniform(0, 1), n)
    noise /= np.abs(noise).max()
    swell = 1 + random.uniform(0, 0.95) * np.sin(2 * np.pi * t / random.uniform(2, 8))
    parts = [beat, swell * chord, noise * (swell if random.integers(2) else 1.0)]
    levels = random.uniform([0.4, 0.02, 0.02], 1) ** 2
    sides = random.uniform(0, 0.8, 3) * random.choice([-1, 1], 3)
    left = sum(level * (1 + side) * part for level, side, part in zip(levels, sides, parts, strict=True))
    right = sum(level * (1 - side) * part for level, side, part in zip(levels, sides, parts, strict=True))
    stereo = np.stack([left, right], axis=1)
    silent_from = int(n * (1 - random.uniform(0, 0.3) * random.integers(0, 2)))
    stereo[silent_from:] *= 1e-4
    scaled: Samples = stereo / np.abs(stereo).max() * 10 ** random.uniform(-1.2, 0)
    return scaled


def write_library(folder: Path, tracks: int, seed: int) -> None:
    """Write so many tracks as 16-bit WAV files."""
    random = np.random.default_rng(seed)
    folder.mkdir()
    for index in range(tracks):
        with wave.open(str(folder / f"track-{index:03}.wav"), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(np.round(random_track(random) * 32767).astype("<i2").tobytes())
