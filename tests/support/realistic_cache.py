"""A cache of many tracks whose values, formats, keys and failures are spread as in a real library."""

import random
from pathlib import Path
from typing import Any, Final

import msgspec

from auralis_cli.library.musical_key import PITCH_CLASSES
from auralis_cli.model.dimensions import dimensions
from auralis_cli.model.record import Record, Track, TrackError
from auralis_cli.store.cache import Cache
from support.made_records import ANALYZER, FAILURE, NEEDS_FFMPEG, make_record

CODECS: Final = (("flac", "flac", 16), ("flac", "flac", 24), ("mp3", "mp3", None), ("aac", "mp4", None))
FAILS_EVERY: Final = 100
NO_TEMPO_EVERY: Final = 50
COMMITTED_AT_ONCE: Final = 5_000


def track_at(number: int, root: str = "/music") -> Track:
    """60 tracks for each artist, 12 for each album."""
    folder = f"{root}/Artist {number // 60:04}/{1960 + number // 12 % 60} Album {number // 12:05}"
    return Track(f"{folder}/{number % 12 + 1:02} A Track of Usual Length.flac", 30_000_000 + number, number)


def outcome_of(number: int) -> Record | TrackError:
    """The same for a number each time."""
    chance = random.Random(number)
    if number % FAILS_EVERY == FAILS_EVERY - 1:
        return chance.choice((FAILURE, NEEDS_FFMPEG))
    values: dict[str, float | None] = {
        d.key: min(max(chance.gauss((d.usual_low + d.usual_high) / 2, d.spread / 3), d.lowest), d.highest)
        for d in dimensions()
    }
    if number % NO_TEMPO_EVERY == 0:
        values |= {"tempo_bpm": None, "rhythm_stability": None}
    codec, container, bits = chance.choice(CODECS)
    record = make_record(values, codec=codec, container=container, content_key=f"{number:032x}")
    return msgspec.structs.replace(record, details=record.details | _details(chance, bits))


def _details(chance: random.Random, bits: int | None) -> dict[str, Any]:
    """All that a worker tells of music."""
    shares = [chance.random() for _ in PITCH_CLASSES]
    duration_s = chance.lognormvariate(5.4, 0.4)
    return {
        "duration_s": duration_s,
        "samples": int(duration_s * 44_100),
        "sample_rate_hz": chance.choice((44_100, 44_100, 44_100, 48_000, 96_000)),
        "channels": 2,
        "bit_depth": bits,
        "decoder": "symphonia",
        "tempo_confidence": chance.random(),
        "tempo_alternatives": [{"bpm": chance.uniform(60, 180), "score": chance.random()} for _ in range(2)],
        "chroma": [share / sum(shares) for share in shares],
        "key": f"{chance.choice(PITCH_CLASSES)} {chance.choice(('major', 'minor'))}",
        "key_strength": chance.random(),
        "loudness_range_lu": chance.uniform(2, 20),
        "sample_peak_dbfs": chance.uniform(-6, 0),
        "lowest_correlation": chance.uniform(-1, 1),
        **_measurements(chance, bits),
    }


def _measurements(chance: random.Random, bits: int | None) -> dict[str, Any]:
    """Those that rules are about, of masters that are mostly good."""
    is_clipped = chance.random() < 0.02
    clipping = {"runs": 40, "samples": 200, "longest_samples": 9, "ceiling_dbfs": 0.0, "first_s": 3.0}
    return {
        "true_peak_dbtp": chance.gauss(-1.6, 0.2),
        "true_peak_at_s": chance.uniform(0, 200),
        "max_momentary_lufs": chance.gauss(-9, 2),
        "max_short_term_lufs": chance.gauss(-11, 2),
        "loudness_blocks": [[-level - 0.5, chance.randrange(1, 400)] for level in range(10, 40)],
        "plr_lu": chance.gauss(12, 2),
        "clipping": clipping | {"times_s": [3.0 + at for at in range(20)]} if is_clipped else None,
        "dc_offset": [chance.gauss(0, 0.0005) for _ in range(2)],
        "channel_levels_dbfs": [chance.gauss(-18, 3) for _ in range(2)],
        "level_difference_db": chance.gauss(0, 0.7),
        "channel_relation": "different",
        "bandwidth_hz": chance.uniform(18_000, 22_050),
        "bandwidth_edge_db": chance.uniform(5, 18),
        "effective_bits": bits,
        "leading_silence_s": chance.uniform(0, 1),
        "trailing_silence_s": chance.uniform(0, 4),
        "longest_silence_s": chance.uniform(0, 1),
        "longest_silence_at_s": chance.uniform(0, 200),
        "start_level_db": chance.gauss(-30, 5),
        "end_level_db": chance.gauss(-40, 5),
        "missing_samples": 0,
        "damaged_samples": 0,
    }


def fill_realistically(path: Path, tracks: int, root: str = "/music") -> Path:
    """Rows lie as a scan leaves them: not in the order of the paths."""
    with Cache(path) as cache:
        for number in range(tracks):
            shuffled = number * 7919 % tracks
            cache.note_result(
                track_at(shuffled, root), f"{shuffled:032x}", outcome_of(shuffled), ANALYZER, None
            )
            if number % COMMITTED_AT_ONCE == 0:
                cache.commit()
    return path
