"""All rules by code, and which of them a list of prefixes selects."""

import difflib
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from auralis_cli.check.rule import Rule
from auralis_cli.check.rules import (
    completeness,
    copies,
    evenness,
    loudness,
    numbering,
    peaks,
    quality,
    stereo,
)
from auralis_cli.model.errors import ConfigError

_MODULES: Final = (peaks, loudness, stereo, quality, completeness, evenness, numbering, copies)
RULES: Final[tuple[Rule, ...]] = tuple(rule for module in _MODULES for rule in module.RULES)
"""In the order of the table: those of a track first."""

DEFAULT: Final = "default"
ALL: Final = "all"
WORDS: Final = (DEFAULT, ALL)
"""Beside prefixes of codes: the rules that are on without a selection, and every rule."""


@cache
def rules_by_code() -> dict[str, Rule]:
    """Each rule under its code."""
    return {rule.code: rule for rule in RULES}


def rule_named(text: str) -> Rule:
    """The rule of a code or a name, in capitals or not. Raises ConfigError."""
    for rule in RULES:
        if text.upper() == rule.code or text.lower() == rule.name:
            return rule
    known = [name for rule in RULES for name in (rule.code, rule.name)]
    near = difflib.get_close_matches(text, known, n=1) or difflib.get_close_matches(text.upper(), known, n=1)
    hint = f"did you mean '{near[0]}'?" if near else "'auralis rules' lists them"
    raise ConfigError(f"there is no rule '{text}'; {hint}")


def check_prefix(text: str, where: str) -> str:
    """The text as a prefix of codes, or one of `WORDS`. Raises ConfigError, which names the place `where`."""
    if text.lower() in WORDS:
        return text.lower()
    prefix = text.upper()
    if prefix and any(rule.code.startswith(prefix) for rule in RULES):
        return prefix
    for rule in RULES:
        if rule.name == text.lower():
            return rule.code
    near = difflib.get_close_matches(prefix, [rule.code for rule in RULES], n=1)
    hint = f"did you mean '{near[0]}'?" if near else "'auralis rules' lists them"
    raise ConfigError(f"{where}: no rule has a code that begins with '{text}'; {hint}")


def selected(select: Iterable[str], ignore: Iterable[str]) -> Sequence[Rule]:
    """The rules that the prefixes select and do not ignore.

    Of two prefixes that fit a rule the longer one decides, and of two that are equally long `ignore`; so
    `select C, ignore C1, select C101` is C101 alone. `all` and `default` are shorter than any prefix.
    """
    chosen, left_out = tuple(select), tuple(ignore)
    return [rule for rule in RULES if _reach(rule, chosen) > _reach(rule, left_out)]


def _reach(rule: Rule, prefixes: Sequence[str]) -> int:
    """The length of the longest prefix that fits, 0 for a word, -1 for none."""
    fits = [
        0 if prefix in WORDS else len(prefix)
        for prefix in prefixes
        if prefix == ALL or (prefix == DEFAULT and rule.is_on) or rule.code.startswith(prefix)
    ]
    return max(fits, default=-1)
