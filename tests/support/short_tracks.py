"""Many short tracks of distinct content, made quickly."""

import wave
from pathlib import Path

import numpy as np

RATE_HZ = 22_050
TRACKS_PER_FOLDER = 250
TAIL_SAMPLES = 2_000


def write_short_tracks(folder: Path, tracks: int, seconds: float, seed: int) -> None:
    """So many mono WAV files: one chord over a beat, each with an end of its own."""
    random = np.random.default_rng(seed)
    t = np.arange(int(RATE_HZ * seconds)) / RATE_HZ
    chord = sum(np.sin(2 * np.pi * hertz * t) for hertz in (220.0, 277.2, 329.6))
    beat = np.exp(-12 * np.mod(t, 0.5)) * random.standard_normal(t.size)
    base = np.round(4000 * (chord + beat)).astype("<i2")[:-TAIL_SAMPLES].tobytes()
    for index in range(tracks):
        path = folder / f"{index // TRACKS_PER_FOLDER:03}" / f"{index:05}.wav"
        path.parent.mkdir(parents=True, exist_ok=True)
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            file.writeframes(base + random.integers(-4000, 4000, TAIL_SAMPLES, dtype="<i2").tobytes())
