"""`auralis export`: every format read back by other programs, and what is refused."""

import csv
import json
import os
import sqlite3
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.in_process import run_on
from support.queried_cache import TRACKS, change, fill_queried_cache
from typer.testing import Result

from auralis_cli.library.fields import fields
from auralis_cli.model.dimensions import dimensions, keys
from auralis_cli.render.json_schema import output_schemas
from auralis_cli.render.safe_text import utf8_text

PATHS = sorted(TRACKS, key=os.fsencode)
CHROMA = [f"chroma_{name}" for name in ("c", "cs", "d", "eb", "e", "f", "fs", "g", "ab", "a", "bb", "b")]


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return fill_queried_cache(tmp_path / "cache.db")


def run(cache: Path, name: str, *arguments: str, code: int = 0) -> Result:
    done = run_on(cache, "export", str(cache.parent / name), *arguments, code=code)
    assert done.stdout == ""
    return done


def check(rows: list[dict[str, Any]], *, with_bytes: bool) -> None:
    """The rows are the tracks, in the order of their paths."""
    assert [row["path"] for row in rows] == [utf8_text(path) for path in PATHS]
    for row, path in zip(rows, PATHS, strict=True):
        made = TRACKS[path]
        assert {key: row[key] for key in keys()} == made.fingerprint
        assert [row[name] for name in CHROMA] == made.details["chroma"]
        assert (row["codec"], row["key"]) == (made.details["codec"], made.details["key"])
        assert json.loads(row["nulls"]) == made.nulls
        assert not with_bytes or row["path_bytes"] == os.fsencode(path)
    assert [row["camelot"] for row in rows if row["key"] == "Eb major"] == ["5B"]


def test_csv_has_a_column_for_each_field_and_the_chroma(cache: Path) -> None:
    assert run(cache, "x.csv").stderr == f"6 tracks in {cache.parent / 'x.csv'}\n"
    with (cache.parent / "x.csv").open(encoding="utf-8", newline="") as file:
        rows: list[dict[str, Any]] = list(csv.DictReader(file))
    assert list(rows[0]) == [*fields(), "nulls", *CHROMA]
    numbers = {*keys(), *CHROMA}
    for row in rows:
        for name, text in row.items():
            row[name] = (float(text) if text else None) if name in numbers else text or None
    check(rows, with_bytes=False)


def test_sqlite_has_the_tracks_and_a_table_of_units_and_meanings(cache: Path) -> None:
    run(cache, "x.sqlite")
    with sqlite3.connect(cache.parent / "x.sqlite") as connection:
        connection.row_factory = sqlite3.Row
        check([dict(row) for row in connection.execute("SELECT * FROM fingerprints")], with_bytes=True)
        told = {name: rest for name, *rest in connection.execute("SELECT * FROM columns")}
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
    for dimension in dimensions():
        assert told[dimension.key] == ["REAL", dimension.unit or None, dimension.meaning]
    assert all(meaning for _, _, meaning in told.values())


def test_parquet_has_typed_columns_with_units_and_meanings(cache: Path) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    run(cache, "x.parquet")
    table = pq.read_table(cache.parent / "x.parquet")
    check(table.to_pylist(), with_bytes=True)
    for dimension in dimensions():
        column = table.schema.field(dimension.key)
        assert str(column.type) == "double"
        told = {name.decode(): text.decode() for name, text in column.metadata.items()}
        assert (told["unit"], told["meaning"]) == (dimension.unit, dimension.meaning)


def test_parquet_without_pyarrow_says_what_to_do(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)
    assert "pip install '.[frame]'" in run(cache, "x.parquet", code=2).stderr
    assert sorted(path.name for path in cache.parent.glob("*x*")) == []


def test_the_name_of_the_file_is_told_on_one_line(cache: Path) -> None:
    assert run(cache, "a\nb.csv").stderr.endswith("a\\nb.csv\n")


def test_lines_of_json_are_those_of_the_list(cache: Path) -> None:
    run(cache, "x.jsonl", "codec:mp3", "--sort", "lufs-")
    lines = [json.loads(line) for line in (cache.parent / "x.jsonl").read_text("utf-8").splitlines()]
    for line in lines:
        jsonschema.validate(line, output_schemas()["list"])
    assert [line["path"] for line in lines] == ["/m/Jazzy/a, b.mp3", "/m/Jazz/Été.mp3"]


def test_a_playlist_has_paths_from_its_folder_on(cache: Path) -> None:
    run(cache, "x.m3u8", "codec:mp3", "--sort", "lufs-")
    lines = (cache.parent / "x.m3u8").read_text("utf-8").splitlines()
    up = os.path.relpath("/m", os.path.realpath(cache.parent))
    assert lines[0] == "#EXTM3U"
    assert lines[2::2] == [f"{up}/Jazzy/a, b.mp3", f"{up}/Jazz/Été.mp3"]
    assert lines[1].startswith("#EXTINF:30,")
    refused = run(cache, "y.m3u8", code=2).stderr  # one of the names is not UTF-8
    assert "not UTF-8" in refused
    assert not (cache.parent / "y.m3u8").exists()
    run(cache, "y.m3u")
    assert os.fsencode(f"{up}/\udcff\x1b[31m.flac\n") in (cache.parent / "y.m3u").read_bytes()


@pytest.mark.parametrize("name", ["x.csv", "x.jsonl", "x.sqlite"])
def test_a_query_a_limit_and_an_order_hold_and_nothing_found_is_an_empty_table(
    cache: Path, name: str
) -> None:
    assert run(cache, name, "codec:flac", "--limit", "2").stderr.startswith("2 tracks")
    assert run(cache, name, "nothing of that name", "--force").stderr.startswith("0 tracks")


def test_a_file_is_replaced_only_by_force_and_the_cache_never(cache: Path) -> None:
    target = cache.parent / "x.csv"
    target.write_text("mine")
    assert "--force replaces it" in run(cache, "x.csv", code=2).stderr
    assert target.read_text() == "mine"
    assert "there is no field" in run(cache, "x.csv", "lusf:1", "--force", code=2).stderr
    assert target.read_text() == "mine"
    run(cache, "x.csv", "--force")
    assert target.read_text("utf-8").startswith("path,status,")
    before = cache.read_bytes()
    assert "it is the cache itself" in run(cache, "cache.db", "--force", code=2).stderr
    assert cache.read_bytes() == before


def test_a_cache_that_proves_damaged_half_way_leaves_no_file(cache: Path) -> None:
    change(cache, "UPDATE tracks SET details = '{' WHERE size = 3000")
    before = set(os.listdir(cache.parent))
    assert "cache verify" in run(cache, "x.csv", code=2).stderr
    assert set(os.listdir(cache.parent)) - before <= {"cache.db-wal", "cache.db-shm"}


def test_a_crafted_row_gives_nulls_for_wrong_types(cache: Path) -> None:
    change(cache, "UPDATE tracks SET lufs = 'loud', tempo_bpm = x'ff', analysed_at = 5 WHERE size = 0")
    run(cache, "x.sqlite", "so what")
    with sqlite3.connect(cache.parent / "x.sqlite") as connection:
        row = connection.execute("SELECT lufs, tempo_bpm, key FROM fingerprints").fetchone()
    assert row == (None, None, "D minor")
    assert "1 row of the cache" in run(cache, "x.jsonl", "so what").stderr
