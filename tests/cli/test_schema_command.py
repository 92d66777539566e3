"""`auralis schema` from the shell."""

import json
from pathlib import Path

from support.program import run_auralis

from auralis_cli.bench.report.as_json import OUTPUTS as BENCH_OUTPUTS
from auralis_cli.model.dimensions import dimensions
from auralis_cli.render.json_schema import OUTPUTS, output_schemas, table_of_dimensions


def test_it_prints_the_table_and_the_schemas_as_one_json_object(tmp_path: Path) -> None:
    result = run_auralis("schema", home=tmp_path)
    assert result.returncode == 0
    schemas = output_schemas({**OUTPUTS, **BENCH_OUTPUTS})
    assert json.loads(result.stdout) == {"dimensions": table_of_dimensions(), "output": schemas}


def test_the_table_to_read_has_a_row_per_dimension(tmp_path: Path) -> None:
    result = run_auralis("schema", "--table", home=tmp_path)
    assert result.returncode == 0
    assert all(f" {dimension.key} " in result.stdout for dimension in dimensions())
    assert all(len(line) <= 100 for line in result.stdout.splitlines())


def test_at_80_columns_no_word_of_the_table_is_broken(tmp_path: Path) -> None:
    result = run_auralis("schema", "--table", home=tmp_path, COLUMNS="80")
    words = result.stdout.split()
    assert all(len(line) <= 80 for line in result.stdout.splitlines())
    for dimension in dimensions():
        assert dimension.key in words
        assert set(dimension.meaning.split()) <= set(words), dimension.meaning
