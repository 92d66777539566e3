"""A small library with hostile tags, and what a report of it holds when it is unpacked."""

import base64
import json
import random
import re
import zlib
from pathlib import Path
from typing import Any

import msgspec
import numpy as np

from auralis_cli.model.record import Track, TrackWarning
from auralis_cli.model.tags import Tags
from auralis_cli.store.cache import Cache
from support.made_records import ANALYZER, FAILURE, MTIME_NS
from support.random_fingerprints import draw_record

HOSTILE = (
    "<script>window.attacked=1</script>",
    "</script><script>window.attacked=2</script>",
    "<img src=x onerror=window.attacked=3>",
    "\"'><svg onload=window.attacked=4>",
    "{{ 7 * 7 }}{% raise %}",
    "\u202egnp.elif \u2066isolated",
    "👩‍🎤 emoji 🎧",
    "long " * 199,
    "=cmd|' /C calc'!A0",
    "@{name}{safe} $index",
)
KEYS = ("A minor", "C major", "E minor", "G major", "D minor")
_ARRAYS = {"f32": "<f4", "i16": "<i2", "u8": "u1"}


TRUNCATED = TrackWarning("truncated", "the file is cut short", 1)
FINDING_AT = 5


def fill_report_cache(
    path: Path, tracks: int = 130, root: str = "/music/My & <b>Library</b>", *, with_findings: bool = True
) -> Path:
    """Albums of ten; the first titles are hostile, as all file names; one file failed, one is cut short."""
    generator = random.Random(7)
    with Cache(path) as cache:
        for number in range(tracks):
            record = draw_record(generator, number, nulls=0.01)
            title = HOSTILE[number] if number < len(HOSTILE) else f"Song {number}"
            tags = Tags(
                title=title, artist=f"Artist {number // 20}", album=f"Album {number // 10}", date="1999"
            )
            record.details.update(key=KEYS[number % len(KEYS)], loudness_range_lu=5.0 + number % 9)
            record.details["sample_peak_dbfs"] = -float(number % 7)
            record = msgspec.structs.replace(
                record,
                tags=tags if number < tracks - 1 else None,
                warnings=(TRUNCATED,) if with_findings and number == FINDING_AT else (),
            )
            file = f"{root}/Folder {number // 10:02}/{number:03} %41 'quoted' \udcff#?.flac"
            cache.note_result(Track(file, 1000 + number, MTIME_NS), f"{number:032x}", record, ANALYZER, None)
        cache.note_result(Track(f"{root}/bad.flac", 5, 5), "f" * 32, FAILURE, ANALYZER, None)
        cache.note_roots([root])
    return path


def unpacked(html: str) -> dict[str, Any]:
    """The data of a page, as its scripts see them."""
    match = re.search(r'<script type="application/json" id="data">(.*?)</script>', html, re.DOTALL)
    assert match is not None
    found = {}
    for name, entry in json.loads(match[1]).items():
        content = zlib.decompress(base64.b64decode(entry["data"]))
        kind = entry["type"]
        found[name] = json.loads(content) if kind == "json" else np.frombuffer(content, _ARRAYS[kind])
    return found
