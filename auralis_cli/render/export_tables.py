"""Tracks written to a file for other programs: CSV, lines of JSON, SQLite, Parquet, playlists."""

import contextlib
import csv
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

from auralis_cli.files.m3u import Item, m3u
from auralis_cli.library.fields import NAME_FIELD
from auralis_cli.library.selection import Order, SelectedTracks
from auralis_cli.model.errors import ConfigError
from auralis_cli.render.export_columns import ColumnType, ExportColumn, converted, export_columns
from auralis_cli.render.track_lists import FLAGS, JSON_COLUMNS, batches, write_json_lines
from auralis_cli.system.atomic_file import file_to_replace

Rows = Iterable[tuple[Any, ...]]
Writer = Callable[[str, Sequence[ExportColumn], Rows], None]

ROWS_AT_ONCE: Final = 10_000


def format_of(path: str) -> str:
    """The format that the name of the file asks for. ConfigError for a name of none."""
    name = _ENDINGS.get(os.path.splitext(path)[1].lower())
    if name is None:
        raise ConfigError(f"cannot export to {path}: its name has to end with one of {', '.join(_ENDINGS)}")
    return name


def check_target(path: str, cache: str, *, force: bool) -> None:
    """Raises ConfigError where nothing may be written: over a file, unless `force` is given, or the cache."""
    format_of(path)
    if os.path.exists(path) and os.path.exists(cache) and os.path.samefile(path, cache):
        raise ConfigError(f"cannot export to {path}: it is the cache itself; name another file")
    if os.path.lexists(path) and not (force and os.path.isfile(path)):
        what = "--force replaces it" if os.path.isfile(path) else "it is not a file: name another one"
        raise ConfigError(f"cannot export to {path}: it exists; {what}")


def export_tracks(
    path: str, tracks: SelectedTracks, order: Sequence[Order], limit: int | None
) -> tuple[int, int]:
    """Writes the tracks to the file in one step; returns how many, and how many rows are no records.

    ConfigError, and nothing is written, where that cannot be. Only lines of JSON check the whole record; in
    the other formats a value of a wrong type is null.
    """
    name = format_of(path)
    counted = _Counted()
    broken = 0
    try:
        with file_to_replace(os.path.abspath(path)) as temporary:
            if name == "jsonl":
                _, newest = tracks.analysis_versions()
                rows = counted.each(tracks.rows(JSON_COLUMNS, order, limit))
                with open(temporary, "wb") as file:
                    broken = write_json_lines(rows, newest, file.write)
            elif name == "playlist":
                columns_wanted = ("path_bytes", "duration_s", NAME_FIELD.sql)
                found = counted.each(tracks.rows(columns_wanted, order, limit))
                with open(temporary, "wb") as file:
                    file.write(_playlist(path, found))
            else:
                columns = export_columns()
                found = counted.each(tracks.rows([column.sql for column in columns], order, limit))
                _writers()[name](temporary, columns, converted(columns, found))
    except OSError as error:
        raise ConfigError(
            f"cannot export to {path}: {error.strerror or error}; name another file, or free space"
        ) from error
    return counted.rows - broken, broken


def _playlist(target: str, rows: Rows) -> bytes:
    """The playlist for this file, with paths from its folder on. ConfigError for a name it cannot hold."""
    items = (
        Item(
            os.fsdecode(path),
            seconds if isinstance(seconds, float) else 0.0,
            name if isinstance(name, str) else None,
        )
        for path, seconds, name in rows
    )
    folder = os.path.realpath(os.path.dirname(os.path.abspath(target)))
    return m3u(items, folder, os.path.splitext(target)[1].lower())


class _Counted:
    def __init__(self) -> None:
        self.rows = 0

    def each(self, rows: Rows) -> Iterator[tuple[Any, ...]]:
        """The rows, which are counted as they pass."""
        for row in rows:
            self.rows += 1
            yield row


def write_csv_file(path: str, columns: Sequence[ExportColumn], rows: Rows) -> None:
    """UTF-8, by RFC 4180 but for the line ends; an empty cell is null. Bytes are left out."""
    kept = [at for at, column in enumerate(columns) if column.kind is not ColumnType.BYTES]
    with open(path, "w", encoding="utf-8", newline="") as file:
        lines = csv.writer(file, lineterminator="\n")
        lines.writerow([columns[at].name for at in kept])
        lines.writerows([_csv_cell(row[at]) for at in kept] for row in rows)


def _csv_cell(value: Any) -> Any:
    return FLAGS[value] if isinstance(value, bool) else value


def write_sqlite_file(path: str, columns: Sequence[ExportColumn], rows: Rows) -> None:
    """A table `fingerprints`, and a table `columns` with the unit and the meaning of each of its columns."""
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = OFF")  # a file that is not whole is thrown away
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("BEGIN")
        definitions = ", ".join(f'"{column.name}" {column.kind.value}' for column in columns)
        connection.execute(f"CREATE TABLE fingerprints ({definitions})")
        connection.execute("CREATE TABLE columns (name TEXT PRIMARY KEY, type TEXT, unit TEXT, meaning TEXT)")
        told = [(each.name, each.kind.value, each.unit or None, each.meaning) for each in columns]
        connection.executemany("INSERT INTO columns VALUES (?, ?, ?, ?)", told)
        marks = ", ".join("?" * len(columns))
        for batch in batches(rows, ROWS_AT_ONCE):
            connection.executemany(f"INSERT INTO fingerprints VALUES ({marks})", batch)
        connection.execute("COMMIT")


_ENDINGS: Final[Mapping[str, str]] = {
    ".csv": "csv",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
    ".parquet": "parquet",
    ".m3u8": "playlist",
    ".m3u": "playlist",
}
"""Formats by the end of a file's name."""


def _writers() -> Mapping[str, Writer]:
    from auralis_cli.render.export_parquet import write_parquet_file

    return {"csv": write_csv_file, "sqlite": write_sqlite_file, "parquet": write_parquet_file}
