"""Which stretches of two tracks are the same audio: their acoustic hashes laid over each other.

A hash has a word of 32 bits for each eighth of a second (`rust/fp-worker/src/acoustic_hash.rs`). Where two
tracks are one recording, few bits differ between the words of one moment; between other music about half do.

1. How many bits agree at every offset is one correlation of the hashes, by FFT; the mean of each bit is
   taken out, because some bits are mostly 0. Its highest peaks are the offsets to look at.
2. At each of them the share of differing bits is smoothed over three seconds. Where it stays below a limit
   for some seconds, there is a stretch. The longest stretch is taken, then the longest of what is left: so
   the parts of an edit are found, each with its offset.

Words that do not change, as in silence and under a held tone, fit anywhere, and prove nothing.
"""

from collections.abc import Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

WORD_S: Final = 1365 / 11025
"""Seconds from one word to the next: Chromaprint's frames of 4,096 samples at 11,025 Hz, a third apart."""
SPAN_S: Final = (4096 + (15 + 4) * 1365) / 11025
"""Seconds of audio that a word is made of; the first word is about the first 2.7 seconds."""
MAX_ERROR: Final = 0.28
"""Share of bits that may differ within a stretch, smoothed. Unlike audio differs in .35 to .55 of them."""
SMOOTHED: Final = 25
"""Words over which it is smoothed: three seconds."""
MIN_STRETCH: Final = 40
"""Words, five seconds: shorter stretches are chance, or a loop that both have."""
OFFSETS: Final = 6
"""Peaks that are looked at; an edit with more cuts is found in part."""

MATCH_VERSION: Final = 1
"""Rises with what is found here: pairs that were compared by another version are compared again."""

Words = NDArray[np.uint32]


class Stretch(NamedTuple):
    """`length` words of a from `a` on are the same as those of b from `b` on. `error`: share of bits."""

    a: int
    b: int
    length: int
    error: float

    @property
    def offset_s(self) -> float:
        """How much later than in b it is in a, in seconds."""
        return (self.a - self.b) * WORD_S


def words_of(acoustic_hash: bytes) -> Words:
    """The words of a hash as a worker gives it."""
    return np.frombuffer(acoustic_hash, dtype="<u4").astype(np.uint32, copy=False)


def stretches(a: Words, b: Words) -> list[Stretch]:
    """The stretches that both tracks have, in their order in a. No word of either is in two of them."""
    if min(len(a), len(b)) < MIN_STRETCH:
        return []
    proves_a, proves_b = _changes(a), _changes(b)
    free_a, free_b = np.ones(len(a), bool), np.ones(len(b), bool)
    candidates = [run for offset in _offsets(a, b) for run in _runs(a, b, offset, proves_a, proves_b)]
    found: list[Stretch] = []
    while candidates:
        best = max(candidates, key=lambda run: (run.length * (1 - 2 * run.error), -run.a))
        candidates.remove(best)
        used = free_a[best.a : best.a + best.length] & free_b[best.b : best.b + best.length]
        if used.all():
            found.append(best)
            free_a[best.a : best.a + best.length] = False
            free_b[best.b : best.b + best.length] = False
        else:
            candidates += _parts(best, used)
    return sorted(found)


def _parts(run: Stretch, free: NDArray[np.bool_]) -> Iterator[Stretch]:
    """What is left of a stretch where some of its words belong to better ones."""
    for first, last in _true_runs(free):
        if last - first >= MIN_STRETCH:
            yield Stretch(run.a + first, run.b + first, last - first, run.error)


def _offsets(a: Words, b: Words) -> list[int]:
    """The likeliest offsets: b[i] is at a[i + offset]. Best first."""
    size = 1 << (len(a) + len(b) - 1).bit_length()
    spectrum = np.zeros(size // 2 + 1, dtype=np.complex64)
    for bit in range(32):
        spectrum += np.fft.rfft(_signs(a, bit), size) * np.conj(np.fft.rfft(_signs(b, bit), size))
    agreement = np.fft.irfft(spectrum, size)
    found = []
    for _ in range(OFFSETS):
        peak = int(np.argmax(agreement))
        if agreement[peak] <= 0:
            break
        found.append(peak if peak < len(a) else peak - size)
        near = np.arange(peak - 3, peak + 4) % size
        agreement[near] = 0
    return found


def _signs(words: Words, bit: int) -> NDArray[np.float32]:
    """One bit of each word as a number around 0."""
    values = ((words >> np.uint32(bit)) & np.uint32(1)).astype(np.float32)
    centred: NDArray[np.float32] = values - values.mean()
    return centred


def _changes(words: Words) -> NDArray[np.bool_]:
    """Whether each word differs from the one before it or after it."""
    different = words[1:] != words[:-1]
    changes = np.zeros(len(words), bool)
    changes[1:] |= different
    changes[:-1] |= different
    return changes


def _runs(
    a: Words, b: Words, offset: int, proves_a: NDArray[np.bool_], proves_b: NDArray[np.bool_]
) -> Iterator[Stretch]:
    """The stretches at one offset."""
    first, last = max(0, offset), min(len(a), len(b) + offset)
    if last - first < MIN_STRETCH:
        return
    in_a, in_b = slice(first, last), slice(first - offset, last - offset)
    errors = np.bitwise_count(a[in_a] ^ b[in_b]).astype(np.float32) / 32
    sums = np.concatenate(([0.0], np.cumsum(errors, dtype=np.float64)))
    places = np.arange(len(errors))
    low = np.maximum(places - SMOOTHED // 2, 0)
    high = np.minimum(places + SMOOTHED // 2 + 1, len(errors))
    smooth = (sums[high] - sums[low]) / (high - low)
    proves = proves_a[in_a] & proves_b[in_b]
    for start, end in _true_runs(smooth <= MAX_ERROR):
        if np.count_nonzero(proves[start:end]) >= MIN_STRETCH:
            error = float((sums[end] - sums[start]) / (end - start))
            yield Stretch(first + start, first + start - offset, end - start, error)


def _true_runs(values: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """First and past-the-last index of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate(([False], values, [False])).astype(np.int8)))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]
