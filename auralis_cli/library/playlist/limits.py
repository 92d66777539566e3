"""What a playlist must keep to as a whole, which no search from track to track sees: how many tracks a
folder, an album or an artist gives, and how long all of it lasts.
"""

from collections import Counter
from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from auralis_cli.library.playlist.quotas import Indices, Quotas
from auralis_cli.similarity.matrix import Floats

MAX_TRIES: Final = 8

Chosen = list[int]


def within_quotas(choose: Callable[[Indices], Chosen], tracks: int, quotas: Quotas, named: int = 0) -> Chosen:
    """What `choose` makes of the indices of `tracks` tracks that it may use, within the quotas.

    Where it takes more of a group, the group keeps the first ones of the candidates that were taken, which
    are the most wanted, and loses all others; then it chooses again. Each round closes a group, so it
    ends. `named`: the first so many are taken anyway.
    """
    allowed = np.ones(tracks, dtype=bool)
    while True:
        indices = np.flatnonzero(allowed)
        chosen = [int(indices[at]) for at in choose(indices)]
        for numbers, most in zip(quotas.groups, quotas.most, strict=True):
            if closed := _close(numbers, most, chosen, allowed, named):
                break
        else:
            closed = False
        if not closed:
            return chosen


def _close(numbers: Indices, most: int, chosen: Chosen, allowed: NDArray[np.bool_], named: int) -> bool:
    """Takes what is too many from `allowed`; whether there was any."""
    anyway = Counter(numbers[:named].tolist())
    surplus = [
        group
        for group, count in Counter(numbers[chosen].tolist()).items()
        if count > max(most, anyway[group])
    ]
    for group in surplus:
        keep = sorted(at for at in chosen if numbers[at] == group)
        allowed &= numbers != group
        allowed[keep[: max(most, anyway[group])]] = True
    return bool(surplus)


def lasting(
    choose: Callable[[int], Chosen], durations_s: Floats, seconds: float, least: int, most: int
) -> Chosen:
    """The choice of as many tracks as come nearest to lasting so long. `choose`: makes one of n tracks."""
    tried: dict[int, tuple[float, Chosen]] = {}
    usual = max(float(np.median(durations_s)), 1.0)
    count = max(least, min(most, round(seconds / usual)))
    for _ in range(MAX_TRIES):
        if count not in tried:
            chosen = choose(count)
            tried[count] = abs(float(durations_s[chosen].sum()) - seconds), chosen
        best = min(tried, key=lambda n: (tried[n][0], n))
        total = float(durations_s[tried[count][1]].sum())
        guesses = (count + round((seconds - total) / usual), best + 1, best - 1)
        new = [guess for guess in guesses if least <= guess <= most and guess not in tried]
        if not new:
            break
        count = new[0]
    return tried[min(tried, key=lambda n: (tried[n][0], n))][1]
