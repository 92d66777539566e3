"""Does a worker work at all? Tries one second of a sine, whose values are known in theory.

It shows whether the worker is broken or the files break workers. The test goes the way of every track:
handshake, sandbox, decoder and analysis.
"""

import asyncio
import io
import math
import random
import tempfile
import time
import wave
from array import array
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import msgspec

from auralis_cli.workers.process import MAX_HANDSHAKE_S, WorkerLostError, WorkerProcess
from auralis_cli.workers.program import WorkerCommand
from auralis_cli.workers.protocol import Done, Failed, Progress, Ready, Started

FILE_NAME: Final = "auralis-self-test.wav"
MAX_ANSWER_S: Final = 60.0
"""The analysis takes milliseconds, in Python seconds."""

SPEED_TEST_S: Final = 120
"""Length of the track whose analysis is timed, so that machines can be compared."""

_RATE_HZ, _FREQUENCY_HZ, _AMPLITUDE = 44_100, 997, 0.5


class Expected(msgspec.Struct, frozen=True):
    """A closed-form value and how far an analysis may be from it."""

    value: float
    tolerance: float


EXPECTED: Final[Mapping[str, Expected]] = {
    # BS.1770-5: 997 Hz at full scale in both channels of stereo reads 0 LUFS; ±0.1 LU as in EBU Tech 3341.
    "lufs": Expected(20 * math.log10(_AMPLITUDE), 0.1),
    # What is taken as the offset of the first and the last wave is up to 0.25 % of its height, 0.02 dB.
    "crest_db": Expected(20 * math.log10(math.sqrt(2)), 0.03),
    "spectral_centroid": Expected(_FREQUENCY_HZ, 50.0),  # the two edges are clicks
    "silence_ratio": Expected(0.0, 1e-9),
    "stereo_width": Expected(0.0, 1e-9),
    "phase_correlation": Expected(1.0, 1e-9),
}


async def run_self_test(command: WorkerCommand) -> str | None:
    """Starts a worker, lets it analyse the sine, ends it. None when all is well, else what is wrong.

    Raises WorkerUnavailableError for a worker of another version, OSError when the sine cannot be written.
    """
    # Made before there is a folder: a thread cannot be cancelled, and must not write into one that has gone.
    tested = await _analyse(command, await asyncio.to_thread(sine_wav), "one second")
    return tested if isinstance(tested, str) else wrong_value(tested.done.fingerprint)


class Tested(msgspec.Struct, frozen=True):
    """What a worker has said of itself and of a file, and the seconds that the file took."""

    ready: Ready
    done: Done
    seconds: float


async def time_test_track(command: WorkerCommand) -> Tested | str:
    """A fresh worker with two minutes of noise; else what is wrong. Its start is not in the seconds.

    Raises what `run_self_test` raises.
    """
    return await _analyse(command, await asyncio.to_thread(noise_wav), f"{SPEED_TEST_S} seconds")


async def _analyse(command: WorkerCommand, content: bytes, length: str) -> Tested | str:
    """A fresh worker with a WAV file; what is wrong where it gives no values."""
    with tempfile.TemporaryDirectory(prefix="auralis-") as folder:
        path = Path(folder) / FILE_NAME
        path.write_bytes(content)
        try:
            worker = await WorkerProcess.start(command, handshake_s=MAX_HANDSHAKE_S)
        except WorkerLostError as lost:
            return f"it {lost}"
        try:
            with path.open("rb") as file:
                worker.send(1, str(path), file.fileno() if worker.ready.descriptors else None)
            began = time.monotonic()
            async with asyncio.timeout(MAX_ANSWER_S):
                while isinstance(answer := await worker.receive(), Started | Progress):
                    pass
            took = time.monotonic() - began
        except TimeoutError:
            return f"it did not analyse {length} within {MAX_ANSWER_S:.0f} s"
        except WorkerLostError as lost:
            return f"it {lost}"
        finally:
            await worker.kill()
    if isinstance(answer, Failed):
        return f"it failed: {answer.error.message} ({answer.error.code})"
    if not isinstance(answer, Done):
        return "it answered what was not asked"
    return Tested(worker.ready, answer, took)


def wrong_value(fingerprint: Mapping[str, float | None]) -> str | None:
    """The first value that is not that of the sine; None when all are."""
    for key, expected in EXPECTED.items():
        value = fingerprint.get(key)
        if value is None or not abs(value - expected.value) <= expected.tolerance:
            return f"{key} of a sine is {value}, not {expected.value:.4g} ± {expected.tolerance:g}"
    return None


def sine_wav() -> bytes:
    """A WAV file: one second of 997 Hz at half of full scale, the same left and right, 16 bits."""
    peak = _AMPLITUDE * 0x7FFF
    samples = array("h")
    for n in range(_RATE_HZ):
        sample = round(peak * math.sin(2 * math.pi * _FREQUENCY_HZ * n / _RATE_HZ))
        samples.extend((sample, sample))
    return _wav(samples.tobytes())


def noise_wav() -> bytes:
    """A WAV file: one second of noise in both channels, the same on every machine, again and again."""
    return _wav(random.Random(997).randbytes(4 * _RATE_HZ) * SPEED_TEST_S)


def _wav(samples: bytes) -> bytes:
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(_RATE_HZ)
        file.writeframes(samples)
    return content.getvalue()
