"""Distance between two tempi on the scale of octaves, lenient where one is a simple multiple of the other.

Listeners tap one recording at 70 or at 140 BPM, and estimators err by the same factors, so the ratio of two
tempi is measured to the nearest simple level, and a penalty for that level is added:

    d(a, b) = min over levels k of |x - log2 k| + penalty(k),    x = |log2(a / b)|

with the levels 1, 2, 3 and 4. Equal tempi are 0 apart, half and double 0.25 octaves instead of 1. The
distance is symmetric, continuous, and never more than x. Tapping levels: McKinney & Moelants (2006),
"Ambiguity in tempo perception", Music Perception 24(2).
"""

import math

LEVEL_PENALTIES = {1: 0.0, 2: 0.25, 3: 0.4, 4: 0.5}
"""Octaves added when one tempo is this multiple of the other: far less than the octaves between them."""


def tempo_distance(octaves: float) -> float:
    """The distance of two tempi that are so many octaves apart (0 or more)."""
    return min(abs(octaves - math.log2(level)) + penalty for level, penalty in LEVEL_PENALTIES.items())


def octaves_between(a_bpm: float, b_bpm: float) -> float:
    """|log2(a / b)| of two positive tempi."""
    return abs(math.log2(a_bpm) - math.log2(b_bpm))


def tempo_level(a_bpm: float, b_bpm: float) -> int:
    """The simple multiple (1 to 4) that explains the ratio of the tempi best."""
    octaves = octaves_between(a_bpm, b_bpm)
    return min(LEVEL_PENALTIES, key=lambda level: abs(octaves - math.log2(level)) + LEVEL_PENALTIES[level])
