"""`auralis stats`: the report, groups and JSON."""

import json
from pathlib import Path

import jsonschema
import pytest
from support.in_process import run_on
from support.queried_cache import TRACKS, change, fill_queried_cache
from support.realistic_cache import fill_realistically
from typer.testing import Result

from auralis_cli.render.json_schema import output_schemas


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return fill_queried_cache(tmp_path / "cache.db")


def run(cache: Path, *arguments: str, code: int = 0, **variables: str) -> Result:
    return run_on(cache, "stats", *arguments, code=code, **variables)


def test_the_report_has_hours_formats_spreads_keys_nulls_and_failures(cache: Path) -> None:
    lines = run(cache).stdout.splitlines()
    text = "\n".join(lines)
    assert lines[0] == "6 tracks, 23 min, 0 MB; 1 failed"
    assert "FLAC" in text
    assert "tempo in BPM: median 128.0" in text
    assert "loudness in LUFS: median -14.0" in text
    assert "keys on the Camelot wheel; 1 without" in text
    assert "  loudness, tempo: nothing to hear" in text
    assert "truncated 1" in text
    assert "nothing_decoded 1" in text
    wheel = text.partition("wheel")[2].splitlines()
    assert wheel[3].split() == ["0"] * 6 + ["1", "2", "0", "0", "0", "0"]  # D minor, A minor


@pytest.mark.parametrize("ascii_only", [False, True])
def test_the_report_fits_80_columns(
    tmp_path: Path, ascii_only: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = fill_realistically(tmp_path / "cache.db", 600)
    if ascii_only:
        monkeypatch.setattr("auralis_cli.render.output.stdout_is_unicode", lambda: False)
    for arguments in ([], ["--by", "folder"], ["--bpm-range", "60-200"]):
        printed = run(cache, *arguments, COLUMNS="80").stdout
        assert max(map(len, printed.splitlines())) <= 80
        assert printed.isascii() or not ascii_only


def test_groups_have_a_line_each(cache: Path) -> None:
    done = run(cache, "--by", "folder", COLUMNS="80")
    assert [line.split()[-1] for line in done.stdout.splitlines()[2:]] == ["Jazz", "Rock", "/m", "Jazzy"]
    assert len(run(cache, "--by", "codec", "--limit", "1").stdout.splitlines()) == 3


def test_the_json_is_by_the_schema(cache: Path) -> None:
    change(cache, "UPDATE tracks SET analysis_version = 2 WHERE size = 0")
    schema = output_schemas()["stats"]
    for arguments in ([], ["--by", "folder"], ["--by", "bit_depth"], ["nothing of that name"]):
        told = json.loads(run(cache, *arguments, "--json").stdout)
        jsonschema.validate(told, schema)
        assert (told["groups"] is None) == ("--by" not in arguments)
    told = json.loads(run(cache, "--json").stdout)
    assert (told["tracks"], told["failed"], told["outdated"]) == (len(TRACKS), 1, 1)
    assert sum(each["tracks"] for each in told["tempo_bpm"]["bins"]) == len(TRACKS) - 1
    assert told["tempo_bpm"]["without"] == 1


def test_an_empty_selection_is_told_and_no_error(cache: Path) -> None:
    assert run(cache, "nothing of that name").stdout == "0 tracks, 0 min, 0 MB\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["lusf:1"], "did you mean 'lufs'?"),
        (["--by", "lufs"], "measures"),
        (["--by", "mood"], "there is no field 'mood'"),
        (["--where", "1; --"], "a semicolon"),
    ],
)
def test_wrong_usage_is_told_with_exit_code_2(cache: Path, arguments: list[str], words: str) -> None:
    assert words in run(cache, *arguments, code=2).stderr
