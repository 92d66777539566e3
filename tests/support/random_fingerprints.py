"""Fingerprints like those of music, drawn at random with a fixed seed, and caches full of them."""

import random
from collections.abc import Sequence
from pathlib import Path

from auralis_cli.model.dimensions import dimensions
from auralis_cli.model.record import Record, Track
from auralis_cli.store.cache import Cache
from support.made_records import ANALYZER, MTIME_NS, make_record

Fingerprint = dict[str, float | None]


def draw(generator: random.Random, nulls: float = 0.0) -> Fingerprint:
    """Values in and a little beyond their usual ranges; each is null with the probability `nulls`."""
    return {
        d.key: None
        if generator.random() < nulls
        else min(d.highest, max(d.lowest, generator.uniform(d.usual_low, d.usual_high + d.spread / 4)))
        for d in dimensions()
    }


def draw_record(generator: random.Random, number: int, nulls: float = 0.0) -> Record:
    """A record with a content key and a duration of its own."""
    record = make_record(draw(generator, nulls), content_key=f"{number:032x}")
    record.details["duration_s"] = 100.0 + 3 * number
    return record


def fill_with(cache: Path, records: Sequence[tuple[str, Record]]) -> None:
    """Stores records under these paths."""
    with Cache(cache) as opened:
        for number, (path, record) in enumerate(records):
            opened.note_result(Track(path, 1000 + number, MTIME_NS), f"{number:032x}", record, ANALYZER, None)
