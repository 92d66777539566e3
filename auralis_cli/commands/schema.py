"""`auralis schema`: what the numbers and the JSON output mean."""

from typing import Annotated

import typer


def schema(
    table: Annotated[
        bool, typer.Option("--table", help="Print the 25 dimensions as a table for reading.")
    ] = False,
    sql: Annotated[
        bool, typer.Option("--sql", help="Print the statement that adds the view 'fingerprints' to a cache.")
    ] = False,
) -> None:
    """Print the 25 dimensions and the JSON Schema of everything that --json prints.

    The output is one JSON object. "dimensions" lists key, label, group, unit, allowed and usual range,
    decimals and meaning of each. "output" has a JSON Schema (draft 2020-12) for each kind of output.

    \b
    Examples:
      auralis schema --table
      auralis schema | jq .output.track
      auralis schema --sql | sqlite3 "$(auralis cache path)"
    """
    if sql:
        from auralis_cli.store.fingerprints_view import CREATE_VIEW

        typer.echo(CREATE_VIEW)
        return
    if table:
        from auralis_cli.render.console import open_console
        from auralis_cli.render.dimension_table import render_dimensions

        console = open_console()
        console.print(render_dimensions(console.width))
        return
    import json

    from auralis_cli.bench.report.as_json import OUTPUTS as BENCH_OUTPUTS
    from auralis_cli.render.json_schema import OUTPUTS, output_schemas, table_of_dimensions

    schemas = output_schemas({**OUTPUTS, **BENCH_OUTPUTS})
    typer.echo(json.dumps({"dimensions": table_of_dimensions(), "output": schemas}, indent=2))
