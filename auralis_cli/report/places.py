"""Where the tracks lie on the map, and in which group of sound: the same for the page and for pictures."""

import msgspec
import numpy as np
from numpy.typing import NDArray

from auralis_cli.library.fingerprints import Fingerprints
from auralis_cli.library.layout_names import Layout
from auralis_cli.library.sound_groups import group_names, sound_groups
from auralis_cli.library.sound_map import lay_out
from auralis_cli.library.sound_space import SoundSpace, sound_space
from auralis_cli.library.standing import standing
from auralis_cli.report.columns import NONE
from auralis_cli.report.tracks import ReportTracks
from auralis_cli.similarity.matrix import Floats


class Places(msgspec.Struct, frozen=True):
    """Of n tracks. `layout`: the one that was used."""

    space: SoundSpace
    layout: Layout
    on_map: Floats
    """(n, 2), NaN for tracks with too few values."""
    groups: NDArray[np.uint8]
    """(n,), NONE for these."""
    names: list[str]
    """Of the groups, the largest first."""
    standing: Floats
    """(n, 25)."""


def find_places(tracks: ReportTracks, library: Fingerprints, layout: Layout) -> Places:
    """The same each time."""
    space = sound_space(library, tracks.values)
    places, layout = lay_out(space.points[space.known], layout)
    on_map = np.full((len(tracks), 2), np.nan, dtype=np.float32)
    on_map[space.known] = places
    stands = standing(tracks.values)
    groups = np.full(len(tracks), NONE, dtype=np.uint8)
    groups[space.known] = sound_groups(space.points[space.known])
    names = group_names(groups[space.known], stands[space.known])
    return Places(space, layout, on_map, groups, names, stands)
