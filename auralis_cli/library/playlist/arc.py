"""`--arc`: energy, tempo or brightness that goes up, down, or up and down again.

All tracks are put in the order of the feature and cut into as many equal parts as the playlist is to have
tracks. One track of each part gives an arc over the whole range in which every track is a step up, each as
large as the next one by the measure of this library; which track of each part is the smoothest way through
them (`layers`). For a hill every second track is kept for the way down, so that none comes twice.

Energy is the mean place, on the scales of hearing of `similarity.coordinates`, of loudness, of the number of
onsets per second, and of brightness: the features that listeners' ratings of arousal follow most (Schubert
2004, "Modeling perceived emotion with continuous musical features", Music Perception 21(4); Gabrielsson and
Lindström 2010, "The role of structure in the musical expression of emotions").
"""

from enum import StrEnum
from typing import Final

import numpy as np

from auralis_cli.library.playlist.layers import Between, Indices, smoothest
from auralis_cli.library.playlist.quotas import NO_QUOTAS, Quotas
from auralis_cli.model.dimensions import keys
from auralis_cli.similarity.matrix import Floats

MAX_CANDIDATES: Final = 2000
"""For all parts together."""
MIN_OF_PART: Final = 8


class Feature(StrEnum):
    """What rises or falls."""

    ENERGY = "energy"
    TEMPO = "tempo"
    BRIGHTNESS = "brightness"


class Way(StrEnum):
    """Where it goes."""

    UP = "up"
    DOWN = "down"
    HILL = "hill"


_DIMENSIONS: Final = {
    Feature.ENERGY: ("lufs", "transient_density", "spectral_centroid"),
    Feature.TEMPO: ("tempo_bpm",),
    Feature.BRIGHTNESS: ("spectral_centroid",),
}


def feature_of(coordinates: Floats, feature: Feature) -> Floats:
    """The feature of each row of coordinates, (tracks, 25); NaN where a value of it is missing."""
    columns = [keys().index(key) for key in _DIMENSIONS[feature]]
    found: Floats = coordinates[:, columns].mean(axis=1)
    return found


def parts_of(levels: Floats, count: int, way: Way) -> list[Indices]:
    """Of tracks with these levels of the feature, (n,), those that may be at each of `count` places.

    ValueError where there are fewer tracks than places.
    """
    if len(levels) < count:
        raise ValueError(f"there are {len(levels)} tracks for {count} places")
    order = np.argsort(levels, kind="stable")
    if way is not Way.HILL or count < 3:
        parts = np.array_split(order, count)
        return parts[::-1] if way is Way.DOWN else parts
    up, down = order[::2], order[1::2]
    rising = -(-count // 2)
    return [*np.array_split(up, rising), *np.array_split(down, count - rising)[::-1]]


def tracks_to_try(
    levels: Floats, likings: Floats, count: int, way: Way, quotas: Quotas = NO_QUOTAS
) -> Indices:
    """The tracks that are candidates for an arc of `count` tracks, the most wanted first.

    `levels` and `likings` (how little a track is wanted) are (n,), and `quotas` those of the n tracks. Of
    each part those with the smallest likings are tried, within the quotas: one track of a part is taken.
    """
    most = max(MIN_OF_PART, MAX_CANDIDATES // count)
    tried = []
    for part in parts_of(levels, count, way):
        order = part[np.argsort(likings[part], kind="stable")]
        tried.append(quotas.first(order)[:most])
    found = np.concatenate(tried)
    return found[np.argsort(likings[found], kind="stable")]


def arc_through(levels: Floats, count: int, way: Way, between: Between) -> list[int]:
    """The indices of `count` of the tracks with these levels, (n,), in the order of the arc."""
    return smoothest(parts_of(levels, count, way), between)
