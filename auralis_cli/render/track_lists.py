"""Tracks as data: paths, CSV, and lines of JSON."""

import csv
import io
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Annotated, Any, Final, Literal, TypeVar

import msgspec
from msgspec import Meta

from auralis_cli.library.fields import Field, Kind
from auralis_cli.library.musical_key import key_named
from auralis_cli.render.json_lines import Fingerprint, WarningObject
from auralis_cli.render.json_types import AnalyzerText, Count, PathBase64, PathText, Printed, TagsOrNull
from auralis_cli.render.output import write_bytes, write_json
from auralis_cli.render.safe_text import base64_unless_utf8, safe_text, utf8_text
from auralis_cli.store.rows import RECORD_COLUMN_NAMES, record_from_row

T = TypeVar("T")

AT_ONCE: Final = 200
"""Rows that are written together."""

FLAGS: Final = ("false", "true")
"""How CSV says no and yes."""
PATH_COLUMNS: Final = ("path_bytes",)


class ListError(Printed, frozen=True):
    """Why a track has no numbers."""

    code: str
    message: str


class ListLine(Printed, frozen=True):
    """One line of `list --json`. What a track does not have is null: of a failed one, the numbers."""

    path: PathText
    path_b64: PathBase64
    status: Annotated[
        Literal["analysed", "failed", "missing"],
        Meta(description="missing: 'cache prune' has found its file gone."),
    ]
    analyzer: AnalyzerText
    analysis_version: Count
    outdated: Annotated[bool, Meta(description="This auralis, or the cache, has a newer analysis version.")]
    worker_version: str
    analysed_at: Annotated[str, Meta(description="ISO 8601, UTC.")]
    size: Annotated[Count, Meta(description="Bytes, of the file.")]
    content_key: str | None
    camelot: Annotated[str | None, Meta(description="details.key on the Camelot wheel: 8A is A minor.")]
    open_key: Annotated[str | None, Meta(description="details.key in Open Key: 1m is A minor.")]
    fingerprint: Annotated[
        Fingerprint | None,
        Meta(description="With --bpm-range, tempo_bpm is moved into the range by octaves."),
    ]
    nulls: dict[str, str] | None
    details: dict[str, Any] | None
    tags: TagsOrNull
    warnings: tuple[WarningObject, ...] | None
    error: ListError | None


_OWN_COLUMNS: Final = ("path_bytes", "status", "analysed_at", "size", "error_code", "error_message")
JSON_COLUMNS: Final = (*_OWN_COLUMNS, *RECORD_COLUMN_NAMES)
"""What `json_line` takes."""


def json_line(row: tuple[Any, ...], newest: int) -> ListLine | None:
    """The line of a row of `JSON_COLUMNS`; None for one that breaks a rule: the file may be crafted.

    `newest`: results of older analysis versions are outdated.
    """
    path, status, analysed_at, size, code, message, *stored = row
    analyzer, analysis_version, worker_version = stored[:3]
    record = record_from_row(tuple(stored)) if code is None else None
    if record is None and code is None:
        return None
    name = os.fsdecode(path)
    key = None if record is None else key_named(record.details.get("key"))
    return ListLine(
        path=utf8_text(name),
        path_b64=base64_unless_utf8(name),
        status=status,
        analyzer=str(analyzer),
        analysis_version=int(analysis_version),
        outdated=int(analysis_version) < newest,
        worker_version=str(worker_version),
        analysed_at=str(analysed_at),
        size=int(size),
        content_key=None if record is None else record.content_key,
        camelot=None if key is None else key.camelot,
        open_key=None if key is None else key.open_key,
        fingerprint=None if record is None else Fingerprint(**record.fingerprint),
        nulls=None if record is None else record.nulls,
        details=None if record is None else record.details,
        tags=None if record is None else record.tags,
        warnings=None
        if record is None
        else tuple(WarningObject(each.code, each.message, each.count) for each in record.warnings),
        error=None if code is None else ListError(str(code), str(message or "")),
    )


def _write_safe_json(lines: bytes) -> None:
    write_json(lines, end=b"")


def write_json_lines(
    rows: Iterable[tuple[Any, ...]], newest: int, write: Callable[[bytes], object] = _write_safe_json
) -> int:
    """Writes a line for each row of `JSON_COLUMNS`; returns how many rows break a rule and have none."""
    encoder = msgspec.json.Encoder()
    broken = 0
    for batch in batches(rows):
        lines = [line for row in batch if (line := json_line(row, newest)) is not None]
        write(encoder.encode_lines(lines))
        broken += len(batch) - len(lines)
    return broken


def write_paths(rows: Iterable[tuple[Any, ...]], *, end: bytes) -> None:
    """Writes the path in each row of `PATH_COLUMNS`, byte for byte, and `end` after it.

    On a terminal, which a name could steer, names are made safe unless NUL is between them.
    """
    safe = sys.stdout.isatty() and end != b"\0"
    for batch in batches(rows):
        paths = [safe_text(os.fsdecode(path)).encode() if safe else path for (path,) in batch]
        write_bytes(b"".join(path + end for path in paths))


def write_csv(rows: Iterable[tuple[Any, ...]], columns: Sequence[Field]) -> None:
    """Writes a header, and a line for each row of these columns.

    In UTF-8, by RFC 4180 but for the line ends; no value is an empty cell. Paths are written byte for byte,
    on a terminal made safe.
    """
    safe = sys.stdout.isatty()
    header: list[list[Any]] = [[field.name for field in columns]]
    cells = (
        [_cell(field, value, safe=safe) for field, value in zip(columns, row, strict=True)] for row in rows
    )
    for batch in batches(chain(header, cells)):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(batch)
        write_bytes(os.fsencode(text.getvalue()))


def _cell(field: Field, value: Any, *, safe: bool) -> Any:
    if field.kind in (Kind.PATH, Kind.NAME) and isinstance(value, bytes):
        value = os.fsdecode(value)
    elif field.kind is Kind.FLAG and value in (0, 1):
        value = FLAGS[value]
    elif field.name != "key" and field.kind is Kind.KEY and (key := key_named(value)) is not None:
        value = key.camelot if field.name == "camelot" else key.open_key
    return safe_text(value) if safe and isinstance(value, str) else value


def batches(rows: Iterable[T], at_once: int = AT_ONCE) -> Iterator[list[T]]:
    """The rows in lists."""
    rows = iter(rows)
    while batch := list(islice(rows, at_once)):
        yield batch
