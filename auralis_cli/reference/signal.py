"""The decoded track: its channels, the stereo pair, the mid channel, and the frame size in samples."""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from auralis_cli.reference.audible_band import audible_band
from auralis_cli.reference.offset import without_offset
from auralis_cli.reference.value import Floats

HALF_POWER = float(np.sqrt(0.5))

LAYOUTS: dict[int, tuple[str, ...]] = {
    1: ("C",),
    2: ("L", "R"),
    3: ("L", "R", "C"),
    4: ("L", "R", "Ls", "Rs"),
    5: ("L", "R", "C", "Ls", "Rs"),
    6: ("L", "R", "C", "LFE", "Ls", "Rs"),
    7: ("L", "R", "C", "LFE", "Cs", "Ls", "Rs"),
    8: ("L", "R", "C", "LFE", "Lb", "Rb", "Ls", "Rs"),
}
"""Speakers by number of channels, in WAVE order."""

TO_LEFT = {"L": 1.0, "C": HALF_POWER, "Ls": HALF_POWER, "Lb": HALF_POWER, "Cs": HALF_POWER}
TO_RIGHT = {"R": 1.0, "C": HALF_POWER, "Rs": HALF_POWER, "Rb": HALF_POWER, "Cs": HALF_POWER}
"""Gains of the ITU-R BS.775 downmix to two channels; other speakers are dropped."""

RATES_HZ = range(100, 768_001)
"""Sample rates that can be analysed."""

LARGEST_SAMPLE = 10.0
"""+20 dBFS: larger samples are damage of floating-point files."""

SILENCE = 1e-10
"""-200 dBFS: a track whose samples are all nearer to their mean is silent."""


class UnsupportedSignalError(Exception):
    """Audio without samples, or with a rate or number of channels that cannot be analysed."""


@dataclass(frozen=True)
class Audio:
    """A whole decoded track.

    channels: shape (samples, channels), full scale ±1, every sample finite.
    rate_hz: rate of the samples here, which for a stream of more than 50 kHz is lower than its own.
    decoder: the program or library that decoded it.
    non_finite_samples: how many samples were NaN, infinite or beyond +20 dBFS and became 0.
    stream_channels: shape (stream_samples, channels), the samples as they were decoded, usable ones only.
    """

    channels: Floats
    rate_hz: int
    decoder: str = "memory"
    non_finite_samples: int = 0
    stream_samples: int = 0
    stream_rate_hz: int = 0
    stream_channels: Floats = field(default_factory=lambda: np.zeros((0, 1)))

    @property
    def length_samples(self) -> int:
        """Samples per channel."""
        return int(self.channels.shape[0])

    @property
    def duration_s(self) -> float:
        """Length of the stream in seconds."""
        return self.stream_samples / self.stream_rate_hz

    @property
    def layout(self) -> tuple[str, ...]:
        """The speaker of each channel."""
        return LAYOUTS[self.channels.shape[1]]

    @cached_property
    def left(self) -> Floats:
        """L of the stereo pair without its offset; for mono the channel itself."""
        return self._without_offset(self.mixed_left)

    @cached_property
    def right(self) -> Floats:
        """R of the stereo pair without its offset; for mono the channel itself."""
        return self._without_offset(self.mixed_right)

    @cached_property
    def mixed_left(self) -> Floats:
        """L of the stereo pair, offset included."""
        return self._mix(TO_LEFT)

    @cached_property
    def mixed_right(self) -> Floats:
        """R of the stereo pair, offset included."""
        return self._mix(TO_RIGHT)

    @cached_property
    def mid(self) -> Floats:
        """m = (L + R) / 2."""
        return self.left if self.channels.shape[1] == 1 else (self.left + self.right) / 2

    @cached_property
    def is_silent(self) -> bool:
        """Whether no sample of L and R is farther than -200 dBFS from the mean of its channel."""
        return bool(max(np.abs(x - x.mean()).max() for x in (self.left, self.right)) < SILENCE)

    def _without_offset(self, samples: Floats) -> Floats:
        return without_offset(samples, frame_size_samples(self.rate_hz) // 4)

    def _mix(self, gains: dict[str, float]) -> Floats:
        if self.channels.shape[1] == 1:
            return self.channels[:, 0]
        mixed = np.zeros(self.length_samples)
        for speaker, channel in zip(self.layout, self.channels.T, strict=True):
            if speaker in gains:
                mixed += gains[speaker] * channel
        return mixed


def audio_from(samples: npt.NDArray[np.floating[Any]], rate_hz: int, decoder: str = "memory") -> Audio:
    """Audio from an array of shape (samples,) or (samples, channels); unusable samples become 0."""
    channels = np.atleast_2d(np.asarray(samples, dtype=np.float64).T).T
    if channels.shape[0] == 0:
        raise UnsupportedSignalError("the stream decodes to 0 samples")
    if channels.shape[1] not in LAYOUTS:
        raise UnsupportedSignalError(f"{channels.shape[1]} channels; 1 to 8 are supported")
    if rate_hz not in RATES_HZ:
        limits = f"{RATES_HZ[0]}-{RATES_HZ[-1]} Hz"
        raise UnsupportedSignalError(f"sample rate {rate_hz} Hz is outside {limits}")
    usable = np.abs(channels) <= LARGEST_SAMPLE  # NaN fails every comparison
    if not usable.all():
        channels = np.where(usable, channels, 0.0)
    non_finite = int(usable.size - np.count_nonzero(usable))
    audible, audible_rate_hz = audible_band(channels, rate_hz)
    return Audio(audible, audible_rate_hz, decoder, non_finite, channels.shape[0], rate_hz, channels)


def frame_size_samples(rate_hz: int) -> int:
    """N: the multiple of 4 without a prime factor above 7 nearest to 2048·rate/44100 (the smaller of two)."""
    target = 2048 * rate_hz / 44_100
    candidates = range(4, 2 * int(target) + 8, 4)
    return min((n for n in candidates if _is_seven_smooth(n)), key=lambda n: (abs(n - target), n))


def _is_seven_smooth(n: int) -> bool:
    for prime in (2, 3, 5, 7):
        while n % prime == 0:
            n //= prime
    return n == 1
