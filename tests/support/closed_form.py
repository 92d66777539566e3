"""Signals whose fingerprint is known in closed form, made with a fixed seed."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def sine(frequency_hz: float, duration_s: float, rate_hz: int, amplitude: float = 0.5) -> Floats:
    """A sine that starts at phase 0."""
    time_s = np.arange(round(duration_s * rate_hz)) / rate_hz
    return amplitude * np.sin(2 * np.pi * frequency_hz * time_s)


def clicks(
    bpm: float, duration_s: float, rate_hz: int, jitter: float = 0.0, seed: int = 1
) -> tuple[Floats, int]:
    """Bursts of decaying noise of 5 ms every 60/bpm s from 0.25 s on, and how many there are.

    jitter: each interval is stretched at random by up to this share of the beat.
    """
    random = np.random.default_rng(seed)
    length = round(0.005 * rate_hz)
    burst = random.standard_normal(length) * np.exp(-np.arange(length) / (0.001 * rate_hz))
    burst *= 0.7 / np.abs(burst).max()
    samples = np.zeros(round(duration_s * rate_hz))
    at_s, count = 0.25, 0
    while round(at_s * rate_hz) + length <= samples.size:
        start = round(at_s * rate_hz)
        samples[start : start + length] = burst
        at_s += 60 / bpm * (1 + jitter * random.uniform(-1, 1))
        count += 1
    return samples, count


def white_noise(duration_s: float, rate_hz: int, rms_dbfs: float = -20.0, seed: int = 2) -> Floats:
    """Gaussian noise of equal power in every band of equal width."""
    noise = np.random.default_rng(seed).standard_normal(round(duration_s * rate_hz))
    return at_rms(noise, rms_dbfs)


def pink_noise(duration_s: float, rate_hz: int, rms_dbfs: float = -20.0, seed: int = 3) -> Floats:
    """Gaussian noise of equal power in every octave from 10 Hz on, made in the frequency domain."""
    length = round(duration_s * rate_hz)
    random = np.random.default_rng(seed)
    frequency_hz = np.fft.rfftfreq(length, 1 / rate_hz)
    spectrum = random.standard_normal(frequency_hz.size) + 1j * random.standard_normal(frequency_hz.size)
    spectrum[frequency_hz < 10] = 0
    spectrum[frequency_hz >= 10] /= np.sqrt(frequency_hz[frequency_hz >= 10])
    return at_rms(np.fft.irfft(spectrum, length), rms_dbfs)


def at_rms(samples: Floats, rms_dbfs: float) -> Floats:
    """The samples scaled to a root mean square in dB of full scale."""
    return samples * (10 ** (rms_dbfs / 20) / float(np.sqrt((samples**2).mean())))


def steps_dbfs(steps: list[tuple[float, float]], rate_hz: int) -> Floats:
    """A stereo 1 kHz sine through (peak level in dBFS, seconds) steps, as in EBU Tech 3341."""
    tone = np.concatenate([sine(1000, s, rate_hz, 10 ** (level / 20)) for level, s in steps])
    return np.stack([tone, tone], axis=1)
