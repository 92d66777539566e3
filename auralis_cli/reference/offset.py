"""The offset of a channel: what of it changes so slowly that nobody hears it."""

import numpy as np

from auralis_cli.reference.value import Floats

REACH_HOPS = 16
"""How many hops before and after a point its offset is taken from."""


def without_offset(samples: Floats, hop: int) -> Floats:
    """The samples less their offset: a high-pass without delay or phase, 6 dB down at 2.7 Hz.

    At the start of each hop the offset is the mean of the samples in the 16 hops before and the 16 after, as
    far as the track reaches, each hop weighted by a Hann window at its middle. In between it is linear.
    """
    hops = -(-samples.size // hop)
    padded = np.zeros(hops * hop)
    padded[: samples.size] = samples
    counts = np.full(hops, float(hop))
    counts[-1:] = samples.size - (hops - 1) * hop
    window = np.sin(np.pi * (np.arange(2 * REACH_HOPS) + 0.5) / (2 * REACH_HOPS)) ** 2
    # Of the full convolution, entry b + 15 is the sum over the hops from b - 16 to b + 15.
    bounds = slice(REACH_HOPS - 1, REACH_HOPS + hops)
    sums = np.convolve(padded.reshape(hops, hop).sum(axis=1), window)[bounds]
    offset = sums / np.convolve(counts, window)[bounds]
    ramp = np.arange(hop) / hop
    line = offset[:-1, None] + np.diff(offset)[:, None] * ramp
    return samples - line.ravel()[: samples.size]
