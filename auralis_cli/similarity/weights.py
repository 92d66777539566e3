"""What counts how much: the presets, and weights of the user's own.

The groups weigh alike, whatever the number of their dimensions, and the members of a group share its weight.
"""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from auralis_cli.model.dimensions import dimensions, keys

GROUPS: Final = tuple(dict.fromkeys(dimension.group for dimension in dimensions()))


class Preset(StrEnum):
    """What "alike" is to mean."""

    SOUND = "sound"
    """How it sounds. How loud it was mastered does not count."""
    MIX = "mix"
    """Whether one can follow the other on a dance floor: tempo, rhythm, energy, harmony."""
    MASTER = "master"
    """How it was mastered: level, dynamics, spectrum, stereo."""
    ALL = "all"
    """All 25, the groups alike."""


_GROUP_WEIGHTS: Final[Mapping[Preset, Mapping[str, float]]] = {
    Preset.SOUND: dict.fromkeys(GROUPS, 1.0),
    Preset.MIX: {"temporal": 3.0, "harmonic": 1.0, "frequency": 0.5, "dynamics": 0.5},
    Preset.MASTER: {"dynamics": 2.0, "frequency": 1.0, "spectral": 1.0, "variation": 1.0, "stereo": 1.0},
    Preset.ALL: dict.fromkeys(GROUPS, 1.0),
}
_FACTORS: Final[Mapping[Preset, Mapping[str, float]]] = {
    Preset.SOUND: {"lufs": 0.0},
    Preset.MIX: {"tempo_bpm": 3.0, "silence_ratio": 0.0, "bass_mid_ratio": 0.0},
    Preset.MASTER: {},
    Preset.ALL: {},
}


def weights_of(preset: Preset, own: Mapping[str, float] | None = None) -> tuple[float, ...]:
    """The weight of each of the 25 dimensions, in order; they sum to 1.

    `own`: factors for dimensions or whole groups, by name, on top of the preset. ValueError if a name is
    unknown, a factor is negative or not finite, or nothing is left.
    """
    own = own or {}
    if unknown := [name for name in own if name not in (*keys(), *GROUPS)]:
        raise ValueError(f"{unknown[0]!r} is neither a dimension nor a group")
    if wrong := [name for name, factor in own.items() if not 0 <= factor <= MAX_FACTOR]:
        raise ValueError(f"the weight of {wrong[0]} is not a number from 0 to {MAX_FACTOR:g}")
    members = Counter(dimension.group for dimension in dimensions())
    weights = [
        _GROUP_WEIGHTS[preset].get(dimension.group, 0.0)
        / members[dimension.group]
        * _FACTORS[preset].get(dimension.key, 1.0)
        * own.get(dimension.key, 1.0)
        * own.get(dimension.group, 1.0)
        for dimension in dimensions()
    ]
    total = sum(weights)
    if total <= 0:
        raise ValueError("no dimension has a weight")
    return tuple(weight / total for weight in weights)


MAX_FACTOR: Final = 1000.0
"""The largest factor that a user can give."""
