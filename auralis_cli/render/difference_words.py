"""A difference between two tracks as a sentence: which one is louder, brighter or faster, and by how much."""

from auralis_cli.model.dimensions import Dimension
from auralis_cli.render.formats import format_value
from auralis_cli.similarity.coordinates import TEMPO
from auralis_cli.similarity.distance import DimensionDifference
from auralis_cli.similarity.tempo_octave import tempo_level

DIFFERENCE_UNITS = {"LUFS": "LU", "%": "points"}
"""Units of differences that are not the units of the values."""

LEVEL_WORDS = {2: "twice", 3: "three times", 4: "four times"}


def describe_difference(dimension: Dimension, one: DimensionDifference, a: str = "a", b: str = "b") -> str:
    """One sentence, such as `b is louder by 6.2 LU (-9.8 vs -16.0 LUFS)`; `a` and `b` name the tracks."""
    if one.a is None and one.b is None:
        return f"neither has a value for {dimension.label}"
    if one.a is None or one.b is None:
        without, with_value = (a, b) if one.a is None else (b, a)
        value = one.b if one.a is None else one.a
        assert value is not None
        return f"{without} has no {dimension.label}; {with_value} has {_with_unit(dimension, value)}"
    (higher, high), (_, low) = sorted([(a, one.a), (b, one.b)], key=lambda pair: -pair[1])
    values = f"{format_value(dimension, high)} vs {_with_unit(dimension, low)}"
    if dimension.key == TEMPO and (level := tempo_level(one.a, one.b)) > 1:
        other = b if higher == a else a
        return f"{higher} reads about {LEVEL_WORDS[level]} the tempo of {other} ({values})"
    unit = DIFFERENCE_UNITS.get(dimension.unit, dimension.unit)
    amount = f"{format_value(dimension, high - low)} {unit}".rstrip()
    named = values if dimension.unit not in ("", "Hz", "/s", "%") else f"{dimension.label} {values}"
    return f"{higher} is {dimension.more} by {amount} ({named})"


def _with_unit(dimension: Dimension, value: float) -> str:
    return f"{format_value(dimension, value)} {dimension.unit}".rstrip()
