"""Which tracks, of which analyzer, in which order: what `list`, `stats` and their like have in common."""

import contextlib
import os
import re
import sqlite3
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from auralis_cli.files.presence import outermost
from auralis_cli.library.conditions import Condition, all_of
from auralis_cli.library.fields import STATUS_FIELDS, Field, Kind, QueryError, fields, known_field
from auralis_cli.library.functions import FOLDED_TEMPO, BpmRange, add_functions
from auralis_cli.library.query import Query, parse_query
from auralis_cli.library.sql_condition import Guard, sql_condition
from auralis_cli.model.record import ANALYSIS_VERSION, AnalyzerName
from auralis_cli.store.cache_file import cache_errors, open_for_reading
from auralis_cli.store.fingerprints_view import create_view
from auralis_cli.upkeep.cache_info import read_roots

_ASKS_FOR_STATUS: Final = re.compile(rf"\b({'|'.join(sorted(STATUS_FIELDS))})\b", re.IGNORECASE)
_TEXT: Final = re.compile("'(?:[^']|'')*'")

_ROWS_AT_ONCE: Final = 200


class Order(msgspec.Struct, frozen=True):
    """One key to sort by."""

    field: Field
    descending: bool = False

    @property
    def sql(self) -> str:
        """The key. Paths are never NULL, and NULLS LAST would keep SQLite from the index of the paths."""
        column = self.field.sql
        if function := _ORDER.get(self.field.kind):
            column = f"{function}(CAST({column} AS BLOB))"
        nulls = "" if self.field.kind is Kind.PATH else " NULLS LAST"
        return f"{column}{' DESC' if self.descending else ''}{nulls}"


_ORDER: Final = {Kind.KEY: "wheel_order", Kind.TAG: "natural_order", Kind.NAME: "natural_order"}
_WITHIN: Final = {
    "artist": ("album", "disc", "track"),
    "album_artist": ("album", "disc", "track"),
    "album": ("disc", "track"),
    "disc": ("track",),
}
"""What sorts the tracks that have a value in common, as they come on their albums."""


class Selection(msgspec.Struct, frozen=True):
    """Tracks of the cache.

    Unless the query asks for a status or an error, only analysed tracks are meant; unless it asks for an
    analyzer, only those of `analyzer`. In a `bpm_range` each tempo is moved into it by octaves first.
    """

    analyzer: AnalyzerName
    query: Query = parse_query(())
    where: str | None = None
    """A condition in SQL, which must be true too."""
    bpm_range: BpmRange | None = None
    every_status: bool = False
    """Failed and missing tracks count too."""

    @property
    def has_failures(self) -> bool:
        """Whether failed and missing tracks may be among them."""
        asked = _ASKS_FOR_STATUS.search(_TEXT.sub("", self.where or ""))
        return self.every_status or bool(self.query.names & STATUS_FIELDS) or asked is not None


def selection_of(
    analyzer: AnalyzerName,
    terms: Sequence[str] | None = None,
    where: str | None = None,
    bpm_range: str | None = None,
) -> Selection:
    """What the arguments and options of a command select. Raises QueryError."""
    folded = None if bpm_range is None else BpmRange.parse(bpm_range)
    return Selection(analyzer, parse_query(terms or ()), where, folded)


class SelectedTracks:
    """The tracks of a selection in an open cache."""

    def __init__(self, connection: sqlite3.Connection, selection: Selection, cache: Path) -> None:
        self._connection = connection
        self._cache = cache
        self.roots = outermost([os.fsdecode(root) for root in read_roots(connection)])
        """The outermost folders that were scanned."""
        create_view(connection, tempo="tempo_bpm" if selection.bpm_range is None else FOLDED_TEMPO)
        add_functions(connection, selection.bpm_range)
        self._guard = Guard(connection, with_sql=selection.where is not None)
        self._analyzer = str(selection.analyzer)
        self._condition = self._whole_condition(selection)

    def rows(
        self, columns: Sequence[str], order: Sequence[Order] = (), limit: int | None = None
    ) -> Iterator[tuple[Any, ...]]:
        """These columns of the view for each track, read as they are taken. Raises CacheError, QueryError.

        There is an index of the paths. For any other order the keys alone are sorted: with all columns the
        first row would take three times as long.
        """
        selected = f"SELECT {', '.join(columns)} FROM fingerprints WHERE"
        end = _order_by(order)
        values = self._condition.values
        if limit is not None:  # even without end, a limit makes SQLite sort three times as slowly
            end, values = f"{end} LIMIT ?", (*values, limit)
        if all(key.field.kind is Kind.PATH for key in order):
            yield from self._read(f"{selected} {self._condition.sql}{end}", values)
            return
        keys = f"SELECT path_bytes, analyzer FROM fingerprints WHERE {self._condition.sql}"
        ordered = list(self._read(f"{keys}{end}", values))
        selected = f"SELECT path_bytes, analyzer, {', '.join(columns)} FROM fingerprints WHERE path_bytes IN"
        for start in range(0, len(ordered), _ROWS_AT_ONCE):
            keys_at_once = ordered[start : start + _ROWS_AT_ONCE]
            paths = [path for path, _ in keys_at_once]
            rows = self._read(f"{selected} ({', '.join('?' * len(paths))})", paths)
            by_key = {(path, analyzer): row for path, analyzer, *row in rows}
            yield from (tuple(by_key[key]) for key in keys_at_once if key in by_key)

    def _read(self, sql: str, values: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
        with cache_errors(self._cache, "read"):
            with self._guard.running():
                cursor = self._connection.execute(sql, values)
            while True:
                with self._guard.running():
                    found = cursor.fetchmany(_ROWS_AT_ONCE)
                if not found:
                    return
                yield from found

    def analysis_versions(self) -> tuple[int, int]:
        """The oldest analysis version of this analyzer's rows, and the newest of theirs and of auralis.

        All but the newest are old. No worker is asked: a listing starts no program.
        """
        query = "SELECT min(analysis_version), max(analysis_version) FROM tracks WHERE analyzer = ?"
        oldest, newest = next(self._read(query, [self._analyzer]))
        if isinstance(oldest, int) and isinstance(newest, int):
            return oldest, max(newest, ANALYSIS_VERSION)
        return 0, 0

    def _whole_condition(self, selection: Selection) -> Condition:
        parts = [Condition("typeof(path_bytes) = 'blob'")]  # what a crafted row may have, cache verify tells
        if "analyzer" not in selection.query.names:
            parts.append(Condition("analyzer = ?", (self._analyzer,)))
        if not selection.has_failures:
            parts.append(Condition("status = 'analysed'"))
        parts.append(selection.query.condition)
        if selection.where is not None:
            parts.append(sql_condition(self._connection, self._guard, selection.where))
        return all_of(parts)


@contextlib.contextmanager
def open_selection(cache: Path, selection: Selection) -> Iterator[SelectedTracks]:
    """The selected tracks of the cache at this path. Raises CacheError, QueryError."""
    with open_for_reading(cache) as connection:
        yield SelectedTracks(connection, selection, cache)


def parse_order(text: str) -> tuple[Order, ...]:
    """`lufs-,path`: names of fields, each with a `-` for the highest value first. Raises QueryError.

    The tracks of an artist follow by album, those of an album by disc and track number.
    """
    found: list[Order] = []
    for key in text.split(","):
        name = key.strip()
        descending = name.endswith("-")
        name = name.rstrip("+-")
        if not name:
            raise QueryError(
                f"--sort {text}: there is no name; write --sort lufs, or --sort lufs- for loud first"
            )
        found.append(Order(known_field(name, f"--sort {text}"), descending))
    for wanted in tuple(found):
        names = {each.field.name for each in found}
        found += (Order(fields()[name]) for name in _WITHIN.get(wanted.field.name, ()) if name not in names)
    return tuple(found)


def _order_by(order: Sequence[Order]) -> str:
    """Tracks without the value come last, whatever the direction; what is equal is sorted by its path."""
    keys = [key.sql for key in order]
    if keys and not any(key.field.kind is Kind.PATH for key in order):
        keys.append("+path_bytes")  # with + it sorts; by the index it would read rows from all over the file
    return f" ORDER BY {', '.join(keys)}" if keys else ""
