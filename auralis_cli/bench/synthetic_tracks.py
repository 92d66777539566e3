"""Short tracks, always the same, for a bench without music: each has a beat, a chord and noise."""

import math
import random
import sys
import wave
from array import array
from pathlib import Path

RATE_HZ = 44_100
LOOP_S, LOOPS = 2, 10
"""Plain Python takes 0.2 s to make a loop, sample by sample, so it is repeated."""
TEMPI_BPM = (90, 120, 150)
ROOTS_HZ = (110.0, 146.83, 196.0)
CHORD = (1.0, 1.25, 1.5)
PEAK = 0x5FFF


def write_synthetic_tracks(folder: Path) -> None:
    """Writes one track per tempo: 20 s of 16-bit stereo."""
    for number, (tempo_bpm, root_hz) in enumerate(zip(TEMPI_BPM, ROOTS_HZ, strict=True), 1):
        loop = _loop(tempo_bpm, root_hz, random.Random(number))
        with wave.open(str(folder / f"synthetic-{number}.wav"), "wb") as file:
            file.setnchannels(2)
            file.setsampwidth(2)
            file.setframerate(RATE_HZ)
            for _ in range(LOOPS):
                file.writeframes(loop.tobytes())


def _loop(tempo_bpm: int, root_hz: float, noise: random.Random) -> "array[int]":
    """Interleaved samples: bursts on the beat in the middle, a chord mostly left, noise mostly right."""
    samples = array("h")
    beat_s = 60 / tempo_bpm
    for n in range(LOOP_S * RATE_HZ):
        t = n / RATE_HZ
        since = t % beat_s
        burst = math.exp(-30 * since) * math.sin(2 * math.pi * 60 * since)
        chord = sum(math.sin(2 * math.pi * root_hz * ratio * t) for ratio in CHORD) / len(CHORD)
        hiss = noise.uniform(-0.1, 0.1)
        left = 0.5 * burst + 0.35 * chord + 0.2 * hiss
        right = 0.5 * burst + 0.15 * chord + hiss
        samples.extend((round(PEAK * left), round(PEAK * right)))
    if sys.byteorder == "big":
        samples.byteswap()
    return samples
