"""The view `fingerprints`: the cache as people query it.

A connection of auralis that asks it makes it as a temporary view, which hides one of the same name in the
file: what a file says about itself is not believed. Other programs use `CREATE_VIEW`, which
`auralis schema --sql` prints.
"""

import sqlite3
from collections.abc import Sequence
from typing import Final

from auralis_cli.model.dimensions import keys
from auralis_cli.store.rows import RECORD_COLUMN_NAMES
from auralis_cli.store.tag_columns import TAG_COLUMNS

_TAGS: Final = ",\n    ".join(TAG_COLUMNS)
_YEAR: Final = "CASE WHEN date GLOB '[0-9][0-9][0-9][0-9]*' THEN CAST(substr(date, 1, 4) AS INTEGER) END"

_FROM_DETAILS: Final = {
    "duration_s": "REAL",
    "codec": "TEXT",
    "container": "TEXT",
    "sample_rate_hz": "INTEGER",
    "channels": "INTEGER",
    "bit_depth": "INTEGER",
    "key": "TEXT",
    "key_strength": "REAL",
    "tempo_confidence": "REAL",
    "loudness_range_lu": "REAL",
    "sample_peak_dbfs": "REAL",
    "true_peak_dbtp": "REAL",
}
"""Details that have a column of their own, each under the name that it has in the JSON."""

_LATER_COLUMNS: Final = ("audio_key", *TAG_COLUMNS)
"""Columns that the table got after its first version."""

_DETAILS: Final = ",\n    ".join(
    f"CAST(json_extract(details, '$.{name}') AS {kind}) AS {name}" for name, kind in _FROM_DETAILS.items()
)
_SELECT: Final = f"""\
SELECT
    CAST(path AS TEXT) AS path,
    path AS path_bytes,
    CASE
        WHEN missing_since IS NOT NULL THEN 'missing'
        WHEN error_code IS NOT NULL THEN 'failed'
        ELSE 'analysed'
    END AS status,
    analyzer,
    analysis_version,
    worker_version,
    analysed_at,
    size,
    mtime_ns,
    content_key,
    audio_key,
    {_TAGS},
    {_YEAR} AS year,
    {_DETAILS},
    {", ".join(keys())},
    nulls,
    (SELECT group_concat(json_extract(value, '$.code'), ' ') FROM json_each(warnings)) AS warning_codes,
    error_code,
    error_message,
    details,
    warnings
FROM main.tracks"""

CREATE_VIEW: Final = f"CREATE VIEW IF NOT EXISTS fingerprints AS\n{_SELECT.replace('main.', '')};"
"""For the sqlite3 shell and other programs."""


def create_view(connection: sqlite3.Connection, *, tempo: str = "tempo_bpm") -> None:
    """Makes the view for this connection alone; the file stays as it is.

    `tempo`: the expression in SQL that stands for the tempo. A column that the table of
    an older version does not have is NULL.
    """
    select = _SELECT.replace(", tempo_bpm,", f", {tempo} AS tempo_bpm,")
    there = _columns_there(connection)
    for name in _LATER_COLUMNS:
        if name not in there:
            select = select.replace(f"\n    {name},", f"\n    NULL AS {name},")
    if "date" not in there:
        select = select.replace(_YEAR, "NULL")
    connection.execute(f"CREATE TEMP VIEW fingerprints AS {select}")


def record_columns(connection: sqlite3.Connection) -> str:
    """`RECORD_COLUMNS` in SQL; NULL for one that the table of an older version does not have."""
    return columns_or_null(connection, RECORD_COLUMN_NAMES)


def columns_or_null(connection: sqlite3.Connection, names: Sequence[str]) -> str:
    """These columns of the table in SQL; NULL for one that the table of an older version does not have."""
    there = _columns_there(connection)
    return ", ".join(f'"{name}"' if name in there else "NULL" for name in names)


def _columns_there(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM main.pragma_table_info('tracks')")}
