"""The last step: compares the acoustic hashes of the candidates, and groups what is one recording."""

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

from auralis_cli.library.duplicates.alignment import MATCH_VERSION, Stretch, Words, stretches, words_of
from auralis_cli.library.duplicates.groups import Group, connected, make_groups
from auralis_cli.library.duplicates.relation import (
    SAME_RECORDING,
    Kind,
    Relation,
    by_numbers,
    judge,
)
from auralis_cli.library.duplicates.search import Audio, Search
from auralis_cli.library.duplicates.track import DuplicateTrack
from auralis_cli.store.acoustic_hashes import (
    Pair,
    StoredStretch,
    has_hashes,
    known_hashes,
    read_hashes,
    read_matches,
    write_matches,
)
from auralis_cli.store.cache_file import cache_errors, may_only_read, open_existing_cache, open_for_reading
from auralis_cli.workers.protocol import HASH_VERSION

_KEPT_HASHES: Final = 4_096
"""About 30 MB of words."""
_PAIRS_AT_ONCE: Final = 2_000
"""Compared before they are stored: what an interruption costs."""


class Take(msgspec.Struct, frozen=True):
    """Two tracks that are alike and not one recording."""

    track: DuplicateTrack
    other: DuplicateTrack
    relation: Relation


class Duplicates(msgspec.Struct, frozen=True):
    """What was found among so many `tracks`.

    `pairs` were candidates, `unconfirmed` of them are judged by their numbers alone.
    """

    tracks: int
    groups: tuple[Group, ...]
    takes: tuple[Take, ...]
    pairs: int
    unconfirmed: int


def hashes_wanted(cache: Path, found: Search) -> list[Audio]:
    """The audio of the candidates whose hash is not known yet. Raises CacheError."""
    with open_for_reading(cache) as connection, cache_errors(cache, "read"):
        known = known_hashes(connection, HASH_VERSION) if has_hashes(connection) else set()
    indices = sorted({index for pair in found.pairs for index in pair})
    return [found.audio[index] for index in indices if found.audio[index].key not in known]


def find_duplicates(
    cache: Path, found: Search, *, takes: bool = False, progress: Callable[[int], None] = lambda _: None
) -> Duplicates:
    """Groups of one recording each, and with `takes` what is alike and is none. Raises CacheError.

    What is compared is stored, so that the next time it is known. `progress` gets the number of pairs.
    """
    with open_for_reading(cache) as connection, cache_errors(cache, "read"):
        there = has_hashes(connection)
        known = known_hashes(connection, HASH_VERSION) if there else set()
        matches = read_matches(connection, MATCH_VERSION) if there else {}

        @lru_cache(maxsize=_KEPT_HASHES)
        def words(key: str) -> Words:
            return words_of(next((words for _, words in read_hashes(connection, [key], HASH_VERSION)), b""))

        listened = _Listened(known, matches, words)
        by_key = [tuple(sorted((found.audio[one].key, found.audio[other].key))) for one, other in found.pairs]
        for done in listened.compare([(one, other) for one, other in by_key], cache):
            progress(done)
        related: list[tuple[int, int]] = []
        alike: list[Take] = []
        for one, other in found.pairs:
            relation = listened.relation(found.audio[one], found.audio[other])
            if relation.kind in SAME_RECORDING:
                related.append((one, other))
            elif takes and (kind := _alike(relation, (one, other) in found.namesakes)):
                first, second = found.audio[one].tracks[0], found.audio[other].tracks[0]
                alike.append(Take(first, second, msgspec.structs.replace(relation, kind=kind)))
        groups = _groups(found, related, listened)
    unconfirmed = sum(not listened.knows(pair) for pair in by_key)
    return Duplicates(found.tracks, tuple(groups), tuple(alike), len(found.pairs), unconfirmed)


def _alike(relation: Relation, is_namesake: bool) -> Kind | None:
    if relation.kind in (Kind.TAKE, Kind.COMMON):
        return relation.kind
    return Kind.TAKE if is_namesake and relation.is_confirmed else None


class _Listened:
    """What is known of pairs of audio by their hashes."""

    def __init__(
        self,
        known: set[str],
        matches: dict[Pair, tuple[StoredStretch, ...]],
        words: Callable[[str], Words],
    ) -> None:
        self._known = known
        self._matches = matches
        self._words = words

    def knows(self, pair: Iterable[str]) -> bool:
        """Whether the hashes of both are known."""
        return self._known.issuperset(pair)

    def compare(self, pairs: Iterable[Pair], cache: Path) -> Iterator[int]:
        """Compares the pairs that were not compared before, and stores what was found; yields how many."""
        new = [pair for pair in dict.fromkeys(pairs) if pair not in self._matches and self.knows(pair)]
        for start in range(0, len(new), _PAIRS_AT_ONCE):
            some = {pair: self._stretches(pair) for pair in new[start : start + _PAIRS_AT_ONCE]}
            self._matches |= some
            if not may_only_read(cache):
                with open_existing_cache(cache) as writable:
                    write_matches(writable, some, MATCH_VERSION)
            yield start + len(some)

    def relation(self, reference: Audio, other: Audio) -> Relation:
        """What one audio is to another, in their first files."""
        return self.of_tracks(reference.tracks[0], other.tracks[0], reference, other)

    def of_tracks(
        self, best: DuplicateTrack, track: DuplicateTrack, reference: Audio, other: Audio
    ) -> Relation:
        """What a file is to another one, each with its audio."""
        if reference is other:
            return Relation(Kind.SAME_AUDIO, gain_db=0.0, same_s=best.facts.duration_s, error=0.0)
        first, second = sorted((reference.key, other.key))
        if not self.knows((first, second)):
            return by_numbers(best, track, reference.coordinates, other.coordinates)
        stored = self._matches.get((first, second))
        if stored is None:
            stored = self._matches[first, second] = self._stretches((first, second))
        if reference.key == first:
            found = [Stretch(each.a, each.b, each.length, each.error) for each in stored]
        else:
            found = [Stretch(each.b, each.a, each.length, each.error) for each in stored]
        return judge(best, track, found)

    def _stretches(self, pair: Pair) -> tuple[StoredStretch, ...]:
        found = stretches(self._words(pair[0]), self._words(pair[1]))
        return tuple(StoredStretch(each.a, each.b, each.length, round(each.error, 4)) for each in found)


def _groups(found: Search, related: list[tuple[int, int]], listened: _Listened) -> list[Group]:
    several = [index for index, each in enumerate(found.audio) if len(each.tracks) > 1]
    sets = connected([*related, *((index, index) for index in several)])
    audio_of = {
        track.row: found.audio[index]
        for indices in sets
        for index in indices
        for track in found.audio[index].tracks
    }

    def relation_of(best: DuplicateTrack, track: DuplicateTrack) -> Relation:
        return listened.of_tracks(best, track, audio_of[best.row], audio_of[track.row])

    return make_groups(
        ([track for index in indices for track in found.audio[index].tracks] for indices in sets), relation_of
    )
