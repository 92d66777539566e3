"""`--mix`: each track can be mixed into the next, as DJs do.

Tempi fit if one can be brought to the other, or to half or double of it, by at most 6 % of speed: what the
pitch fader of a turntable gives, and what can hardly be heard as a change. Keys fit if they are neighbours on
the Camelot wheel: the same key, its relative, or one step along the circle of fifths in the same mode. Those
pairs share at least six of seven notes of their scales.

The search keeps the best so many beginnings (a beam), first by how often they break a rule, then by their sum
of squared steps (and a pull back to the first track, PULL), and prolongs each by every track that it does not
have. A rule is only broken where all beginnings have come to an end, and the playlist says where.
"""

import math
from typing import Final, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from auralis_cli.library.playlist.quotas import NO_QUOTAS, Quotas
from auralis_cli.similarity.matrix import Floats

MAX_TEMPO_CHANGE: Final = 0.06
_ROUNDING: Final = 1e-5
"""Octaves, in single precision."""
CANDIDATES: Final = 600
WIDTH: Final = 300
"""Beginnings that are kept; so many that the best set is mostly found where it is known (see the tests)."""
PULL: Final = 0.25
"""How much the square of the distance to the first track counts, beside that of the step. Without it a
playlist drifts: on 325 tracks of 18 soundtracks it brings the mean distance to the first one from .69 to .55,
and the mean step from .32 to .34."""
SAME_END: Final = 6
"""Of them as many may end with the same track, or all would soon be variants of one."""
BROKEN: Final = 1e6
"""The cost of a broken rule: more than all steps of a playlist together."""

Bools = NDArray[np.bool_]
Rule = Literal["tempo", "key"]


class Rules(NamedTuple):
    """Whether each track can be followed by each other one, (n, n) both."""

    tempo: Bools
    key: Bools

    def broken(self, one: int, other: int) -> tuple[Rule, ...]:
        """The names of the rules that this step breaks."""
        tempo: tuple[Rule, ...] = () if self.tempo[one, other] else ("tempo",)
        key: tuple[Rule, ...] = () if self.key[one, other] else ("key",)
        return tempo + key


def rules_of(octaves: Floats, wheel: NDArray[np.int8]) -> Rules:
    """The rules for these tempi (log2 of BPM, NaN for none) and keys (`MusicalKey.order`, 0 for none).

    A tempo or key that is not known fits nothing.
    """
    apart = np.abs(octaves[:, None] - octaves[None, :])
    folded = np.abs(apart - np.round(apart))
    return Rules(folded <= math.log2(1 + MAX_TEMPO_CHANGE) + _ROUNDING, keys_fit(wheel))


def keys_fit(wheel: NDArray[np.int8]) -> Bools:
    """For each two of these keys whether they are neighbours on the wheel."""
    number, mode = wheel.astype(np.int64) // 2, wheel.astype(np.int64) % 2
    apart = np.abs(number[:, None] - number[None, :])
    steps = np.minimum(apart, 12 - apart)
    same_mode = mode[:, None] == mode[None, :]
    known = wheel > 0
    fits: Bools = ((steps == 0) | ((steps == 1) & same_mode)) & known[:, None] & known[None, :]
    return fits


def mixable(
    distances: Floats,
    rules: Rules,
    count: int,
    *,
    start: int | None,
    quotas: Quotas = NO_QUOTAS,
) -> list[int]:
    """The indices of up to `count` tracks in order, from `start` on, else from any. Fewer where none is left.

    `distances`: (n, n); `quotas`: those of the n tracks.
    """
    size = len(distances)
    costs = np.square(distances, dtype=np.float64)
    if start is not None:
        costs += PULL * np.square(distances[start], dtype=np.float64)
    costs += BROKEN * ((~rules.tempo).astype(np.float64) + ~rules.key)
    ends = np.arange(size) if start is None else np.array([start])
    used = np.zeros((len(ends), size), dtype=bool)
    used[np.arange(len(ends)), ends] = True
    total = np.zeros(len(ends))
    history: list[tuple[NDArray[np.int64], NDArray[np.int64]]] = [(ends, np.arange(len(ends)))]
    for _ in range(count - 1):
        scores = total[:, None] + costs[ends]
        scores[used] = np.inf
        scores[quotas.full(used)] = np.inf
        parents, tracks = _best(scores)
        if not len(parents):
            break
        total = scores[parents, tracks]
        used = used[parents]
        used[np.arange(len(tracks)), tracks] = True
        ends = tracks
        history.append((tracks, parents))
    at = int(np.argmin(total))
    way = []
    for tracks, parents in reversed(history):
        way.append(int(tracks[at]))
        at = int(parents[at])
    return way[::-1]


def _best(scores: NDArray[np.float64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Beginnings and the tracks after them: at most WIDTH, and SAME_END for each track, the cheapest."""
    if len(scores) > SAME_END:
        rows = np.argpartition(scores, SAME_END - 1, axis=0)[:SAME_END]
    else:
        rows = np.broadcast_to(np.arange(len(scores))[:, None], scores.shape)
    tracks = np.broadcast_to(np.arange(scores.shape[1]), rows.shape)
    parents, tracks = rows.ravel(), tracks.ravel()
    found = scores[parents, tracks]
    order = np.lexsort((tracks, parents, found))[:WIDTH]
    order = order[np.isfinite(found[order])]
    return parents[order], tracks[order]
