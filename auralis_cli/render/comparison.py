"""Two tracks side by side: similarity, differences in words, each dimension and its share of the distance."""

from collections.abc import Sequence
from itertools import groupby

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from auralis_cli.model.dimensions import Dimension, dimensions
from auralis_cli.model.tags import Tags
from auralis_cli.render.difference_words import describe_difference
from auralis_cli.render.formats import NOT_MEASURED, format_difference, format_value, shows_difference
from auralis_cli.render.panel import FRAME, GROUP, framed
from auralis_cli.render.range_bar import draw_pair, draw_share
from auralis_cli.render.safe_text import safe_text
from auralis_cli.render.track_name import name_or_none, shown_track
from auralis_cli.similarity.distance import Comparison, DimensionDifference
from auralis_cli.similarity.levels import Level
from auralis_cli.similarity.recording import Kinship, Relation

COLUMNS = 64
"""Columns beside the bar: group, label, both values, unit, difference, share."""
MIN_BAR = 8
MAX_SENTENCES = 3
"""So many of the largest differences, and of the values that only one has, get a sentence each."""


def render_comparison(
    comparison: Comparison,
    a: str,
    b: str,
    width: int,
    unicode: bool,
    *,
    relation: Relation,
    levels: Sequence[Level],
    gain_db: float | None = None,
    tags: Sequence[Tags | None] = (None, None),
) -> RenderableType:
    """The panel for a console of this width; `a` and `b` are the paths, `gain_db` what was added to b, `tags`
    those of a and b.
    """
    names = Table.grid(padding=(0, 1))
    names.add_column(style="bold", no_wrap=True)
    names.add_column(overflow="fold")
    for sign, style, path, name in (("a", "cyan", a, tags[0]), ("b", "magenta", b, tags[1])):
        known = name_or_none(name)
        names.add_row(Text(sign, style=style), shown_track(path, known, unicode=unicode))
        if known is not None:
            names.add_row("", Text(safe_text(path), style="dim"))
    parts: list[RenderableType] = [names, Text(), _headline(comparison, width - FRAME, unicode)]
    parts += [Text(line, style="bold") for line in relation_words(relation)]
    parts += [Text(), _levels(levels), Text()]
    if gain_db is not None:
        turned = "up" if gain_db > 0 else "down"
        parts += [Text(f"b was turned {turned} by {abs(gain_db):.1f} dB to the loudness of a"), Text()]
    parts += [Text(f"- {sentence}") for sentence in _sentences(comparison)]
    parts += [Text(), _values(comparison, width - FRAME, unicode)]
    return framed(parts, width, unicode)


def relation_words(relation: Relation) -> list[str]:
    """What b is to a, in at most one line; nothing for different tracks."""
    if relation.kinship is Kinship.DIFFERENT:
        return []
    if relation.kinship is Kinship.SAME_AUDIO:
        other = ", in another encoding" if relation.is_other_encoding else ""
        return [f"the same audio, sample by sample{other}"]
    if relation.kinship is Kinship.SAME_RECORDING:
        parts = ["the same recording"]
        if relation.is_other_encoding:
            parts.append("another encoding")
        elif relation.is_changed:
            parts.append("slightly changed")
    else:
        parts = ["perhaps the same recording in another master"]
    if relation.gain_db:
        parts.append(f"{abs(relation.gain_db):.1f} dB {'louder' if relation.gain_db > 0 else 'quieter'}")
    return [", ".join(parts)]


def _sentences(comparison: Comparison) -> list[str]:
    """The largest differences in words; none that is zero with the decimals that are shown."""
    by_key = {dimension.key: dimension for dimension in dimensions()}
    ranked = comparison.largest(len(by_key))
    seen = [one for one in ranked if shows_difference(by_key[one.key], one.a, one.b)]
    one_sided = [one for one in comparison.dimensions if (one.a is None) is not (one.b is None)]
    told = [*seen[:MAX_SENTENCES], *one_sided[:MAX_SENTENCES]]
    if told:
        return [describe_difference(by_key[one.key], one) for one in told]
    return ["no dimension differs" + (" by as much as its last decimal" if ranked else "")]


def _levels(levels: Sequence[Level]) -> Table:
    """What is asked for first: loudness, range, peak and crest of both, and the difference."""
    table = Table.grid(padding=(0, 1))
    table.add_column(no_wrap=True, width=18)
    for columns in (7, 7):
        table.add_column(justify="right", no_wrap=True, width=columns)
    table.add_column(style="dim", no_wrap=True, width=4)
    table.add_column(justify="right", no_wrap=True, width=10)
    table.add_row("", *(Text(name, style="bold") for name in ("a", "b", "", "b - a")))
    for each in levels:
        difference = each.difference
        shown = NOT_MEASURED if difference is None else f"{_signed(difference)} {each.difference_unit}"
        table.add_row(each.label, _level(each.a), _level(each.b), each.unit, shown)
    return table


def _level(value: float | None) -> str:
    return NOT_MEASURED if value is None else f"{value:z.1f}"


def _signed(difference: float) -> str:
    text = f"{difference:+.1f}"
    return text if text.strip("+-0.") else "0.0"


def _headline(comparison: Comparison, width: int, unicode: bool) -> Text:
    if comparison.similarity is None:
        return Text("no similarity: the tracks have too few values in common", style="bold")
    head = f"similarity {format_similarity(comparison.similarity)} of 100 "
    cells = max(8, min(50, width - len(head) - 1))
    return Text.assemble((head, "bold"), draw_share(comparison.similarity / 100, cells, unicode))


def format_similarity(similarity: float) -> str:
    """The similarity as a whole number; only tracks that do not differ at all get 100."""
    return "99" if 99 < similarity < 100 else f"{similarity:.0f}"


def _values(comparison: Comparison, width: int, unicode: bool) -> Table:
    cells = width - COLUMNS
    with_bar = cells >= MIN_BAR
    with_group = width >= COLUMNS - 1
    table = Table.grid(padding=(0, 1))
    if with_group:
        table.add_column(style="dim", no_wrap=True, width=GROUP - 1)
    table.add_column(no_wrap=True, width=18)
    table.add_column(justify="right", no_wrap=True, width=7)
    table.add_column(justify="right", no_wrap=True, width=7)
    table.add_column(style="dim", no_wrap=True, width=4)
    table.add_column(justify="right", no_wrap=True, width=7)
    table.add_column(justify="right", no_wrap=True, width=5)
    bold = [Text(name, style="bold") for name in ("a", "b", "", "b - a", "share")]
    table.add_row(*[""] * (1 + with_group), *bold, *[""] * with_bar)
    pairs = list(zip(dimensions(), comparison.dimensions, strict=True))
    for number, (group, members) in enumerate(groupby(pairs, key=lambda pair: pair[0].group)):
        if number:
            table.add_row()
        for row, (dimension, one) in enumerate(members):
            bar = [draw_pair(dimension, one.a, one.b, cells, unicode)] if with_bar else []
            name = [group if row == 0 else ""] if with_group else []
            table.add_row(*name, dimension.label, *_row(dimension, one), *bar)
    return table


def _row(dimension: Dimension, one: DimensionDifference) -> list[RenderableType]:
    share = 100 * one.contribution
    return [
        NOT_MEASURED if one.a is None else format_value(dimension, one.a),
        NOT_MEASURED if one.b is None else format_value(dimension, one.b),
        dimension.unit,
        NOT_MEASURED if one.difference is None else format_difference(dimension, one.difference),
        Text(f"{share:.0f} %", style="bold" if share >= 10 else "dim" if share < 1 else ""),
    ]
