"""The tracks of a report as columns, read from the cache once."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from auralis_cli.library.query import parse_query
from auralis_cli.library.selection import SelectedTracks, Selection, open_selection, parse_order
from auralis_cli.model.dimensions import keys
from auralis_cli.model.errors import ConfigError
from auralis_cli.render.export_columns import ColumnType, ExportColumn, converted, export_columns
from auralis_cli.similarity.matrix import Floats

TEXTS: Final = ("title", "artist", "album", "genre", "codec", "container", "key", "warning_codes")
NUMBERS: Final = (
    *("duration_s", "year", "sample_rate_hz", "bit_depth", "channels", "tempo_confidence", "key_strength"),
    *("loudness_range_lu", "sample_peak_dbfs"),
)
DETAILS: Final = ("true_peak_dbtp", "max_short_term_lufs", "plr_lu", "bandwidth_hz")
"""Measurements that have no column of their own."""
_SEED: Final = 25


class ReportTracks(msgspec.Struct, frozen=True):
    """n tracks in the order of their paths."""

    paths: list[str]
    """Absolute; bytes that are not UTF-8 are surrogate escapes."""
    texts: dict[str, list[str | None]]
    numbers: dict[str, Floats]
    """(n,) each, NaN for what a track does not have."""
    values: Floats
    """(n, 25), NaN for null."""
    found: int
    """Tracks that the query finds: where these are more, the n are a random sample of them."""

    def __len__(self) -> int:
        return len(self.paths)

    def has(self, name: str) -> bool:
        """Whether any track has a value under this name."""
        if name in self.texts:
            return any(self.texts[name])
        return bool(np.isfinite(self.numbers[name]).any())


def read_selected(cache: Path, selection: Selection, limit: int) -> ReportTracks:
    """Of a cache. CacheError, QueryError; ConfigError where there is no track."""
    with open_selection(cache, selection) as selected:
        tracks = read_tracks(selected, limit)
    if not len(tracks):
        if selection.query == parse_query(()) and selection.where is None:
            raise ConfigError("the library has no analysed track; 'auralis scan FOLDER' fills it")
        raise ConfigError("the query finds no analysed track; 'auralis list' shows what there is")
    return tracks


def read_tracks(tracks: SelectedTracks, limit: int) -> ReportTracks:
    """The selected tracks; of more than `limit` a sample, each time the same. CacheError, QueryError."""
    ((found,),) = tracks.rows(("count(*)",))
    columns = _columns()
    rows: Iterable[tuple[Any, ...]] = tracks.rows([column.sql for column in columns], parse_order("path"))
    if found > limit:
        kept = np.zeros(found, dtype=bool)
        kept[np.random.default_rng(_SEED).permutation(found)[:limit]] = True
        rows = (row for row, wanted in zip(rows, kept, strict=False) if wanted)
    by_name = dict(
        zip((column.name for column in columns), _turned(converted(columns, rows), columns), strict=True)
    )
    return ReportTracks(
        paths=[os.fsdecode(path) for path in by_name["path_bytes"]],
        texts={name: by_name[name] for name in TEXTS},
        numbers={name: _numbers(by_name[name]) for name in (*NUMBERS, *DETAILS)},
        values=np.stack([_numbers(by_name[key]) for key in keys()], axis=1),
        found=found,
    )


def _columns() -> list[ExportColumn]:
    by_name = {column.name: column for column in export_columns()}
    convert = by_name["duration_s"].convert
    details = [
        ExportColumn(name, ColumnType.NUMBER, "", "", f"json_extract(details, '$.{name}')", convert)
        for name in DETAILS
    ]
    return [*(by_name[name] for name in ("path_bytes", *TEXTS, *NUMBERS, *keys())), *details]


def _turned(rows: Iterable[tuple[Any, ...]], columns: list[ExportColumn]) -> list[list[Any]]:
    """Columns of rows."""
    turned = [list(column) for column in zip(*rows, strict=True)]
    return turned or [[] for _ in columns]


def _numbers(column: list[float | None]) -> Floats:
    return np.array(column, dtype=np.float32)
