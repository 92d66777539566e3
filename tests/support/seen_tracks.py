"""A master, a limited copy of it and its MP3, as a page of tracks is given them: made up."""

import math
import random
from collections.abc import Callable
from typing import Any

import msgspec

from auralis_cli.model.record import Record
from auralis_cli.model.tags import Tags
from auralis_cli.model.trace import Band, Beats, Series, Traced
from auralis_cli.report.track_page.seen import SeenTrack
from support.made_records import make_record

DURATION_S = 180.0
CENTRES_HZ = [round(10 ** (at / 10), 1) for at in range(14, 44)]
"""Exact centres of the third octaves of 25 Hz to 20 kHz."""
CHROMA = (0.2, 0.02, 0.12, 0.03, 0.15, 0.06, 0.02, 0.18, 0.03, 0.1, 0.04, 0.05)
GAIN_LU = 4.2
CLIPPING = {
    "runs": 143,
    "samples": 900,
    "longest_samples": 9,
    "ceiling_dbfs": -0.1,
    "first_s": 31.0,
    "times_s": [31.0, 64.2, 90.5, 150.25],
}


def master(path: str = "/music/master.flac", *, number: int = 0) -> SeenTrack:
    """A, at -14 LUFS, with silence at its start and end."""
    return SeenTrack.of(number, path, _record(-14.0, "flac", "1" * 32, -1.4), traced())


def limited(path: str = "/music/limited.flac", tags: Tags | None = None) -> SeenTrack:
    """B: 4.2 LU louder, its peaks at -0.3 dBTP, narrower, with more bass and clipped runs."""
    record = _record(
        -14.0 + GAIN_LU, "flac", "2" * 32, -0.3, tags=tags, clipping=CLIPPING, loudness_range_lu=4.0
    )
    trace = traced(gain_db=GAIN_LU, bass_db=2.0, width=0.2)
    return SeenTrack.of(1, path, record, trace)


def encoded(path: str = "/music/master.mp3", tags: Tags | None = None) -> SeenTrack:
    """C: as loud as A, with nothing above 16 kHz."""
    record = _record(-14.0, "mp3", "3" * 32, -1.2, tags=tags, bandwidth_hz=16_000.0, bandwidth_edge_db=40.0)
    return SeenTrack.of(2, path, record, traced(cut_hz=16_000.0))


def silent(number: int = 0) -> SeenTrack:
    """Digital silence: nothing in it can be measured."""
    none = dict.fromkeys(make_record().fingerprint)
    record = make_record(none)
    trace = Traced("0" * 32, 20.0, (_series("peak_dbfs", "dBFS", lambda _: None),), (), None, None)
    return SeenTrack.of(number, "/music/silent.wav", record, trace)


def _record(
    lufs: float, codec: str, key: str, peak: float, *, tags: Tags | None = None, **details: Any
) -> Record:
    record = make_record(lufs=lufs, codec=codec, container=codec, content_key=key, tags=tags)
    known: dict[str, Any] = {
        "duration_s": DURATION_S,
        "sample_rate_hz": 44_100,
        "channels": 2,
        "loudness_range_lu": 6.1,
        "true_peak_dbtp": peak,
        "true_peak_at_s": 63.4,
        "sample_peak_dbfs": peak - 0.2,
        "bandwidth_hz": 22_050.0,
        "leading_silence_s": 1.5,
        "trailing_silence_s": 4.0,
        "longest_silence_s": 2.0,
        "longest_silence_at_s": 88.0,
        "key": "A minor",
    }
    return msgspec.structs.replace(record, details=record.details | known | details)


def traced(
    *, gain_db: float = 0.0, bass_db: float = 0.0, width: float = 0.3, cut_hz: float = 30_000.0
) -> Traced:
    """Series of three minutes; the same each time."""
    noise = random.Random(5)

    def loudness(time_s: float) -> float | None:
        return round(-15.0 + 4 * math.sin(time_s / 20) + noise.uniform(-0.3, 0.3) + gain_db, 3)

    def peak(time_s: float) -> float | None:
        return None if time_s < 1.5 else round(min(-5 + noise.uniform(-3, 3) + gain_db, -0.3), 3)

    series = (
        _series("short_term_lufs", "LUFS", loudness, start_s=3.0),
        _series("peak_dbfs", "dBFS", peak, step_s=0.2),
        _series("correlation", "", lambda _: round(1 - 2 * width + noise.uniform(-0.1, 0.1), 3), step_s=0.2),
        _series("width", "", lambda _: round(width + noise.uniform(-0.05, 0.05), 3), step_s=0.2),
        _series("balance_db", "dB", lambda _: round(noise.uniform(-1, 1), 3), step_s=0.2),
        _series("onset_strength", "", lambda time_s: round(max(0.0, math.cos(time_s * math.tau / 0.5)), 3)),
    )
    bands = [
        Band(hz, _level(hz) + gain_db + (bass_db if hz < 200 else 0.0) if hz < cut_hz else None)
        for hz in CENTRES_HZ
    ]
    return Traced("1" * 32, DURATION_S, series, tuple(bands), CHROMA, Beats(0.5, 0.0, 0.8))


def _level(hz: float) -> float:
    return round(-22 - 4 * math.log2(max(hz, 100) / 100) - (6 if hz < 50 else 0), 2)


def _series(
    name: str,
    unit: str,
    value: Callable[[float], float | None],
    *,
    start_s: float = 0.0,
    step_s: float = 0.1,
) -> Series:
    count = int((DURATION_S - start_s) / step_s)
    return Series(name, unit, start_s, step_s, tuple(value(start_s + at * step_s) for at in range(count)))
