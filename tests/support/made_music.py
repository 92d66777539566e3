"""A made recording: chords, a bass and a beat that change all the time, and versions of it."""

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 22_050

Samples = NDArray[np.float64]


def music(seconds: float, seed: int) -> Samples:
    """Two channels, (samples, 2), peak 0.5; another seed is another piece."""
    generator = np.random.default_rng(seed)
    t = np.arange(int(RATE_HZ * seconds)) / RATE_HZ
    bars = int(seconds) + 1
    bar = np.minimum(t.astype(int), bars - 1)
    root = generator.integers(40, 64, bars)[bar]
    sound = np.zeros((len(t), 2))
    for voice in range(4):
        step = generator.integers(0, 13, bars)[bar]
        hertz = 440 * 2 ** ((root + step + 7 * voice - 69) / 12)
        tone = np.sin(2 * np.pi * np.cumsum(hertz) / RATE_HZ) * generator.random(bars)[bar]
        side = generator.random()
        sound += tone[:, None] * np.array([side, 1 - side])
    tempo = generator.uniform(1.5, 3.0)
    beat = np.exp(-25 * np.mod(t * tempo, 1.0)) * generator.standard_normal(len(t))
    sound += 0.8 * beat[:, None]
    found: Samples = 0.5 * sound / np.abs(sound).max()
    return found


def write_wav(path: Path, samples: Samples) -> Path:
    """A WAV file of 16 bits."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(samples.shape[1])
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(np.round(np.clip(samples, -1, 1) * 32_767).astype("<i2").tobytes())
    return path
