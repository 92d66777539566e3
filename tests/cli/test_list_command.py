"""`auralis list`: what is printed, in each form, and what is refused."""

import csv
import io
import json
import os
import subprocess
from pathlib import Path

import jsonschema
import pytest
from support.in_process import run_on
from support.made_records import ANALYZER
from support.program import AURALIS
from support.queried_cache import FAILED, TRACKS, change, fill_queried_cache
from typer.testing import CliRunner, Result

from auralis_cli.app import app
from auralis_cli.library.fields import ALIASES, fields
from auralis_cli.model.dimensions import keys
from auralis_cli.render.json_schema import output_schemas

PATHS = sorted(TRACKS, key=os.fsencode)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return fill_queried_cache(tmp_path / "cache.db")


def run(cache: Path, *arguments: str, code: int = 0, **variables: str) -> Result:
    return run_on(cache, "list", *arguments, code=code, **variables)


def test_a_table_at_80_columns(cache: Path) -> None:
    done = run(cache, "codec:mp3", COLUMNS="80")
    assert done.stdout.splitlines() == [
        "        tempo              loudness",
        "length    BPM  key             LUFS  track",
        "  3:30   61.0  Am  8A  1m     -14.0  Jazz/Été.mp3",
        "30.0 s  122.0  C   8B  1d      -9.5  Jazzy/a, b.mp3",
    ]
    assert done.stderr == "2 tracks\n"


def test_nothing_found_is_said_and_is_no_error(cache: Path) -> None:
    done = run(cache, "nothing of that name")
    assert (done.stdout, done.stderr) == ("", "no track matches\n")
    assert run(cache, "nothing of that name", "--json").stdout == ""
    assert run(cache, "nothing of that name", "--csv", "--columns", "lufs").stdout == "lufs\n"


def test_failed_files_are_listed_on_request_with_status_and_reason(cache: Path) -> None:
    assert FAILED not in run(cache, "--paths").stdout
    done = run(cache, "status:failed")
    assert "failed  nothing_decoded" in done.stdout
    assert FAILED in run(cache, "--where", "error_code IS NOT NULL", "--paths").stdout
    (line,) = run(cache, "status:failed", "--json").stdout.splitlines()
    told = json.loads(line)
    assert (told["status"], told["error"]["code"], told["fingerprint"]) == ("failed", "nothing_decoded", None)


def test_paths_are_the_bytes_of_the_names(cache: Path) -> None:
    names = [os.fsencode(path) for path in PATHS]
    assert run(cache, "--paths").stdout_bytes == b"".join(name + b"\n" for name in names)
    assert run(cache, "--print0").stdout_bytes == b"".join(name + b"\0" for name in names)
    assert run(cache, "--print0", "--paths", "--limit", "1").stdout_bytes == names[0] + b"\0"


def test_csv_has_every_field_or_those_asked_for(cache: Path) -> None:
    text = run(cache, "--csv").stdout_bytes.decode("utf-8", "surrogateescape")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["path"] for row in rows] == PATHS
    assert list(rows[0]) == list(fields())
    for row in rows:
        for key in keys():
            assert row[key] == str(TRACKS[row["path"]].fingerprint[key] or row[key])
    loud = run(cache, "lufs:-9..", "--csv", "--columns", "path,camelot,key,bpm,warning").stdout
    assert loud == "path,camelot,key,tempo_bpm,warning_codes\n/m/Rock/key:8A.wav,5B,Eb major,,truncated\n"


def test_each_line_of_json_is_a_track_by_the_schema(cache: Path) -> None:
    change(cache, "UPDATE tracks SET analysis_version = 2 WHERE size = 0")
    lines = [json.loads(line) for line in run(cache, "--json", "--sort", "lufs").stdout.splitlines()]
    schema = output_schemas()["list"]
    for line in lines:
        jsonschema.validate(line, schema)
    assert len(lines) == len(TRACKS)
    first = lines[0]
    made = TRACKS["/m/Jazz/So What.flac"]
    assert (first["fingerprint"], first["details"]) == (made.fingerprint, made.details)
    assert (first["camelot"], first["open_key"], first["outdated"]) == ("7A", "12m", True)
    assert [line["outdated"] for line in lines[1:]] == [False] * (len(TRACKS) - 1)
    assert [line["path_b64"] for line in lines if line["path_b64"]]


def test_a_damaged_row_is_left_out_of_json_and_told(cache: Path) -> None:
    change(cache, "UPDATE tracks SET stereo_width = 9 WHERE size = 0")
    done = run(cache, "--json")
    assert len(done.stdout.splitlines()) == len(TRACKS) - 1
    assert "1 row of the cache" in done.stderr
    assert "cache verify" in done.stderr


def test_rows_of_an_older_analysis_are_marked(cache: Path) -> None:
    change(cache, "UPDATE tracks SET analysis_version = 2 WHERE size = 0")
    done = run(cache, "codec:flac", COLUMNS="80")
    assert [line for line in done.stdout.splitlines() if line.startswith("* ")] == [
        line for line in done.stdout.splitlines() if "So What" in line
    ]
    assert "* 1 track is of an older analysis" in done.stderr
    assert ANALYZER.analysis_version == 3


def test_a_cache_that_is_older_than_the_programs_is_marked_all_over(cache: Path) -> None:
    """As after an upgrade, before the first scan."""
    change(cache, "UPDATE tracks SET analysis_version = 2")
    assert f"* {len(TRACKS)} tracks are of an older analysis" in run(cache).stderr
    lines = [json.loads(line) for line in run(cache, "--json").stdout.splitlines()]
    assert all(line["outdated"] for line in lines)


def test_a_range_of_tempi_holds_for_the_query_and_what_is_shown(cache: Path) -> None:
    told = run(cache, "tempo_bpm:122", "--bpm-range", "80-160", "--json").stdout.splitlines()
    assert [json.loads(line)["fingerprint"]["tempo_bpm"] for line in told] == [122.0, 122.0]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["tempo_bmp:120"], "did you mean 'tempo_bpm'?"),
        (["--sort", "lusf"], "did you mean 'lufs'?"),
        (["--columns", "lusf"], "did you mean 'lufs'?"),
        (["--where", "lufs > 1; --"], "a semicolon"),
        (["--bpm-range", "80"], "--bpm-range 80-160"),
        (["--csv", "--json"], "choose one"),
        (["--json", "--columns", "lufs"], "--columns is for the table"),
        (["--limit", "-1"], "--limit"),
    ],
)
def test_wrong_usage_is_told_with_exit_code_2(cache: Path, arguments: list[str], words: str) -> None:
    done = run(cache, *arguments, code=2)
    assert done.stdout == ""
    assert words in done.stderr


@pytest.mark.parametrize("form", ["--limit=9", "--json", "--csv", "--paths"])
def test_a_reader_that_leaves_is_no_error(cache: Path, form: str) -> None:
    command = [str(AURALIS), "list", form, "--cache", str(cache)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()  # before the program has begun
        told = program.stderr.read()
        assert (program.wait(60), told) == (0, b"")


def test_the_help_names_every_field() -> None:
    text = " ".join(CliRunner().invoke(app, ["list", "--help"]).stdout.split())
    told = (
        text.partition("Fields:")[2]
        .partition("Examples:")[0]
        .replace("(", " ")
        .replace(")", " ")
        .replace(",", " ")
        .split()
    )
    length = {"duration_s", "duration", "bitdepth", "samplerate", "format", "initial_key"}
    assert {*fields(), *ALIASES} - set(keys()) - length <= set(told)
