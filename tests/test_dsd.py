"""DSD: one bit at 2.8 MHz, with as much noise above hearing as a quiet track has music."""

import math
import shutil
import struct
from pathlib import Path

import pytest
from support.program import fingerprints, scan

RATE_HZ = 2_822_400
BLOCK = 4096
AMPLITUDE = 0.01
"""-40 dB of full scale: the noise of the converter, all ultrasonic, has as much power as the tone."""

pytestmark = pytest.mark.skipif(shutil.which("ffmpeg") is None, reason="ffmpeg is not installed")


def write_dsf(path: Path, tone_hz: float = 997.0) -> None:
    """A second of a sine in one channel, by a sigma-delta converter of second order.

    The format: DSF File Format Specification 1.01 (Sony, 2005).
    """
    samples = RATE_HZ // (8 * BLOCK) * (8 * BLOCK)
    content = bytearray(samples // 8)
    first = second = 0.0
    step = 2 * math.pi * tone_hz / RATE_HZ
    for n in range(samples):
        bit = 1.0 if second >= 0 else -1.0
        first += AMPLITUDE * math.sin(step * n) - bit
        second += first - bit
        if bit > 0:
            content[n >> 3] |= 1 << (n & 7)
    form = struct.pack("<4sQIIIIIIQII", b"fmt ", 52, 1, 0, 1, 1, RATE_HZ, 1, samples, BLOCK, 0)
    data = struct.pack("<4sQ", b"data", 12 + len(content)) + content
    path.write_bytes(struct.pack("<4sQQQ", b"DSD ", 28, 28 + len(form) + len(data), 0) + form + data)


def test_the_noise_above_hearing_moves_nothing(tmp_path: Path) -> None:
    music = tmp_path / "music"
    music.mkdir()
    write_dsf(music / "tone.dsf")
    values = fingerprints(scan(music, tmp_path / "cache.db"))["tone.dsf"]
    # A sine of 997 Hz at full scale, in one channel, reads -3.01 LUFS (ITU-R BS.1770-5, annex 1). The noise
    # would add 3 LU.
    assert values["lufs"] == pytest.approx(20 * math.log10(AMPLITUDE) - 3.01, abs=0.1)
    # Of a sine 3.01 dB; with all of the noise 11 dB.
    assert values["crest_db"] == pytest.approx(3.01, abs=0.5)
    assert values["harmonic_ratio"] == pytest.approx(1.0, abs=0.01)
