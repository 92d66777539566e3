"""How long one analysis may take."""

FLOOR_S, CEILING_S = 120.0, 3600.0
SLOWEST_BYTES_PER_S = 50_000
"""16 times real time for speech at 24 kb/s, the densest audio that people keep in quantity."""


def deadline_s(size: int) -> float:
    """Seconds that the analysis of a file of this many bytes may take."""
    return min(max(FLOOR_S, size / SLOWEST_BYTES_PER_S), CEILING_S)
