"""A playlist of the library, and what came of it."""

import os
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import msgspec
import numpy as np
from numpy.typing import NDArray

from auralis_cli.files.m3u import Item
from auralis_cli.library.distances import Distances
from auralis_cli.library.fingerprints import Fingerprints
from auralis_cli.library.musical_key import wheel_order
from auralis_cli.library.playlist.arc import feature_of
from auralis_cli.library.playlist.candidates import Candidates, first_of_recordings
from auralis_cli.library.playlist.choice import Chooser, Kind, Wish
from auralis_cli.library.playlist.limits import Chosen, lasting
from auralis_cli.library.playlist.mix import Rule, rules_of
from auralis_cli.library.similar import records_at, values_of
from auralis_cli.library.tag_groups import album_number, artist_number
from auralis_cli.model.errors import ConfigError
from auralis_cli.model.record import AnalyzerName, Record
from auralis_cli.model.tags import NO_TAGS, Tags
from auralis_cli.similarity.matrix import Floats, coordinate_matrix

MAX_TRACKS: Final = 500
"""Of a playlist."""
MAX_ROUNDS: Final = 5
"""A track whose row proves damaged is left out, and the playlist is made again; so many times at most."""

_NO_ROW: Final = 1 << 62
"""No cache has as many rows."""

Named = Sequence[tuple[str, Record]]


class Entry(msgspec.Struct, frozen=True):
    """A track of a playlist, and the step to it from the one before it: None for the first one."""

    path: str
    record: Record
    distance: float | None
    share_farther: float | None
    """So many of the library's pairs, 0 to 1, are farther apart than the step."""
    broken: tuple[Rule, ...]
    """`tempo`, `key`: what of them does not fit, in a mix."""
    level: float | None
    """In an arc, the share of the library that lies below it, 0 to 1."""


class Playlist(msgspec.Struct, frozen=True):
    """Tracks in their order."""

    wish: Wish
    entries: tuple[Entry, ...]

    @property
    def seconds(self) -> float:
        """How long all of it lasts."""
        return sum(item.seconds for item in self.items)

    @property
    def items(self) -> list[Item]:
        """What a file lists of it."""
        return [
            Item(path, float(record.details["duration_s"]), None if record.tags is None else record.tags.name)
            for path, record in ((entry.path, entry.record) for entry in self.entries)
        ]


def make_playlist(
    connection: sqlite3.Connection,
    library: Fingerprints,
    distances: Distances,
    named: Named,
    wish: Wish,
    *,
    analyzer: AnalyzerName,
    models: Named = (),
    rows: NDArray[np.int64] | None = None,
) -> Playlist:
    """The playlist of this wish with the `named` tracks (path and record), for `from-to` its two ends.

    `models`: more tracks that it is to be like, which need not be in it. `rows`: those of the tracks of the
    library that it may have besides; None: all. It has fewer tracks than wished where there are no more.
    ConfigError where there is none.
    """
    inside = _places_in(connection, library, [path for path, _ in named], analyzer)
    allowed = distances.has_enough()
    if rows is not None:
        allowed &= np.isin(library.rows, rows)
    if wish.kind is not Kind.ARC:  # there they say what its tracks are to be like
        allowed[inside[inside >= 0]] = False
    columns = _columns_of(named, inside, library, distances)
    distinct = first_of_recordings(columns.coordinates, columns.durations_s)
    if wish.kind is Kind.BETWEEN and len(distinct) < 2:
        raise ConfigError(f"{named[0][0]} and {named[1][0]} are the same recording; name two that differ")
    named, columns = [named[at] for at in distinct], columns.only(distinct)
    like = np.concatenate([columns.places, distances.place(_values_of(models, library))])
    for _ in range(MAX_ROUNDS):
        found, chosen = _choose(
            Chooser(library, distances, columns, like, wish=wish, allowed=allowed), wish, library
        )
        known = _tracks_of(connection, library, found, chosen, named)
        if len(known) == len(chosen):
            break
        allowed[[found.tracks[at] for at in chosen if at not in known]] = False
    return Playlist(wish, tuple(_entries(known, found, library, distances, wish)))


def _choose(chooser: Chooser, wish: Wish, library: Fingerprints) -> tuple[Candidates, Chosen]:
    """The candidates, and the indices of the chosen ones in order."""
    found = chooser.candidates(_usual_count(wish, library))
    if not len(found.tracks):
        raise ConfigError("no track can be in this playlist: the library, or what was asked for, has none")
    if wish.seconds is None:
        return found, chooser.choose(found, wish.count)
    most = min(len(found.tracks), MAX_TRACKS)
    least = min(most, 2 if wish.kind is Kind.BETWEEN else 1)
    return found, lasting(
        lambda count: chooser.choose(found, count), found.durations_s, wish.seconds, least, most
    )


def _tracks_of(
    connection: sqlite3.Connection, library: Fingerprints, found: Candidates, chosen: Chosen, named: Named
) -> dict[int, tuple[str, Record]]:
    """Path and record of the candidates with these indices, in their order; without those of damaged rows."""
    tracks = found.tracks[chosen]
    stored = records_at(connection, library, tracks[tracks >= 0])
    known = {track: (path, record) for track, path, record in stored}
    known |= {-1 - at: track for at, track in enumerate(named)}
    return {at: known[track] for at, track in zip(chosen, tracks.tolist(), strict=True) if track in known}


def _entries(
    known: Mapping[int, tuple[str, Record]],
    found: Candidates,
    library: Fingerprints,
    distances: Distances,
    wish: Wish,
) -> Iterator[Entry]:
    """The entries of the candidates with these indices, paths and records."""
    chosen = found.only(np.array(list(known), dtype=np.int64))
    steps = np.diagonal(distances.between(chosen.places, chosen.places), 1)
    shares = [None, *distances.share_farther(steps)]
    rules = rules_of(chosen.octaves, chosen.keys) if wish.kind is Kind.MIX else None
    levels = _levels(chosen, library, wish)
    for number, (path, record) in enumerate(known.values()):
        step = None if number == 0 or np.isnan(steps[number - 1]) else float(steps[number - 1])
        yield Entry(
            path,
            record,
            distance=step,
            share_farther=None if step is None else shares[number],
            broken=() if number == 0 or rules is None else rules.broken(number - 1, number),
            level=levels[number],
        )


def _levels(chosen: Candidates, library: Fingerprints, wish: Wish) -> list[float | None]:
    """In an arc, the share of the library that lies below each."""
    if wish.kind is not Kind.ARC:
        return [None] * len(chosen.tracks)
    every = feature_of(library.coordinates, wish.feature)
    every = np.sort(every[~np.isnan(every)])
    below = np.searchsorted(every, feature_of(chosen.coordinates, wish.feature))
    return [float(count) / len(every) for count in below]


def _usual_count(wish: Wish, library: Fingerprints) -> int:
    """About how many tracks it will have."""
    if wish.seconds is None or not len(library.rows):
        return wish.count
    usual = float(np.median(library.durations_s))
    return max(1, min(MAX_TRACKS, round(wish.seconds / max(usual, 1.0))))


def _places_in(
    connection: sqlite3.Connection, library: Fingerprints, paths: Sequence[str], analyzer: AnalyzerName
) -> NDArray[np.int64]:
    """The place of each path in the library; -1 for one that is not in it."""
    places = []
    for path in paths:
        query = "SELECT rowid FROM main.tracks WHERE path = ? AND analyzer = ?"
        row = connection.execute(query, (os.fsencode(path), str(analyzer))).fetchone()
        same = library.rows == (-1 if row is None else row[0])
        places.append(int(np.argmax(same)) if same.any() else -1)
    return np.array(places, dtype=np.int64)


def _values_of(tracks: Named, library: Fingerprints) -> Floats:
    return values_of(record for _, record in tracks).reshape(-1, library.coordinates.shape[1])


def _columns_of(
    named: Named, inside: NDArray[np.int64], library: Fingerprints, distances: Distances
) -> Candidates:
    """The named tracks. The folder of one that is not in the library is a folder of its own."""
    values = _values_of(named, library)
    names = dict.fromkeys(os.path.dirname(path) for path, _ in named)
    outside = {folder: -1 - at for at, folder in enumerate(names)}
    folders, albums, artists = (
        np.array(
            [
                (library.folders[place], library.albums[place], library.artists[place])
                if place >= 0
                else (outside[os.path.dirname(path)], *_of_tags(path, record.tags or NO_TAGS, at))
                for at, ((path, record), place) in enumerate(zip(named, inside, strict=True))
            ],
            dtype=np.int64,
        )
        .reshape(-1, 3)
        .T
    )
    return Candidates(
        -1 - np.arange(len(named)),
        distances.place(values),
        coordinate_matrix(values),
        folders,
        albums,
        artists,
        np.array([record.details["duration_s"] for _, record in named], dtype=np.float32),
        np.array([wheel_order(record.details.get("key")) or 0 for _, record in named], dtype=np.int8),
    )


def _of_tags(path: str, tags: Tags, at: int) -> tuple[int, int]:
    """Album and artist of a track that is not in the library, whose rows have no number of `at` like it."""
    artist = artist_number(tags.artist or tags.album_artist, _NO_ROW + at)
    return album_number(tags.album, tags.album_artist, os.fsencode(path)), artist
