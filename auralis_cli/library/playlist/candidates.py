"""The tracks that a playlist is made from: so few that each can be compared with each."""

from collections.abc import Sequence
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from auralis_cli.library.fingerprints import Fingerprints
from auralis_cli.library.playlist.quotas import Indices
from auralis_cli.model.dimensions import keys
from auralis_cli.similarity.coordinates import TEMPO, axes
from auralis_cli.similarity.matrix import Floats, plain_distances
from auralis_cli.similarity.recording import MAX_ENCODED, MAX_SECONDS
from auralis_cli.similarity.weights import Preset, weights_of

_SOUND: Final = weights_of(Preset.SOUND)
_TEMPO: Final = keys().index(TEMPO)


class Candidates(NamedTuple):
    """n tracks, the most wanted first. The first ones are those that the user has named."""

    tracks: Indices
    """The place of each in the library, (n,); -1, -2 … for the first named one, the second …"""
    places: Floats
    """In the space of the metric, (n, 25)."""
    coordinates: Floats
    """(n, 25), NaN for a dimension that a track does not have."""
    folders: Indices
    """A number for each folder, (n,); also for each album and artist."""
    albums: Indices
    artists: Indices
    durations_s: Floats
    keys: NDArray[np.int8]
    """`MusicalKey.order`, (n,); 0 for none."""

    def only(self, indices: Indices) -> "Candidates":
        """These of them, in this order."""
        return Candidates(**{name: column[indices] for name, column in self._asdict().items()})

    @property
    def octaves(self) -> Floats:
        """log2 of the tempo in BPM of each, (n,); NaN for none."""
        return tempo_octaves(self.coordinates)


def tempo_octaves(coordinates: Floats) -> Floats:
    """log2 of the tempo in BPM of each row of coordinates, (tracks, 25); NaN for none."""
    axis = axes()[_TEMPO]
    found: Floats = coordinates[:, _TEMPO] * np.float32(axis.length) + np.float32(axis.low)
    return found


def gather(named: Candidates, library: Fingerprints, places: Floats, tracks: Indices) -> Candidates:
    """The named tracks and those of the library, with their `places`, (tracks, 25)."""
    return Candidates(
        np.concatenate([named.tracks, tracks]),
        np.concatenate([named.places, places]),
        np.concatenate([named.coordinates, library.coordinates[tracks]]),
        np.concatenate([named.folders, library.folders[tracks]]),
        np.concatenate([named.albums, library.albums[tracks]]),
        np.concatenate([named.artists, library.artists[tracks]]),
        np.concatenate([named.durations_s, library.durations_s[tracks]]),
        np.concatenate([named.keys, library.keys[tracks]]),
    )


def first_of_recordings(coordinates: Floats, durations_s: Floats) -> Indices:
    """The indices of the tracks, (n, 25) and (n,), without those that are the recording of one before them.

    What is the same recording is what `similarity.recording.relate` says.
    """
    earlier: dict[int, list[int]] = {}
    for one, other in same_recordings(coordinates, durations_s):
        earlier.setdefault(max(one, other), []).append(min(one, other))
    left_out: set[int] = set()
    for later in sorted(earlier):
        if any(one not in left_out for one in earlier[later]):
            left_out.add(later)
    return np.array([at for at in range(len(coordinates)) if at not in left_out], dtype=np.int64)


def same_recordings(coordinates: Floats, durations_s: Floats) -> Sequence[tuple[int, int]]:
    """The pairs of tracks, (n, 25) and (n,), that are the same recording by their numbers."""
    order = np.argsort(durations_s, kind="stable")
    placed, seconds = coordinates[order], durations_s[order]
    pairs: list[tuple[int, int]] = []
    for apart in range(1, len(order)):
        near = np.flatnonzero(seconds[apart:] - seconds[:-apart] <= MAX_SECONDS)
        if not len(near):
            break
        distances = plain_distances(placed[near], placed[near + apart], _SOUND)
        same = near[distances <= MAX_ENCODED]
        pairs += zip(order[same].tolist(), order[same + apart].tolist(), strict=True)
    return pairs
