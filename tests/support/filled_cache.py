"""A cache of many known rows, to be damaged; and what is left of it."""

from collections.abc import Callable
from pathlib import Path

from auralis_cli.model.record import Record, Track
from auralis_cli.store.cache import Cache
from support.made_records import ANALYZER, FAILURE, make_record

PAGE = 4096


def track(number: int) -> Track:
    return Track(f"/music/{number:05}.flac", 1000 + number, 7)


def record(number: int) -> Record:
    return make_record(lufs=-10.0 - number / 1000)


def fill(path: Path, count: int = 2000) -> None:
    with Cache(path) as cache:
        for number in range(count):
            cache.note_result(track(number), f"{number:032x}", record(number), ANALYZER, None)
        cache.note_result(track(count), "f" * 32, FAILURE, ANALYZER, None)


def damage(path: Path, change: Callable[[bytearray], None]) -> bytes:
    content = bytearray(path.read_bytes())
    change(content)
    path.write_bytes(content)
    return bytes(content)


def aside(path: Path) -> Path:
    """The one file that the damaged cache was renamed to."""
    (found,) = [
        p for p in path.parent.glob(f"{path.name}.corrupt-*") if p.suffix[-4:] not in ("-wal", "-shm")
    ]
    return found


def survivors(cache: Cache, count: int = 2000) -> int:
    """How many records are there, each of them right."""
    found = cache.records(track(number).path for number in range(count))
    assert all(found[track(n).path] == record(n) for n in range(count) if track(n).path in found)
    return len(found)


def overwrite(start: int, content: bytes) -> Callable[[bytearray], None]:
    def change(old: bytearray) -> None:
        old[start : start + len(content)] = content

    return change


def truncate(length: int) -> Callable[[bytearray], None]:
    def change(old: bytearray) -> None:
        del old[length:]

    return change
