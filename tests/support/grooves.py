"""Grooves of known tempo, played by a few synthetic instruments, and the rhythms written as text."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

RATE_HZ = 22_050

GROOVES: dict[str, tuple[int, dict[str, str]]] = {
    "rock": (4, {"kick": "x...o...x.o.....", "snare": "....x.......x...", "hat": "x.o.x.o.x.o.x.o."}),
    "house": (4, {"kick": "x...x...x...x...", "snare": "....x.......x...", "hat": "..x...x...x...x."}),
    "funk": (4, {"kick": "x.o....o..o..o..", "snare": "....x..o.o..x..o", "hat": "xoxoxoxoxoxoxoxo"}),
    "shuffle": (3, {"kick": "x....ox....o", "snare": "...x.....x..", "hat": "x.ox.ox.ox.o"}),
    "waltz": (4, {"kick": "x...........", "snare": "....o...o...", "pluck": "x...x...x.o."}),
    "bossa": (4, {"kick": "x..ox..ox..ox..o", "rim": "x.....x.....x...", "hat": "xoxoxoxoxoxoxoxo"}),
    "arpeggio": (4, {"pluck": "x.o.x.o.x.o.x.o."}),
    "chords": (4, {"chord": "x...o...x...o..."}),
}
"""Steps per beat, and per instrument one bar: `x` loud, `o` softer, `.` a rest."""

LEVELS = {"x": 1.0, "o": 0.5}


def play(name: str, bpm: float, duration_s: float, seed: int = 1) -> Floats:
    """The groove, bar after bar, mono at 22.05 kHz; the seed draws the noise and how loud each part is."""
    steps_per_beat, parts = GROOVES[name]
    random = np.random.default_rng(seed)
    samples = np.zeros(round(duration_s * RATE_HZ))
    for instrument, rhythm in parts.items():
        sounds = [_sound(instrument, note, random) * random.uniform(0.6, 1.0) for note in range(4)]
        for step in range(int(duration_s * bpm / 60 * steps_per_beat)):
            level = LEVELS.get(rhythm[step % len(rhythm)])
            if level is not None:
                start = round(step * 60 / bpm / steps_per_beat * RATE_HZ)
                sound = sounds[step // 2 % 4][: samples.size - start]
                samples[start : start + sound.size] += 0.2 * level * sound
    return samples


def _sound(instrument: str, note: int, random: np.random.Generator) -> Floats:
    time_s = np.arange(round(0.6 * RATE_HZ)) / RATE_HZ
    if instrument == "kick":
        phase = 50 * time_s + 3 * (1 - np.exp(-time_s / 0.02))
        return np.asarray(np.sin(2 * np.pi * phase) * np.exp(-time_s / 0.1))
    if instrument == "rim":
        return np.asarray(np.sin(2 * np.pi * 1700 * time_s) * np.exp(-time_s / 0.02))
    if instrument in ("snare", "hat"):
        noise = random.standard_normal(time_s.size)
        bright = np.diff(noise, prepend=0) if instrument == "hat" else noise
        return 0.3 * bright * np.exp(-time_s / (0.03 if instrument == "hat" else 0.1))
    frequency_hz = 220 * 2 ** (np.array([0, 4, 7, 12])[note] / 12)
    pitches = [1.0, 1.25, 1.5] if instrument == "chord" else [1.0]
    partials = [np.sin(2 * np.pi * frequency_hz * p * h * time_s) / h for p in pitches for h in range(1, 6)]
    return np.asarray(np.sum(partials, axis=0) * np.exp(-time_s / (0.5 if instrument == "chord" else 0.2)))
