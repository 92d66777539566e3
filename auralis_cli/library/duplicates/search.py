"""The first step: which audio there is, in which files, and which pairs of it are worth listening to."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from pathlib import Path
from typing import Final

import msgspec
import numpy as np

from auralis_cli.library.duplicates.candidates import candidate_pairs, places
from auralis_cli.library.duplicates.groups import connected
from auralis_cli.library.duplicates.track import DuplicateTrack, read_tracks, rows_of_equal_audio
from auralis_cli.library.fingerprints import load_fingerprints
from auralis_cli.library.selected_rows import selected_rows
from auralis_cli.library.selection import Selection
from auralis_cli.similarity.matrix import Floats
from auralis_cli.store.cache_file import cache_errors, open_for_reading

MAX_NAMESAKES: Final = 20
"""Of more tracks with one name, the first: "Intro" is no name."""


class Audio(msgspec.Struct, frozen=True, eq=False):
    """One audio, and the files that have it: equal samples, or the same encoded audio."""

    tracks: tuple[DuplicateTrack, ...]
    coordinates: Floats
    """(25,)"""

    @property
    def key(self) -> str:
        """The content key that its hash is known by."""
        return self.tracks[0].content_key


class Search(msgspec.Struct, frozen=True):
    """Audio of the selected tracks, and the pairs (indices) that may be one recording.

    `tracks`: how many files were looked at.
    """

    tracks: int
    audio: tuple[Audio, ...]
    pairs: tuple[tuple[int, int], ...] = ()
    namesakes: frozenset[tuple[int, int]] = frozenset()
    """Pairs of them that have the same artist and title."""


def search(
    cache: Path, selection: Selection, *, near: bool = True, whole: bool = False, namesakes: bool = False
) -> Search:
    """The candidates among the selected tracks, from the cache alone. Raises CacheError, QueryError.

    `near`: also what is not equal, else only audio that several files have; `whole`: only what is equally
    long; `namesakes`: also pairs that have one artist and title.
    """
    library = load_fingerprints(cache, selection.analyzer)
    known = {int(row): index for index, row in enumerate(library.rows)}
    wanted = sorted(int(row) for row in selected_rows(cache, selection) if int(row) in known)
    with open_for_reading(cache) as connection, cache_errors(cache, "read"):
        tracks = list(read_tracks(connection, wanted if near else rows_of_equal_audio(connection, wanted)))
    audio = tuple(Audio(tuple(same), library.coordinates[known[same[0].row]]) for same in _by_audio(tracks))
    if not near or len(audio) < 2:
        return Search(len(wanted), audio)
    coordinates = np.stack([each.coordinates for each in audio])
    durations = np.array([each.tracks[0].facts.duration_s for each in audio], dtype=np.float32)
    pairs, _ = candidate_pairs(places(coordinates, _chroma(audio)), durations, whole=whole)
    found = {(int(one), int(other)) for one, other in pairs}
    of_one_name = frozenset(_namesakes(audio)) if namesakes else frozenset()
    return Search(len(wanted), audio, tuple(sorted(found | of_one_name)), of_one_name)


def _by_audio(tracks: Sequence[DuplicateTrack]) -> Iterator[list[DuplicateTrack]]:
    """The tracks by what they contain."""
    by_key: dict[str, DuplicateTrack] = {}
    pairs = []
    for track in tracks:
        for key in (track.content_key, track.audio_key):
            if key is not None and (first := by_key.setdefault(key, track)) is not track:
                pairs.append((first.row, track.row))
    together = connected(pairs)
    shared = {row for rows in together for row in rows}
    by_row = {track.row: track for track in tracks}
    yield from ([track] for track in tracks if track.row not in shared)
    yield from ([by_row[row] for row in sorted(rows)] for rows in together)


def _chroma(audio: Sequence[Audio]) -> Floats:
    """The share of each pitch class, (n, 12), NaN where there is none."""
    found = np.full((len(audio), 12), np.nan, dtype=np.float32)
    for index, each in enumerate(audio):
        chroma = each.tracks[0].facts.chroma
        if chroma is not None and len(chroma) == 12:
            found[index] = chroma
    return found


_ADDITION: Final = re.compile(
    r"\s*[(\[][^)\]]*[)\]]\s*$|\s+-\s+(live|remaster\w*|demo|acoustic|radio edit)\b.*$"
)


def _namesakes(audio: Sequence[Audio]) -> Iterator[tuple[int, int]]:
    """Pairs with the same artist and title, whatever is added in brackets."""
    by_name: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for index, each in enumerate(audio):
        track = each.tracks[0]
        if track.title and (title := _ADDITION.sub("", track.title.casefold()).strip()):
            by_name[(track.artist or "").casefold(), title].append(index)
    for indices in by_name.values():
        yield from combinations(indices[:MAX_NAMESAKES], 2)
