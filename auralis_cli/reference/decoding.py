"""Decodes a file to samples: by soundfile where that is exact, else by the ffmpeg program."""

import errno
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import soundfile

from auralis_cli.reference.ffmpeg_decoding import decode_by_ffmpeg
from auralis_cli.reference.signal import Audio, UnsupportedSignalError, audio_from
from auralis_cli.reference.undecodable import UndecodableError

SOUNDFILE_FORMATS = frozenset({"WAV", "WAVEX", "RF64", "W64", "AIFF", "FLAC", "OGG", "CAF", "AU"})
"""Containers that soundfile reads completely and exactly to the sample."""

CODECS_FOR_FFMPEG = ("MPEG", "OPUS")
"""Codecs that go to ffmpeg even in these containers.

For MPEG, ffmpeg applies the encoder delay and padding that the file states. libsndfile decodes Opus at the
rate of the encoder's input (24 kHz for a 22.05 kHz source), and rejects streams that do not start at
position 0.
"""

WAVE_ORDERED = frozenset({"WAV", "WAVEX", "RF64", "W64", "FLAC"})
"""Containers whose channels are in WAVE order; for the others ffmpeg restores this order."""

BIT_DEPTHS = {"PCM_S8": 8, "PCM_U8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 32, "FLOAT": 32, "DOUBLE": 64}
BLOCK_SAMPLES = 4096
"""Samples per read. A damaged file loses at most so many at its end; FLAC blocks usually have this size."""

Samples = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Decoded:
    """The decoded content of a file.

    samples: shape (samples, channels), full scale ±1, as decoded.
    missing: samples per channel that the header promises, but the file does not contain.
    """

    samples: Samples
    rate_hz: int
    container: str
    codec: str
    decoder: str
    bit_depth: int | None = None
    missing: int = 0


def load(path: str, ffmpeg: str | None = None) -> Audio:
    """The decoded track; see `decode`."""
    return audio_of(decode(path, ffmpeg))


def audio_of(decoded: Decoded) -> Audio:
    """The track for the analysis. Raises UndecodableError for a rate or layout that is not supported."""
    try:
        return audio_from(decoded.samples, decoded.rate_hz, decoded.decoder)
    except UnsupportedSignalError as error:
        code = "unsupported_format" if decoded.samples.size else "nothing_decoded"
        raise UndecodableError(code, str(error)) from error


def decode(path: str, ffmpeg: str | None = None) -> Decoded:
    """Decodes a whole file; `ffmpeg` is the program to use (None: from PATH, "none": do without).

    Raises UndecodableError, whose code says why the file fails.
    """
    _check_file(path)
    if (format_ := _soundfile_format(path)) is not None:
        return _decode_by_soundfile(path, format_)
    output = decode_by_ffmpeg(path, ffmpeg)
    samples, rate_hz = soundfile.read(output.au, dtype="float32", always_2d=True)
    return Decoded(samples, int(rate_hz), output.container, output.codec, "ffmpeg")


def _check_file(path: str) -> None:
    """Raises UndecodableError if this is not a readable file with content, with the worker's error codes."""
    try:
        if not os.path.isfile(path):
            os.stat(path)
            raise UndecodableError("not_a_file", f"{path} is a folder, pipe or device, not a file")
        with open(path, "rb") as file:
            if not file.read(1):
                raise UndecodableError("empty_file", f"{path} is empty")
    except (OSError, ValueError) as error:
        reason = str(error) if isinstance(error, ValueError) else error.strerror or str(error)
        missing = isinstance(error, ValueError) or error.errno in (errno.ENOENT, errno.ENOTDIR)
        denied = isinstance(error, PermissionError)
        code = "not_found" if missing else "permission_denied" if denied else "read_error"
        raise UndecodableError(code, f"cannot read {path}: {reason}") from error


def _soundfile_format(path: str) -> soundfile._SoundFileInfo | None:
    """Soundfile's description of a file that it reads exactly; None for other files."""
    try:
        info = soundfile.info(_raw(path))
    except soundfile.LibsndfileError:
        return None
    ordered = info.channels <= 2 or info.format in WAVE_ORDERED
    exact = info.format in SOUNDFILE_FORMATS and not any(codec in info.subtype for codec in CODECS_FOR_FFMPEG)
    return info if exact and ordered else None


def _decode_by_soundfile(path: str, info: soundfile._SoundFileInfo) -> Decoded:
    """Decodes up to the end of the file or the first damage."""
    blocks: list[Samples] = []
    with soundfile.SoundFile(_raw(path)) as file:
        rate_hz, channels = file.samplerate, file.channels
        try:
            while len(block := file.read(BLOCK_SAMPLES, dtype="float32", always_2d=True)):
                blocks.append(block)
        except soundfile.LibsndfileError as error:
            if not blocks:
                raise UndecodableError(
                    "nothing_decoded", f"{path}: no part of it can be decoded: {error}"
                ) from error
    samples = _joined(blocks, channels)
    return Decoded(
        samples,
        rate_hz,
        container=info.format.lower().replace("wavex", "wav"),
        codec="flac" if info.format == "FLAC" else info.subtype.lower(),
        decoder="soundfile",
        bit_depth=BIT_DEPTHS.get(info.subtype),
        missing=max(0, info.frames - len(samples)),
    )


def _joined(blocks: Sequence[Samples], channels: int) -> Samples:
    return np.concatenate(blocks) if blocks else np.zeros((0, channels), np.float32)


def _raw(path: str) -> bytes | Path:
    """The path in the form that libsndfile opens, whatever bytes it has."""
    return os.fsencode(path) if os.name == "posix" else Path(path)
