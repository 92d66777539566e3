"""The rules of the linter: as a list, one of them explained, and as JSON."""

from collections.abc import Iterator, Sequence
from textwrap import wrap
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from auralis_cli.check.finding import Level
from auralis_cli.check.limits import limit_rows
from auralis_cli.check.rule import Rule
from auralis_cli.render.formats import report_row
from auralis_cli.render.json_types import Printed

GAP: Final = "  "
NARROW: Final = 20
"""Columns that the words of a rule get at least."""


class LimitObject(Printed, frozen=True):
    """A limit that a rule reads, which `auralis.toml` may change."""

    name: str
    unit: str
    default: Annotated[float | None, Meta(description="Null: the rule is silent until the limit is set.")]
    meaning: str


class RuleObject(Printed, frozen=True):
    """One line of `rules --json`, and the output of `rule --json`."""

    code: str
    name: str
    level: Annotated[str, Meta(extra_json_schema={"enum": [level.value for level in Level]})]
    default: Annotated[bool, Meta(description="Whether it applies where nothing is selected.")]
    what: str
    why: str
    judge: Annotated[str, Meta(description="How a person finds out whether a finding is a fault.")]
    mender: Annotated[str, Meta(description="Who can mend what it finds.")]
    limits: tuple[LimitObject, ...]
    source: Annotated[str, Meta(description="The standard, or whose practice it is.")]


def rule_json(rule: Rule) -> RuleObject:
    """The rule as JSON."""
    return RuleObject(
        code=rule.code,
        name=rule.name,
        level=rule.level.value,
        default=rule.is_on,
        what=rule.what,
        why=rule.why,
        judge=rule.judge,
        mender=rule.mender.value,
        limits=tuple(LimitObject(*limit_rows()[name]) for name in rule.limits),
        source=rule.source,
    )


def rule_json_lines(rules: Sequence[Rule]) -> bytes:
    """A line of JSON for each rule."""
    return msgspec.json.Encoder().encode_lines([rule_json(rule) for rule in rules])


def rule_lines(rules: Sequence[Rule], width: int | None) -> Iterator[str]:
    """A line for each rule: code, level, whether it is on, name, what it finds."""
    cells = [(rule.code, rule.level.value, "on" if rule.is_on else "off", rule.name) for rule in rules]
    header = ("code", "level", "", "name")
    widths = [max(map(len, column)) for column in zip(header, *cells, strict=True)]
    indent = sum(widths) + len(GAP) * len(widths)
    for row, what in [(header, "finds"), *zip(cells, (rule.what for rule in rules), strict=True)]:
        head = GAP.join(cell.ljust(size) for cell, size in zip(row, widths, strict=True))
        room = None if width is None else max(width - indent, NARROW)
        first, *rest = [what] if room is None else wrap(what, room)
        yield f"{head}{GAP}{first}"
        yield from (f"{'':{indent}}{line}" for line in rest)


def explained(rule: Rule) -> Iterator[str]:
    """All that is to be said of a rule, in rows."""
    yield f"{rule.code} {rule.name}: {rule.what}"
    yield report_row("why", rule.why)
    yield report_row("judge", rule.judge)
    yield report_row("mended", f"by {rule.mender.value}")
    state = "on" if rule.is_on else f"off: --select default,{rule.code} turns it on"
    yield report_row("level", f"{rule.level.value}; by default {state}")
    for name in rule.limits:
        limit = limit_rows()[name]
        value = "not set" if limit.default is None else f"{limit.default:g} {limit.unit}".strip()
        yield report_row("limit", f"{name} = {value}: {limit.meaning}")
    yield report_row("source", rule.source)
