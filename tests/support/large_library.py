"""A library of many files with next to nothing in them, and a cache that knows each of them."""

from pathlib import Path

from auralis_cli.files.discover import discover
from auralis_cli.model.record import Track
from auralis_cli.store.cache import Cache
from support.made_records import ANALYZER, make_record

TRACKS = 5_000
TRACKS_PER_ALBUM = 12


def write_files(root: Path, tracks: int) -> Path:
    """So many files that are no audio, in album folders under `root`."""
    for number in range(tracks):
        album = root / f"artist {number // 60:04}" / f"{number // TRACKS_PER_ALBUM:05} an album"
        album.mkdir(parents=True, exist_ok=True)
        name = f"{number:05} a track of a usual name.flac"
        (album / name).write_bytes(b"ok\n%d\n" % number)
    return root


def fill_cache(path: Path, tracks: list[Track]) -> Path:
    """A cache with a record for each track. Rows lie as a scan leaves them: not in the order of the paths."""
    record = make_record()
    with Cache(path) as cache:
        for number in range(len(tracks)):
            track = tracks[number * 7919 % len(tracks)]  # a prime that divides no number of tracks used here
            cache.note_result(track, f"{number:032x}", record, ANALYZER, None)
    return path


def tracks_of(root: Path) -> list[Track]:
    """What discovery finds."""
    return [item for item in discover([str(root)]) if isinstance(item, Track)]
