"""The language of queries: `tempo_bpm:120..130 key:8A ^codec:mp3`, as beets has it.

    word              path, artist, title or album contains it; capitals do not count
    /folder ./… ~/…   the track lies there
    field:value       a text contains the value; a number is shown as it; a key in any notation
    field:low..high   a number from low to high; either end may be left out
    field:=value      the text is exactly the value
    field::regex      the text matches a regular expression of Python, where capitals count
    field:null        there is no value
    ^term             the term does not match
    "text"            a text, whatever is in it; also as the value of a field
    a , b  or  a, b   what is before the comma or what is after it

All terms must match. One argument of the shell is one term, and blanks are part of it.
"""

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from auralis_cli.files.urls import is_url, scheme_of
from auralis_cli.library.conditions import Condition, all_of, any_of, none_of
from auralis_cli.library.fields import QueryError, field_named, known_field
from auralis_cli.library.terms import Operator, is_place, place_condition, term_condition, word_condition

MAX_TERMS: Final = 500
"""SQLite's expressions are not deeper than 1,000."""

_FIELD_TERM: Final = re.compile(r"([A-Za-z_][A-Za-z0-9_]*):([:=]?)(.*)", re.DOTALL)
_NEXT_TERM: Final = re.compile(r"\s\^?([A-Za-z_][A-Za-z0-9_]*):")
_COMMA: Final = "a comma means 'or'"


class Query(NamedTuple):
    """A query as a condition in SQL, and the names of the fields that it asks for."""

    condition: Condition
    names: frozenset[str]


def parse_query(terms: Sequence[str]) -> Query:
    """The query that these arguments are; without any, all tracks match.

    Raises QueryError: in which term, what is wrong, and what to write.
    """
    if len(terms) > MAX_TERMS:
        raise QueryError(f"the query has {len(terms):,} terms, and {MAX_TERMS} is the most; use --where")
    names: set[str] = set()
    groups: list[list[Condition]] = [[]]
    for term in terms:
        ends_group = term.endswith(",") and not _is_quoted(term)
        if text := (term[:-1].rstrip() if ends_group else term):
            groups[-1].append(_parse_term(text, names))
        elif not ends_group:
            raise QueryError("a term of the query is empty; leave it out")
        if ends_group:
            if not groups[-1]:
                raise QueryError(f"{_COMMA}: there is no term before it")
            groups.append([])
    if len(groups) > 1 and not groups[-1]:
        raise QueryError(f"{_COMMA}: there is no term after the last one")
    return Query(any_of([all_of(group) for group in groups]), frozenset(names))


def _parse_term(term: str, names: set[str]) -> Condition:
    """One term; the fields that it asks for are added to `names`."""
    bare = term.lstrip("^")
    if not bare:
        raise QueryError("a '^' alone: it stands before what must not match, as in ^codec:mp3")
    condition = _parse_positive(bare, names)
    return none_of(condition) if (len(term) - len(bare)) % 2 else condition


def _parse_positive(term: str, names: set[str]) -> Condition:
    """The same without a `^`."""
    where = f"in the term '{term}'"
    is_text = _is_quoted(term) or (is_url(term) and field_named(scheme_of(term)) is None)
    match = None if is_text else _FIELD_TERM.fullmatch(term)
    if match is None:
        if is_place(term):
            return place_condition(term)
        text = _unquoted(term)
        if not text:
            raise QueryError(f"{where}: there is no text in it")
        return word_condition(text)
    name, operator, value = match.groups()
    field = known_field(name, where, "; a text with a colon stands in double quotes")
    names.add(field.name)
    _check_value(name, value, where)
    quoted = _is_quoted(value)
    return term_condition(field, Operator(operator), _unquoted(value), where, quoted=quoted)


def _check_value(name: str, value: str, where: str) -> None:
    if not _unquoted(value):
        raise QueryError(f"{where}: there is no value; {name}:null finds tracks without one")
    if _is_quoted(value):
        return
    next_term = _NEXT_TERM.search(value)
    if next_term and field_named(next_term[1]):
        raise QueryError(
            f"{where}: another term begins at '{value[next_term.start() + 1 :]}'; give each term as an "
            "argument of its own, or put the value in double quotes if it is one text"
        )


def _is_quoted(text: str) -> bool:
    return len(text) >= 2 and text[0] == text[-1] == '"'


def _unquoted(text: str) -> str:
    return text[1:-1] if _is_quoted(text) else text
