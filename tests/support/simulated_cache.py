"""Fills a cache as if a scan of a simulated library had: ten million rows in a quarter of an hour.

    PYTHONPATH=tests python -m support.simulated_cache TRACKS CACHE [--few-details]

`--few-details`: rows of 1 KB in place of 2.7, where the disk is too small. The indexes are the same.
"""

import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any, Final

import msgspec
import xxhash

from auralis_cli.files.discover import discover
from auralis_cli.model.record import Track
from auralis_cli.store.cache_file import open_cache_file
from auralis_cli.store.connection import transaction
from auralis_cli.store.rows import ROW_COLUMNS, row_of
from support.simulated_disk import ROOT, SimulatedDisk
from support.simulated_scan import ANALYZER, SimulatedAnalyses

WINDOW: Final = 20_000
"""Tracks that a scan has open: of those it takes the largest first."""
INSERT: Final = f"INSERT INTO tracks ({', '.join(ROW_COLUMNS)}) VALUES ({', '.join('?' * len(ROW_COLUMNS))})"
FEW: Final = ("duration_s", "codec", "container", "sample_rate_hz", "channels")


def fill(cache: Path, tracks: int, *, few_details: bool = False) -> None:
    """Writes the rows first and their indexes afterwards, which is many times quicker than both at once."""
    connection = open_cache_file(cache)
    indexes = connection.execute(
        "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND tbl_name = 'tracks' AND sql IS NOT NULL"
    ).fetchall()
    for name, _ in indexes:
        connection.execute(f"DROP INDEX {name}")
    with SimulatedDisk(tracks).mounted():
        found = (item for item in discover([ROOT]) if isinstance(item, Track))
        while window := sorted(islice(found, WINDOW), key=lambda track: -track.size):
            with transaction(connection):
                connection.executemany(INSERT, _rows(window, few_details=few_details))
    for _, sql in indexes:
        connection.execute(sql)
    connection.execute("INSERT INTO roots VALUES (?, '2026-11-29')", (ROOT.encode(),))
    connection.close()


_ANALYSES: Final = SimulatedAnalyses()


def _rows(tracks: list[Track], *, few_details: bool) -> Iterator[tuple[Any, ...]]:
    for track in tracks:
        record = _ANALYSES.record_of(track)
        if few_details:
            details = {key: record.details[key] for key in FEW}
            record = msgspec.structs.replace(record, details=details)
        key = xxhash.xxh3_128_hexdigest(track.path.encode(), seed=track.size)
        yield row_of(track, key, record, ANALYZER, ffmpeg=None, now="2026-11-29T00:00:00+00:00")


if __name__ == "__main__":
    fill(Path(sys.argv[2]), int(sys.argv[1]), few_details="--few-details" in sys.argv[3:])
