"""tests/README.md: every dimension has its oracles, and the tests named there exist."""

import re
from pathlib import Path

import pytest

from auralis_cli.model.dimensions import keys

MIN_ORACLES = 2
"""Beside the other implementation, which every dimension has."""


def rows(checkout: Path) -> list[list[str]]:
    text = (checkout / "tests" / "README.md").read_text("utf-8")
    table = text.partition("<!-- oracles -->\n")[2].partition("<!-- end of oracles -->")[0]
    return [line.strip("|").split("|") for line in table.splitlines()[2:]]


def names(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def test_every_dimension_is_listed_once_in_order(checkout: Path) -> None:
    assert [key for row in rows(checkout) for key in names(row[0])] == list(keys())


@pytest.fixture(scope="module")
def tests(checkout: Path) -> set[str]:
    """The names of all tests, Rust and Python, outside this file's own folder."""
    sources = [*(checkout / "rust").rglob("*.rs"), *(checkout / "tests").rglob("test_*.py")]
    return {name for source in sources for name in re.findall(r"(?:fn|def) (\w+)", source.read_text("utf-8"))}


def test_the_oracles_named_there_exist(checkout: Path, tests: set[str]) -> None:
    for dimensions, *cells in rows(checkout):
        named = [name for cell in cells for name in names(cell)]
        assert set(named) <= tests, dimensions
        assert len(named) >= MIN_ORACLES, dimensions
