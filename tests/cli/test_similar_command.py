"""`auralis similar` from the shell."""

import json
import random
import sqlite3
from pathlib import Path

import jsonschema
import pytest
from support.program import run_auralis
from support.random_fingerprints import draw_record, fill_with
from support.scripted_tracks import FakeWorker, write_track

from auralis_cli.render.json_schema import output_schemas
from auralis_cli.store.tag_columns import TAG_COLUMNS


@pytest.fixture
def home(tmp_path: Path) -> Path:
    generator = random.Random(11)
    records = [(f"/music/{n % 6}/track {n}.flac", draw_record(generator, n)) for n in range(120)]
    fill_with(tmp_path / "cache.db", records)
    write_track(tmp_path, "seed.flac")
    write_track(tmp_path, "bad.flac", "fail skip")
    return tmp_path


def worker(home: Path) -> dict[str, str]:
    return {"AURALIS_WORKER": str(FakeWorker(home).program), "AURALIS_SIDECARS": "none"}


def test_the_json_is_as_its_schema_says(home: Path) -> None:
    run = run_auralis("similar", "seed.flac", "--json", "--explain", "-n", "5", home=home, **worker(home))
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    jsonschema.Draft202012Validator(output_schemas()["similar"]).validate(found)
    assert (found["metric"], found["preset"]) == ("learned", "sound")
    assert len(found["tracks"]) == 5
    distances = [one["distance"] for one in found["tracks"]]
    assert distances == sorted(distances)
    assert found["seeds"] == [{"path": str(home / "seed.flac"), "path_b64": None}]
    assert 1 <= len(found["tracks"][0]["alike"]) <= 3


def test_the_table_names_tracks_and_reasons_and_fits_80_columns(home: Path) -> None:
    run = run_auralis("similar", "seed.flac", "--explain", home=home, COLUMNS="80", **worker(home))
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert "closer than" in lines[0]
    assert max(map(len, lines)) <= 80
    assert sum("/music/" in line for line in lines) == 10
    assert sum("alike: " in line for line in lines) == 10


def test_paths_alone_are_a_playlist(home: Path) -> None:
    run = run_auralis("similar", "seed.flac", "--paths", "--metric", "plain", home=home, **worker(home))
    assert len([line for line in run.stdout.splitlines() if line.startswith("/music/")]) == 10


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["--weight", "tempo=2"], "'tempo' is neither a dimension nor a group"),
        (["--weight", "lufs"], "--weight lufs is not NAME=NUMBER"),
        (["--metric", "best"], "'best' is not a valid Metric"),
        (["-n", "0"], "0 is not in the range"),
        (["lufs:2"], "the query finds no analysed track"),
        (["/music"], "the query finds more than 100 tracks"),
    ],
)
def test_wrong_usage_is_2_and_says_why(home: Path, arguments: list[str], why: str) -> None:
    run = run_auralis("similar", "seed.flac", *arguments, home=home, **worker(home))
    assert run.returncode == 2
    assert why in run.stderr
    assert run.stdout == ""


def test_the_tracks_of_a_query_are_seeds(home: Path) -> None:
    run = run_auralis("similar", "/music/3", "--json", home=home, **worker(home))
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    assert {Path(one["path"]).parent for one in found["seeds"]} == {Path("/music/3")}
    assert len(found["seeds"]) == 20
    assert not {one["path"] for one in found["seeds"]} & {one["path"] for one in found["tracks"]}


def test_among_says_which_tracks_are_listed(home: Path) -> None:
    among = ["--among", "/music/3", "--among", ",", "--among", "/music/4", "--where", "path LIKE '%5.flac'"]
    run = run_auralis("similar", "/music/2", *among, "-n", "50", "--paths", home=home, **worker(home))
    assert run.returncode == 0, run.stderr
    expected = {f"/music/{n % 6}/track {n}.flac" for n in range(120) if n % 6 in {3, 4} and n % 10 == 5}
    assert set(run.stdout.splitlines()) == expected
    run = run_auralis("similar", "/music/2", "--among", "lufs:2", "--paths", home=home, **worker(home))
    assert (run.returncode, run.stdout) == (0, "")
    assert "no track of the library that --among and --where leave can be compared" in run.stderr


def test_a_known_track_whose_disk_is_away_is_taken_from_the_cache(home: Path) -> None:
    path = "/music/3/track 33.flac"
    run = run_auralis("similar", path, "--json", home=home, **worker(home))
    assert run.returncode == 0, run.stderr
    assert f"warning: {path} cannot be read now; its values in the cache are used" in run.stderr
    found = json.loads(run.stdout)
    assert [one["path"] for one in found["seeds"]] == [path]
    assert len(found["tracks"]) == 10


def test_a_cache_that_no_scan_has_brought_up_to_date_is_read_too(home: Path) -> None:
    with sqlite3.connect(home / "cache.db") as connection:
        for table in ("acoustic_hashes", "acoustic_matches"):  # version 7
            connection.execute(f"DROP TABLE {table}")
        connection.execute("DROP INDEX tracks_by_path")
        for name in ("source", *TAG_COLUMNS):  # versions 8 and 6
            connection.execute(f"ALTER TABLE tracks DROP COLUMN {name}")
        connection.execute("CREATE INDEX tracks_by_path ON tracks (path, analyzer)")
        connection.execute("PRAGMA user_version = 5")
    connection.close()
    for seed in ("/music/3", "/music/3/track 33.flac"):
        run = run_auralis("similar", seed, "--paths", home=home, **worker(home))
        assert (run.returncode, len(run.stdout.splitlines())) == (0, 10), run.stderr


def test_seeds_whose_rows_are_all_damaged_are_named_as_such(home: Path) -> None:
    with sqlite3.connect(home / "cache.db") as connection:
        connection.execute("UPDATE tracks SET nulls = '[]' WHERE CAST(path AS TEXT) LIKE '/music/3/%'")
    connection.close()
    run = run_auralis("similar", "/music/3", home=home, **worker(home))
    assert run.returncode == 2
    assert "the rows that the query finds are damaged; 'auralis cache verify' tells more" in run.stderr


def test_an_empty_library_has_nothing_near_and_says_so(tmp_path: Path) -> None:
    write_track(tmp_path, "seed.flac")
    run_auralis("show", "seed.flac", "--store", home=tmp_path, **worker(tmp_path))
    run = run_auralis("similar", "seed.flac", "--paths", home=tmp_path, **worker(tmp_path))
    assert (run.returncode, run.stdout) == (0, "")
    assert "no track of the library can be compared" in run.stderr


def test_a_track_that_cannot_be_analysed_is_1_and_one_that_is_not_there_2(home: Path) -> None:
    assert run_auralis("similar", "bad.flac", home=home, **worker(home)).returncode == 1
    assert run_auralis("similar", "none.flac", home=home, **worker(home)).returncode == 2


def test_a_library_of_copies_alone_is_not_called_empty(home: Path) -> None:
    record = draw_record(random.Random(11), 1)
    fill_with(home / "copies.db", [(f"/music/{n}.flac", record) for n in range(3)])
    run = run_auralis("similar", "path:/music/1.flac", "--cache", "copies.db", home=home, **worker(home))
    assert run.returncode == 0, run.stderr
    assert "2 copies are left out" in run.stdout
    assert "all tracks are the same recording; --copies lists them" in run.stderr
