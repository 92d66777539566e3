"""The nearest tracks as a table, with the reasons in words."""

from collections.abc import Callable, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from auralis_cli.library.similar import Neighbour, Neighbourhood
from auralis_cli.model.dimensions import dimensions
from auralis_cli.model.record import Record
from auralis_cli.render.difference_words import describe_difference
from auralis_cli.render.formats import (
    NOT_MEASURED,
    closer_than,
    format_duration,
    format_value,
    shows_difference,
)
from auralis_cli.render.track_name import name_or_none, shown_track
from auralis_cli.similarity.distance import compare_fingerprints

MAX_TRAITS = 3
MAX_DIFFERENCES = 2

Explain = Callable[[Neighbour], Sequence[str]]
"""The keys of the dimensions that make a neighbour near."""


def similar_table(
    found: Neighbourhood, width: int, explain: Explain, seed: Record | None, *, unicode: bool = True
) -> RenderableType:
    """A line per track: the share of pairs that are farther, length, tempo, name; its reasons below it.

    `seed` is what differences are told of; None for none.
    """
    table = Table.grid(padding=(0, 1))
    columns = (("", 3), ("closer than", 11), ("length", 8), ("BPM", 6))
    for name, size in columns:
        table.add_column(name, justify="right", no_wrap=True, width=size)
    room = max(20, width - sum(size + 1 for _, size in columns))
    table.add_column("track", no_wrap=True, width=room)
    heads = [*(name for name, _ in columns), "track"]
    table.add_row(*(Text(head, style="bold") for head in heads))
    for rank, one in enumerate(found.neighbours, 1):
        tempo = one.record.fingerprint["tempo_bpm"]
        table.add_row(
            Text(str(rank), style="dim"),
            closer_than(one.share_farther),
            format_duration(one.record.details["duration_s"]),
            NOT_MEASURED if tempo is None else f"{tempo:.0f}",
            Text(shown_track(one.path, name_or_none(one.record.tags), room, unicode=unicode)),
        )
        for line in _reasons(one, explain, seed):
            table.add_row("", "", "", "", Text(line, style="dim", overflow="fold", no_wrap=False))
    parts: list[RenderableType] = [table]
    if found.copies:
        files = "1 copy is" if len(found.copies) == 1 else f"{len(found.copies)} copies are"
        parts += [Text(), Text(f"{files} left out as the same recording; --copies shows them", style="dim")]
    return Group(*parts)


def _reasons(one: Neighbour, explain: Explain, seed: Record | None) -> list[str]:
    traits = list(explain(one))
    if seed is None or not traits:
        return []
    by_key = {dimension.key: dimension for dimension in dimensions()}
    told = []
    for key in traits:
        dimension, values = by_key[key], (seed.fingerprint[key], one.record.fingerprint[key])
        pair = [format_value(dimension, value) for value in values if value is not None]
        shown = pair[0] if pair[0] == pair[-1] else " and ".join(pair)
        told.append(f"{dimension.label} {shown} {dimension.unit}".rstrip())
    lines = ["alike: " + ", ".join(told)]
    compared = compare_fingerprints(seed.fingerprint, one.record.fingerprint)
    differing = [each for each in compared.largest(25) if shows_difference(by_key[each.key], each.a, each.b)][
        :MAX_DIFFERENCES
    ]
    if differing:
        words = (describe_difference(by_key[each.key], each, "yours", "this") for each in differing)
        lines.append("but: " + "; ".join(words))
    return lines
