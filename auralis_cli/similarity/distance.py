"""How alike two fingerprints are, and which dimensions make the difference.

For each dimension i the difference of the two values is put on the scale of real music:

    r_i = |a_i - b_i| / (usual_high_i - usual_low_i)

with the usual range of `dimensions.json` (5th to 95th percentile over music), so that 1 means "as far apart
as the two ends of ordinary tracks". Tempo is measured in octaves instead (`tempo_octave`), over the octaves
of its usual range. Then

    s_i = r_i / sqrt(1 + (r_i / LIMIT)^2)

is nearly r_i within the usual range and never exceeds LIMIT: one outlier, such as the flatness of a noise
track, cannot hide the other 24. The distance weighs the seven groups alike, however many dimensions n_g each
has:

    D = sqrt( sum over i of s_i^2 / (7 * n_g(i)) ),        similarity = 100 * exp(-D / FALL)

The contribution of a dimension is its share of D^2. Similarity is symmetric, 100 for equal fingerprints, and
falls as any single dimension other than tempo moves away.

A dimension that is null in both tracks makes no difference. One that is null in a single track (the tempo of
a track without pulse) is a difference that cannot be measured: it counts as one whole usual range, r = 1,
and its `difference` is None.
"""

import math
from collections import Counter
from collections.abc import Mapping

import msgspec

from auralis_cli.model.dimensions import Dimension, dimensions
from auralis_cli.similarity.tempo_octave import tempo_distance

TEMPO = "tempo_bpm"

LIMIT = 2.0
"""No difference counts as more than this many usual ranges."""

FALL = 0.3
"""Distance over which the similarity falls by a factor e.

With it the similarity of a track to its 128 kb/s MP3 is 90 to 97, to itself turned down by 6 dB 72; that of
two tracks of one album is 35, and of different albums 28 in the median and 43 at the 95th percentile (117
tracks).
"""

ONE_SIDED_NULL = 1.0
"""How many usual ranges it counts when one of two values is undefined."""


class DimensionDifference(msgspec.Struct, frozen=True):
    """One dimension of two tracks: values and `difference` (b - a) in `unit`, `contribution` to the distance.

    Contributions lie in 0 to 1 and sum to 1, or are all 0 when nothing differs.
    """

    key: str
    a: float | None
    b: float | None
    difference: float | None
    unit: str
    contribution: float


class Comparison(msgspec.Struct, frozen=True):
    """Similarity 0 to 100, the distance D behind it, the dimensions in the order of the fingerprint."""

    similarity: float
    distance: float
    dimensions: tuple[DimensionDifference, ...]

    def largest(self, count: int) -> list[DimensionDifference]:
        """The dimensions that contribute most, largest first; none that contributes nothing."""
        ranked = sorted(self.dimensions, key=lambda one: -one.contribution)
        return [one for one in ranked[:count] if one.contribution > 0]


def compare_fingerprints(a: Mapping[str, float | None], b: Mapping[str, float | None]) -> Comparison:
    """Compares two fingerprints, each with all keys of `dimensions()`."""
    table = dimensions()
    members = Counter(dimension.group for dimension in table)
    squares = [
        _limited(_scaled_difference(dimension, a[dimension.key], b[dimension.key])) ** 2
        / (len(members) * members[dimension.group])
        for dimension in table
    ]
    total = math.fsum(squares)
    distance = math.sqrt(total)
    return Comparison(
        similarity=100.0 * math.exp(-distance / FALL),
        distance=distance,
        dimensions=tuple(
            DimensionDifference(
                key=dimension.key,
                a=(value_a := a[dimension.key]),
                b=(value_b := b[dimension.key]),
                difference=None if value_a is None or value_b is None else value_b - value_a,
                unit=dimension.unit,
                contribution=square / total if total > 0 else 0.0,
            )
            for dimension, square in zip(table, squares, strict=True)
        ),
    )


def _scaled_difference(dimension: Dimension, a: float | None, b: float | None) -> float:
    """r of the definition above: the difference in usual ranges."""
    if a is None and b is None:
        return 0.0
    if a is None or b is None:
        return ONE_SIDED_NULL
    if dimension.key == TEMPO:
        return tempo_distance(a, b) / math.log2(dimension.usual_high / dimension.usual_low)
    return abs(a - b) / dimension.spread


def _limited(r: float) -> float:
    """s of the definition above: r for small r, LIMIT for large."""
    return r / math.hypot(1.0, r / LIMIT)
