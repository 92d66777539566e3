"""For each kind of playlist: which tracks of the library are tried, and what is made of them."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from auralis_cli.library.distances import Distances
from auralis_cli.library.fingerprints import Fingerprints
from auralis_cli.library.playlist import arc, between, diverse, mix
from auralis_cli.library.playlist.candidates import (
    Candidates,
    first_of_recordings,
    gather,
    tempo_octaves,
)
from auralis_cli.library.playlist.limits import Chosen, within_quotas
from auralis_cli.library.playlist.open_path import shortest_order
from auralis_cli.library.playlist.quotas import Indices, Quotas
from auralis_cli.similarity.matrix import Floats

FAR: Final = 10.0
"""The distance of tracks that cannot be compared: farther than all others."""
TRIED_OF_GROUP: Final = 8
"""At most so many times the tracks that a folder, an album or an artist may give are tried."""
NEAR: Final = 20
MIN_NEAR: Final = 200
"""An arc through tracks like the named ones has so many times its tracks to choose from; so many at least."""
_SAMPLE: Final = 500
"""The middle of a larger library is that of so many of its tracks."""


class Kind(StrEnum):
    """What holds a playlist together."""

    LIKE = "like"
    BETWEEN = "from-to"
    ARC = "arc"
    MIX = "mix"
    DIVERSE = "diverse"


USUAL_LIMITS: Final[Mapping[Kind, Mapping[str, int]]] = {
    Kind.LIKE: {"per_artist": 3, "per_album": 2},
    Kind.DIVERSE: {"per_artist": 1, "per_album": 1},
}
"""Where the user sets none."""
_TRIED: Final[Mapping[Kind, int]] = {
    Kind.LIKE: 200,
    Kind.BETWEEN: between.CANDIDATES,
    Kind.MIX: mix.CANDIDATES,
}
"""So many tracks are tried, or more for a long playlist."""


class Wish(msgspec.Struct, frozen=True):
    """What is wanted. `feature` and `way` are those of an arc."""

    kind: Kind
    count: int = 20
    seconds: float | None = None
    """How long it is to last; then `count` does not matter."""
    per_folder: int | None = None
    per_album: int | None = None
    per_artist: int | None = None
    at_will: bool = False
    """The limits are not the user's: they give way where without them there would be too few tracks."""
    seed: int | None = None
    """Half of the library is drawn from, another half for each number; None: all of it."""
    feature: arc.Feature = arc.Feature.ENERGY
    way: arc.Way = arc.Way.UP


def scrambled(rows: NDArray[np.int64], seed: int) -> NDArray[np.uint64]:
    """A random number for each row, which depends on the row and the seed alone (SplitMix64)."""
    start = (seed * 0xD1B54A32D192ED03 + 0x9E3779B97F4A7C15) % 2**64
    mixed = rows.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15) + np.uint64(start)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    return mixed ^ (mixed >> np.uint64(31))


class Chooser:
    """Makes playlists of one wish. `named`: the tracks that the user has named; `like`: the places, (m, 25),
    of those that it is to be like, the named ones among them; `allowed`: whether each track of the library
    may be in it, (n,).
    """

    def __init__(
        self,
        library: Fingerprints,
        distances: Distances,
        named: Candidates,
        like: Floats,
        *,
        wish: Wish,
        allowed: NDArray[np.bool_],
    ) -> None:
        self._library = library
        self._distances = distances
        self._named = named
        self._like = like
        self._wish = wish
        if wish.kind is Kind.MIX:
            allowed = allowed & (library.keys > 0) & ~np.isnan(tempo_octaves(library.coordinates))
        if wish.kind is Kind.ARC:
            allowed = allowed & ~np.isnan(arc.feature_of(library.coordinates, wish.feature))
        if wish.seed is not None:
            allowed = allowed & (scrambled(library.rows, wish.seed) >> np.uint64(63) == 0)
        self._allowed = np.flatnonzero(allowed)

    def candidates(self, count: int) -> Candidates:
        """The tracks to try for a playlist of `count` tracks, the named ones first; no recording twice."""
        named = self._named
        if self._wish.kind is Kind.ARC:  # they say what its tracks are to be like
            named = named.only(np.empty(0, dtype=np.int64))
        tracks = self._tracks_to_try(count)
        found = gather(named, self._library, self._distances.places(tracks), tracks)
        return found.only(first_of_recordings(found.coordinates, found.durations_s))

    def choose(self, found: Candidates, count: int) -> Chosen:
        """The indices of up to `count` of the candidates, in order."""
        wish = self._wish
        tracks = len(found.tracks)
        quotas = self._quotas(found, count)
        count = min(count, quotas.room(tracks))
        if wish.kind is Kind.ARC:
            return within_quotas(lambda of: self._arc(found.only(of), count), tracks, quotas)
        if wish.kind is Kind.BETWEEN:
            return within_quotas(
                lambda of: between.way_between(self._matrix(found.only(of).places), count),
                tracks,
                quotas,
                named=2,
            )
        if wish.kind is Kind.MIX:
            start = 0 if len(self._named.tracks) else None
            rules, matrix = mix.rules_of(found.octaves, found.keys), self._matrix(found.places)
            return mix.mixable(matrix, rules, count, start=start, quotas=quotas)
        if wish.kind is Kind.DIVERSE:
            return self._diverse(found, count, quotas)
        named = np.arange(min(len(self._named.tracks), tracks))
        nearest = np.union1d(named, quotas.first(np.arange(tracks)))[:count]
        return self._flowing(found, nearest, 0)

    def _quotas(self, tracks: Candidates | Fingerprints, count: int) -> Quotas:
        """Of these tracks; those that may give way are raised until they let `count`, or all, through."""
        wish = self._wish
        kinds = (
            (tracks.folders, wish.per_folder),
            (tracks.albums, wish.per_album),
            (tracks.artists, wish.per_artist),
        )
        asked = [(numbers, most) for numbers, most in kinds if most is not None]
        quotas = Quotas(tuple(numbers for numbers, _ in asked), tuple(most for _, most in asked))
        every = np.arange(len(tracks.folders))
        while wish.at_will and len(quotas.first(every)) < min(count, len(every)):
            quotas = quotas.raised()
        return quotas

    def _arc(self, found: Candidates, count: int) -> Chosen:
        def steps(before: Indices, here: Indices) -> Floats:
            return self._between(found.places[before], found.places[here])

        levels = arc.feature_of(found.coordinates, self._wish.feature)
        return arc.arc_through(levels, min(count, len(levels)), self._wish.way, steps)

    def _diverse(self, found: Candidates, count: int, quotas: Quotas) -> Chosen:
        """The named tracks, or the one in the middle, and what is farthest from them, in a flowing order."""
        named = len(self._named.tracks)
        matrix = self._matrix(found.places)
        inner = diverse.without_outermost(matrix, named)
        first = list(range(named)) or [diverse.middle(matrix[np.ix_(inner, inner)])]
        taken = diverse.farthest_first(matrix[np.ix_(inner, inner)], first, count, quotas.only(inner))
        return self._flowing(found, inner[taken], 0 if named else None)

    def _flowing(self, found: Candidates, indices: Indices, start: int | None) -> Chosen:
        order = shortest_order(self._matrix(found.places[indices]), start)
        return [int(indices[at]) for at in order]

    def _tracks_to_try(self, count: int) -> Indices:
        """Of the library, the most wanted first."""
        wish, allowed = self._wish, self._allowed
        if not len(allowed):
            return allowed
        if wish.kind is Kind.DIVERSE:
            order = np.argsort(scrambled(self._library.rows[allowed], wish.seed or 0), kind="stable")
            return allowed[order[: diverse.CANDIDATES]]
        likings = self._likings()[allowed]
        order = np.argsort(likings, kind="stable")
        if wish.kind is Kind.ARC:
            if len(self._like):
                order = order[: max(MIN_NEAR, NEAR * count)]
            near = allowed[order]
            levels = arc.feature_of(self._library.coordinates[near], wish.feature)
            count = min(count, len(near))
            return near[
                arc.tracks_to_try(
                    levels, likings[order], count, wish.way, self._quotas(self._library, 0).only(near)
                )
            ]
        size = max(_TRIED[wish.kind], 2 * count)
        # A choice within each folder, but from twice as many folders as are needed; albums and artists alike.
        quotas = self._quotas(self._library, 0)
        most = tuple(
            max(most, min(TRIED_OF_GROUP * most, size * most // (2 * count))) for most in quotas.most
        )
        tried = quotas._replace(most=most).first(allowed[order])[:size]
        if wish.at_will and len(tried) < size:
            rest = allowed[order][:size]
            tried = np.concatenate([tried, rest[~np.isin(rest, tried)]])[:size]
        return tried

    def _likings(self) -> Floats:
        """How far each track of the library, (n,), is from all that it is to be like; of A and B its detour.

        Where there are none, from the one in the middle of those that are allowed.
        """
        places = self._like
        if not len(places):
            sample = self._distances.places(self._allowed[:: -(-len(self._allowed) // _SAMPLE)])
            places = sample[[diverse.middle(self._matrix(sample))]]
        return np.nan_to_num(self._distances.sum_to(places), copy=False, nan=FAR)

    def _matrix(self, places: Floats) -> Floats:
        return self._between(places, places)

    def _between(self, ones: Floats, others: Floats) -> Floats:
        return np.nan_to_num(self._distances.between(ones, others), copy=False, nan=FAR)
