"""Groups of tracks that are one recording, each around the copy to keep."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

import msgspec

from auralis_cli.library.duplicates.best_copy import best_first
from auralis_cli.library.duplicates.relation import DUPLICATES, SAME_RECORDING, Kind, Relation
from auralis_cli.library.duplicates.track import DuplicateTrack

T = TypeVar("T", bound=Hashable)


class Member(msgspec.Struct, frozen=True):
    """A track of a group, and what it is to the best of it."""

    track: DuplicateTrack
    relation: Relation

    @property
    def is_duplicate(self) -> bool:
        """Whether the best copy makes it needless."""
        return self.relation.is_confirmed and self.relation.kind in DUPLICATES


class Group(msgspec.Struct, frozen=True):
    """The copy to keep, and the others: duplicates first, then other versions."""

    best: DuplicateTrack
    members: tuple[Member, ...]

    @property
    def spare_bytes(self) -> int:
        """What the duplicates take."""
        return sum(member.track.size for member in self.members if member.is_duplicate)


_RANK = {kind: rank for rank, kind in enumerate(Kind)}


def make_groups(
    sets: Iterable[Sequence[DuplicateTrack]],
    relation_of: Callable[[DuplicateTrack, DuplicateTrack], Relation],
) -> list[Group]:
    """The groups of sets that hang together, those that free most first.

    Each member is the same recording as the best of its group itself, not only as another member: what is not
    makes a group of its own.
    """
    groups = []
    for tracks in sets:
        left = best_first(tracks)
        while len(left) > 1:
            best, rest = left[0], left[1:]
            left, members = [], []
            for track in rest:
                relation = relation_of(best, track)
                if relation.kind in SAME_RECORDING:
                    members.append(Member(track, relation))
                else:
                    left.append(track)
            if members:
                members.sort(key=lambda member: (_RANK[member.relation.kind], member.track.path))
                groups.append(Group(best, tuple(members)))
    return sorted(groups, key=lambda group: (-group.spare_bytes, group.best.path))


def connected(pairs: Iterable[tuple[T, T]]) -> list[list[T]]:
    """The sets of things that are connected by pairs, each in the order of its first mention."""
    parent: dict[T, T] = {}

    def root(item: T) -> T:
        parent.setdefault(item, item)
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for one, other in pairs:
        parent[root(other)] = root(one)
    sets: dict[T, list[T]] = {}
    for item in list(parent):
        sets.setdefault(root(item), []).append(item)
    return list(sets.values())
