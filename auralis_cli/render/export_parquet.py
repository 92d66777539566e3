"""Arrow tables and Parquet by pyarrow, which the extra `frame` installs: only here is it imported."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from auralis_cli import __version__
from auralis_cli.model.errors import ConfigError
from auralis_cli.render.export_columns import ColumnType, ExportColumn, converted
from auralis_cli.render.track_lists import batches

if TYPE_CHECKING:
    import pyarrow as pa

ROWS_PER_GROUP: Final = 50_000


def write_parquet_file(path: str, columns: Sequence[ExportColumn], rows: Iterable[tuple[Any, ...]]) -> None:
    """Typed columns; the metadata of each has its `unit` and `meaning`. ConfigError without pyarrow."""
    schema = arrow_schema(columns, "write Parquet", "export to .csv or .sqlite")
    import pyarrow.parquet as pq

    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in _record_batches(schema, rows):
            writer.write_batch(batch)


def arrow_table(columns: Sequence[ExportColumn], rows: Iterable[tuple[Any, ...]]) -> "pa.Table":
    """The same as a table in memory; `rows` have the values of the columns' `sql`."""
    schema = arrow_schema(columns, "make a frame", "read the cache as CSV from 'auralis export'")
    import pyarrow as pa

    return pa.Table.from_batches(_record_batches(schema, converted(columns, rows)), schema=schema)


def arrow_schema(columns: Sequence[ExportColumn], action: str, instead: str) -> "pa.Schema":
    """The types of the columns with their metadata. ConfigError without pyarrow: what else can be done."""
    try:
        import pyarrow as pa
    except ImportError as error:
        raise ConfigError(
            f"cannot {action}: pyarrow is not installed; run pip install '.[frame]' in the checkout, or "
            f"{instead}"
        ) from error
    types = {
        ColumnType.TEXT: pa.string(),
        ColumnType.NUMBER: pa.float64(),
        ColumnType.WHOLE: pa.int64(),
        ColumnType.FLAG: pa.bool_(),
        ColumnType.BYTES: pa.binary(),
    }
    return pa.schema(
        [
            pa.field(each.name, types[each.kind], metadata={"unit": each.unit, "meaning": each.meaning})
            for each in columns
        ],
        metadata={"auralis": __version__},
    )


def _record_batches(schema: "pa.Schema", rows: Iterable[tuple[Any, ...]]) -> Iterator["pa.RecordBatch"]:
    import pyarrow as pa

    for batch in batches(rows, ROWS_PER_GROUP):
        values = zip(zip(*batch, strict=True), schema, strict=True)
        yield pa.record_batch([pa.array(column, type=field.type) for column, field in values], schema=schema)
