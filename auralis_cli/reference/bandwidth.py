"""How far the spectrum reaches, and how steeply it ends."""

import numpy as np
import scipy.ndimage

from auralis_cli.reference.gate import decibels
from auralis_cli.reference.signal import Audio
from auralis_cli.reference.stft import MAX_BIN_HZ, Spectrogram
from auralis_cli.reference.value import Floats

BAND_HZ = 100.0
BANDS_IN_500_HZ = 5
DYNAMIC_RANGE_DB = 120.0
"""Bands lie at most this far under the loudest: the worker's spectra have single precision."""
LOWEST_EDGE_HZ = 3_000.0
"""Below, 500 Hz are a large part of an octave, in which music itself falls steeply."""
MIN_EDGE_DB = 10.0
"""Slower falls are no edge: the spectrum fades away, and its bandwidth is all that was looked at."""
NEAR_STEEPEST_DB = 3.0

CHUNK_SAMPLES = 8192
CHUNKS_PER_FRAME = 8
"""Of rates over 50 kHz one chunk of so many is looked at."""


def bandwidth(audio: Audio, long: Spectrogram) -> tuple[float, float] | None:
    """Bandwidth in Hz and steepness of its edge in dB within 500 Hz; None without power (so for less than
    a whole frame or chunk) or with few bands.

    Of the largest mean power that each band has in a frame. At rates up to 50 kHz the frames are the mid's
    long ones that lie within the track, up to 22,050 Hz: zeros around it would add the spectrum of a step. At
    higher rates they are chunks of the stream as it was decoded, up to half its rate.
    """
    if audio.stream_rate_hz == audio.rate_hz and audio.rate_hz <= 50_000:
        power = long.magnitude[:, 1 : audio.length_samples // long.hop_samples] ** 2
        bin_hz, highest_hz = audio.rate_hz / long.size_samples, min(MAX_BIN_HZ, audio.rate_hz / 2)
    else:
        power = _stream_power(audio)
        bin_hz, highest_hz = audio.stream_rate_hz / CHUNK_SAMPLES, audio.stream_rate_hz / 2
    bands = int(highest_hz / BAND_HZ)
    band_of_bin = (np.arange(power.shape[0]) * bin_hz / BAND_HZ + 1e-9).astype(int)
    levels = [decibels(_largest_mean(power[band_of_bin == band])) for band in range(bands)]
    return edge_of(np.array(levels)) if bands > LOWEST_EDGE_HZ / BAND_HZ + BANDS_IN_500_HZ else None


def edge_of(levels_db: Floats) -> tuple[float, float] | None:
    """Bandwidth and edge of the level per band.

    The levels are smoothed by a median over 500 Hz, so that a single tone has no edge. The edge is the
    largest fall within 500 Hz that begins at 3 kHz or above; the band where it begins is the last of the
    content. A cliff is met from each of the five bands before it: the last one counts whose fall is within
    3 dB of the largest.
    """
    loudest = levels_db.max()
    if not np.isfinite(loudest):
        return None
    levels = np.maximum(levels_db, loudest - DYNAMIC_RANGE_DB)
    smooth = scipy.ndimage.median_filter(levels, BANDS_IN_500_HZ, mode="nearest")
    falls = smooth[:-BANDS_IN_500_HZ] - smooth[BANDS_IN_500_HZ:]
    first = int(LOWEST_EDGE_HZ / BAND_HZ)
    steepest = float(falls[first:].max())
    if steepest < MIN_EDGE_DB:
        return levels.size * BAND_HZ, max(steepest, 0.0)
    last = np.flatnonzero(falls >= steepest - NEAR_STEEPEST_DB)[-1]
    return float(last + 1) * BAND_HZ, steepest


def _largest_mean(power: Floats) -> Floats:
    """Of power of shape (bins, frames), the mean over the bins of the frame where that is largest."""
    return np.asarray(power.mean(axis=0).max() if power.size else 0.0)


def _stream_power(audio: Audio) -> Floats:
    """|X|² of the mean of the first two channels, sine window, of every eighth chunk of 8192 samples."""
    mid = audio.stream_channels[:, :2].mean(axis=1)
    window = np.sin(np.pi * (np.arange(CHUNK_SAMPLES) + 0.5) / CHUNK_SAMPLES)
    starts = range(0, mid.size - CHUNK_SAMPLES + 1, CHUNK_SAMPLES * CHUNKS_PER_FRAME)
    frames = [mid[start : start + CHUNK_SAMPLES] * window for start in starts]
    return np.abs(np.fft.rfft(np.reshape(frames, (-1, CHUNK_SAMPLES)), axis=1).T) ** 2
