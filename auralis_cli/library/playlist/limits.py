"""What a playlist must keep to as a whole, which no search from track to track sees: how many tracks a folder
gives, and how long all of it lasts.
"""

from collections.abc import Callable
from typing import Final

import numpy as np

from auralis_cli.library.playlist.candidates import Indices
from auralis_cli.similarity.matrix import Floats

MAX_TRIES: Final = 8

Chosen = list[int]


def most_tracks(folders: Indices, per_folder: int | None) -> int:
    """How many tracks of these folders, (n,), a playlist can have."""
    if per_folder is None:
        return len(folders)
    return int(np.minimum(np.bincount(folders), per_folder).sum())


def within_folders(
    choose: Callable[[Indices], Chosen],
    folders: Indices,
    per_folder: int | None,
    named: int = 0,
) -> Chosen:
    """What `choose` makes of the indices of tracks that it may use, with at most `per_folder` of one folder.

    Where it takes more of a folder, the folder keeps the first ones of the candidates that were taken, which
    are the most wanted, and loses all others; then it chooses again. Each round closes a folder, so it
    ends. `named`: the first so many are taken anyway.
    """
    allowed = np.ones(len(folders), dtype=bool)
    while True:
        indices = np.flatnonzero(allowed)
        chosen = [int(indices[at]) for at in choose(indices)]
        if per_folder is None:
            return chosen
        numbers, counts = np.unique(folders[chosen], return_counts=True)
        taken_anyway = np.bincount(folders[:named], minlength=int(folders.max()) + 1)
        surplus = [
            int(folder)
            for folder, count in zip(numbers, counts, strict=True)
            if count > max(per_folder, taken_anyway[folder])
        ]
        if not surplus:
            return chosen
        for folder in surplus:
            keep = sorted(at for at in chosen if folders[at] == folder)
            allowed &= folders != folder
            allowed[keep[: max(per_folder, int(taken_anyway[folder]))]] = True


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
