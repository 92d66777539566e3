"""The circle of fifths with both its names: major keys outside, their relative minor keys inside."""

import math
from collections import Counter
from typing import Final

from auralis_cli.library.musical_key import MusicalKey, key_named, musical_keys
from auralis_cli.plots.figure import Axis, Figure, Texts, Tone, Wedges

_STEP: Final = math.tau / 12
_RINGS: Final = {"B": (0.66, 1.0), "A": (0.32, 0.66)}
"""Inner and outer radius of major and minor keys."""
_STRONGEST: Final = 0.62
"""The opacity of the commonest key: text can still be read on it."""


def wheel_figure(names: list[str | None]) -> Figure:
    """24 fields in the order of the Camelot wheel, 12 on top; the more tracks, the stronger the colour.

    Layers: the fields, the edge of a chosen one, chords, Camelot codes, numbers of tracks. A page fills the
    first, second and last of them anew.
    """
    counts = Counter(key for key in map(key_named, names) if key is not None)
    keys = musical_keys()
    most = max(1, *(counts[key] for key in keys))
    rings = Wedges(
        inner=[_RINGS[key.camelot[-1]][0] for key in keys],
        outer=[_RINGS[key.camelot[-1]][1] for key in keys],
        start=[_angle(key) - _STEP / 2 for key in keys],
        end=[_angle(key) + _STEP / 2 for key in keys],
        opacities=[_STRONGEST * counts[key] / most for key in keys],
        edge=Tone.LINE,
    )
    chosen = Wedges([], [], [], [], edge=Tone.INK)
    places = [_middle(key) for key in keys]
    x, y = [place[0] for place in places], [place[1] for place in places]
    texts = [
        Texts(x, y, [key.chord for key in keys], size=13, up=12),
        Texts(x, y, [key.camelot for key in keys], size=10, up=-3),
        Texts(x, y, [f"{counts[key]:,}" if counts[key] else "" for key in keys], size=10, up=-16),
    ]
    axis = Axis("", -1.02, 1.02, is_shown=False, has_grid=False)
    return Figure(
        "keys", "Keys", _words(counts), axis, axis, [rings, chosen, *texts], height=460, is_square=True
    )


def _angle(key: MusicalKey) -> float:
    return math.pi / 2 - int(key.camelot[:-1]) * _STEP


def _middle(key: MusicalKey) -> tuple[float, float]:
    radius = sum(_RINGS[key.camelot[-1]]) / 2
    return radius * math.cos(_angle(key)), radius * math.sin(_angle(key))


def _words(counts: Counter[MusicalKey]) -> str:
    told = ", ".join(
        f"{key.name} ({key.camelot}) {count:,}" for key, count in sorted(counts.items(), key=_rank)
    )
    return f"Estimated keys of {counts.total():,} tracks on the circle of fifths: {told or 'none'}."


def _rank(item: tuple[MusicalKey, int]) -> tuple[int, int]:
    return -item[1], item[0].order
