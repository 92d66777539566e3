"""The columns of an exported table: each with its type, unit and meaning."""

import math
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import Enum
from functools import cache
from typing import Any, Final

import msgspec

from auralis_cli.library.fields import Field, Kind, fields
from auralis_cli.library.musical_key import PITCH_CLASSES, key_named
from auralis_cli.render.safe_text import utf8_text


class ColumnType(Enum):
    """The types that CSV, SQLite and Parquet have in common."""

    TEXT = "TEXT"
    NUMBER = "REAL"
    WHOLE = "INTEGER"
    FLAG = "BOOLEAN"
    BYTES = "BLOB"


class ExportColumn(msgspec.Struct, frozen=True):
    """A column. `sql` gives its values in the view `fingerprints`; `convert` makes None of wrong types."""

    name: str
    kind: ColumnType
    unit: str
    meaning: str
    sql: str
    convert: Callable[[Any], Any]


@cache
def export_columns() -> tuple[ExportColumn, ...]:
    """Every field, the path as bytes too, the reasons of null values, the 12 shares of the chroma."""
    columns = [_column(field) for field in fields().values()]
    path_bytes = ExportColumn(
        "path_bytes",
        ColumnType.BYTES,
        "",
        "the bytes of the path, which need not be UTF-8",
        "path_bytes",
        _bytes,
    )
    nulls = ExportColumn(
        "nulls", ColumnType.TEXT, "", "JSON: the reason of each dimension that is null", "nulls", _text
    )
    return (columns[0], path_bytes, *columns[1:], nulls, *map(_chroma, range(len(PITCH_CLASSES))))


def converted(columns: Sequence[ExportColumn], rows: Iterable[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Rows of what the `sql` of the columns gives, each value as its column has it."""
    converters = [column.convert for column in columns]
    for row in rows:
        yield tuple(convert(value) for convert, value in zip(converters, row, strict=True))


def _column(field: Field) -> ExportColumn:
    meaning = field.meaning or field.label
    if field.kind is Kind.WHOLE:
        return ExportColumn(field.name, ColumnType.WHOLE, field.unit, meaning, field.sql, _whole)
    if field.kind is Kind.FLAG:
        return ExportColumn(field.name, ColumnType.FLAG, "", meaning, field.sql, _flag)
    if field.is_number:
        unit = "s" if field.kind is Kind.DURATION else field.unit
        return ExportColumn(field.name, ColumnType.NUMBER, unit, meaning, field.sql, _number)
    special = {"path": _path, "camelot": _camelot, "open_key": _open_key}
    return ExportColumn(field.name, ColumnType.TEXT, "", meaning, field.sql, special.get(field.name, _text))


_SUFFIX: Final = {"#": "s"}


def _chroma(pitch: int) -> ExportColumn:
    name = PITCH_CLASSES[pitch]
    key = "".join(_SUFFIX.get(sign, sign) for sign in name.lower())
    sql = f"json_extract(details, '$.chroma[{pitch}]')"
    return ExportColumn(
        f"chroma_{key}", ColumnType.NUMBER, "", f"mean share of the pitch class {name}, 0 to 1", sql, _number
    )


def _path(value: Any) -> str | None:
    return utf8_text(os.fsdecode(value)) if isinstance(value, bytes) else None


def _bytes(value: Any) -> bytes | None:
    return value if isinstance(value, bytes) else None


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, float | int) and math.isfinite(value) else None


def _whole(value: Any) -> int | None:
    return value if isinstance(value, int) else None


def _flag(value: Any) -> bool | None:
    return bool(value) if value in (0, 1) else None


def _camelot(value: Any) -> str | None:
    key = key_named(value)
    return None if key is None else key.camelot


def _open_key(value: Any) -> str | None:
    key = key_named(value)
    return None if key is None else key.open_key
