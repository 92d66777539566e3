"""Parquet by pyarrow, which the extra `frame` installs: only here is it imported."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from auralis_cli import __version__
from auralis_cli.model.errors import ConfigError
from auralis_cli.render.export_columns import ColumnType, ExportColumn
from auralis_cli.render.track_lists import batches

ROWS_PER_GROUP: Final = 50_000


def write_parquet_file(path: str, columns: Sequence[ExportColumn], rows: Iterable[tuple[Any, ...]]) -> None:
    """Typed columns; the metadata of each has its `unit` and `meaning`. ConfigError without pyarrow."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError as error:
        raise ConfigError(
            "cannot write Parquet: pyarrow is not installed; run pip install '.[frame]' in the checkout, or "
            "export to .csv or .sqlite"
        ) from error
    types = {
        ColumnType.TEXT: pa.string(),
        ColumnType.NUMBER: pa.float64(),
        ColumnType.WHOLE: pa.int64(),
        ColumnType.BYTES: pa.binary(),
    }
    schema = pa.schema(
        [
            pa.field(each.name, types[each.kind], metadata={"unit": each.unit, "meaning": each.meaning})
            for each in columns
        ],
        metadata={"auralis": __version__},
    )
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in batches(rows, ROWS_PER_GROUP):
            arrays = [
                pa.array(values, type=field.type)
                for values, field in zip(zip(*batch, strict=True), schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))
