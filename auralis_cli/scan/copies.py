"""Copies: files with the bytes of another, which is analysed once for all of them."""

import os
from collections import deque
from collections.abc import Callable
from typing import Final

from auralis_cli.files.identity import identify_file, is_same_file
from auralis_cli.model.record import Track, TrackError
from auralis_cli.model.stamps import same_size_and_time, same_stamp
from auralis_cli.scan.pending import PendingTrack
from auralis_cli.system.safe_open import open_to_read

BLOCK_BYTES: Final = 1 << 20


def same_bytes(first: str, second: str, cancelled: Callable[[], bool] = lambda: False) -> bool:
    """Compares to the first difference. OSError when one cannot be read; False once `cancelled` says so."""
    with open(open_to_read(first), "rb", buffering=0) as a, open(open_to_read(second), "rb", 0) as b:
        while not cancelled():
            one, other = _read(a.fileno()), _read(b.fileno())
            if one != other:
                return False
            if not one:
                return True
    return False


def _read(descriptor: int) -> bytes:
    """The next block, shorter only at the end of the file."""
    block = os.read(descriptor, BLOCK_BYTES)
    while len(block) < BLOCK_BYTES and (more := os.read(descriptor, BLOCK_BYTES - len(block))):
        block += more
    return block


class InFlight:
    """The contents in work by file key, and the tracks that wait because they look like copies of one.

    Whatever the result of the track in work, each waiting track takes one step for it: a thousand copies
    take a thousand steps, not a million.
    """

    def __init__(self) -> None:
        self._first: dict[str, str] = {}
        """Path of the track in work, by file key."""
        self._waiting: dict[str, deque[PendingTrack]] = {}
        self._failures: dict[str, TrackError] = {}

    def enter(self, pending: PendingTrack) -> bool:
        """Whether the track may be analysed now; else it waits for the one with its key."""
        key, path = pending.file_key, pending.track.path
        if not key or self._first.setdefault(key, path) == path:
            return True
        self._waiting.setdefault(key, deque()).append(pending)
        return False

    def leave(self, pending: PendingTrack) -> deque[PendingTrack]:
        """The track has a result that the others may take over: returns those that waited for it."""
        if self._first.get(pending.file_key) != pending.track.path:
            return deque()
        del self._first[pending.file_key]
        return self._waiting.pop(pending.file_key, deque())

    def pass_on(self, pending: PendingTrack) -> PendingTrack | None:
        """The result is of no use to the others: the first of them takes its place, the rest still wait."""
        waiting = self.leave(pending)
        if not waiting:
            return None
        first = waiting.popleft()
        self._first[first.file_key] = first.track.path
        self._waiting[first.file_key] = waiting
        return first

    def share_failure(self, pending: PendingTrack, error: TrackError) -> None:
        """Notes that every file with this key fails. The key must prove the content."""
        self._failures[pending.file_key] = error

    def shared_failure(self, pending: PendingTrack) -> TrackError | None:
        """The error of an earlier track of this scan with the same content."""
        return self._failures.get(pending.file_key)


def find_original(pending: PendingTrack, cancelled: Callable[[], bool]) -> Track | None:
    """The first possible original with the same bytes, as it was while it was compared.

    All bytes are compared, whatever the size: the file key alone may come from a sidecar, and leaves out most
    of a large file. Only those of a second path to the same file are not. None also when one of the two files
    changed meanwhile.
    """
    track = pending.track
    for path in pending.possible_originals:
        original, copy = identify_file(path), identify_file(track.path)
        if original is None or copy is None or original.size != copy.size:
            continue
        if not same_size_and_time(track, copy):
            return None
        try:
            same = is_same_file(path, track.path) or same_bytes(path, track.path, cancelled)
        except OSError:
            continue  # the analysis will say what is wrong with the track
        if same and _is_as_before(original) and _is_as_before(copy):
            return original
    return None


def _is_as_before(track: Track) -> bool:
    now = identify_file(track.path)
    return now is not None and same_stamp(track, now)
