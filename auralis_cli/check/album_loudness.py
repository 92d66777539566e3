"""The loudness of several tracks as one programme: BS.1770 gated over all of their blocks."""

import math
from collections.abc import Iterable

from auralis_cli.check.track import Track

RELATIVE_GATE_LU = -10.0
"""BS.1770-5, Annex 1: blocks so far below the loudness of all blocks do not count."""


def album_loudness(tracks: Iterable[Track]) -> float | None:
    """Gated loudness in LUFS of the tracks played one after another; None if nothing of them is audible.

    Each track gives its blocks of 400 ms above -70 LUFS, in steps of one LU as (mean loudness, number), so
    the relative gate is exact to the step that it falls into: within 0.1 LU, see the test.
    """
    blocks = [(10 ** (loudness / 10), count) for track in tracks for loudness, count in track.blocks]
    ungated = _mean(blocks)
    if ungated is None:
        return None
    gate = ungated * 10 ** (RELATIVE_GATE_LU / 10)
    mean = _mean([(power, count) for power, count in blocks if power > gate])
    return None if mean is None else 10 * math.log10(mean)


def _mean(blocks: list[tuple[float, int]]) -> float | None:
    total = sum(count for _, count in blocks)
    return sum(power * count for power, count in blocks) / total if total else None
