"""`auralis warnings list`: files that were analysed although something is wrong, told from the cache."""

import json
import os
from pathlib import Path

import jsonschema
import pytest
from support.made_records import ANALYZER, FAILURE, make_record
from typer.testing import CliRunner, Result

from auralis_cli.app import app
from auralis_cli.model.codes import warning_codes
from auralis_cli.model.record import Record, Track, TrackError, TrackWarning
from auralis_cli.render.json_schema import output_schemas
from auralis_cli.render.warning_list import WORDS
from auralis_cli.store.cache import Cache

CUT = TrackWarning("truncated", "the file ends early", 1)
LOST = TrackWarning("damaged", "3 packets were left out", 3)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Two files with a good record, one that failed, one cut short, one cut short and damaged."""
    path = tmp_path / "cache.db"
    found: dict[str, Record | TrackError] = {
        "/m/good.flac": make_record(),
        "/m/new/cut.flac": make_record(warnings=(CUT,)),
        "/m/old/caf\udce9\x1b.flac": make_record(warnings=(CUT, LOST)),
        "/m/failed.flac": FAILURE,
    }
    with Cache(path) as opened:
        for name, outcome in found.items():
            opened.note_result(Track(name, 9, 9), "", outcome, ANALYZER, None)
    return path


def listed(cache: Path, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["warnings", "list", "--cache", str(cache), *arguments])


def test_the_list_says_kind_code_advice_file_and_message_on_safe_lines(cache: Path) -> None:
    assert listed(cache).stdout.splitlines() == [
        "1 file has damaged parts; its values leave them out (damaged): "
        "get it again: the next scan analyses the new file",
        "  /m/old/caf\\xe9\\x1b.flac",
        "      3 packets were left out",
        "2 files are cut short; their values cover only what could be read (truncated): "
        "get it again: the next scan analyses the new file",
        "  /m/new/cut.flac",
        "      the file ends early",
        "  /m/old/caf\\xe9\\x1b.flac",
        "      the file ends early",
    ]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ([], ["caf", "cut", "caf"]),
        (["/m/new"], ["cut"]),
        (["/m/n"], []),
        (["--code", "truncated"], ["cut", "caf"]),
        (["--code", "damaged", "/m/new"], []),
    ],
)
def test_json_is_as_the_schema_says_and_paths_and_codes_select(
    cache: Path, arguments: list[str], names: list[str]
) -> None:
    done = listed(cache, "--json", *arguments)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    for line in lines:
        jsonschema.Draft202012Validator(output_schemas()["warning"]).validate(line)
    assert [os.path.basename(line["path"])[:3] for line in lines] == names
    assert done.exit_code == 0


def test_without_any_it_says_so(tmp_path: Path) -> None:
    done = listed(tmp_path / "none.db")
    assert (done.exit_code, done.stdout, done.stderr) == (0, "", "no such warnings are remembered\n")


def test_a_code_that_no_warning_has_is_wrong_usage(cache: Path) -> None:
    done = listed(cache, "--code", "truncate")
    assert done.exit_code == 2
    assert "no warning has the code 'truncate'; did you mean 'truncated'?" in done.stderr


def test_it_only_reads_the_cache(cache: Path) -> None:
    before = cache.read_bytes()
    assert listed(cache).stdout
    assert cache.read_bytes() == before


def test_there_are_words_for_every_code_of_the_worker() -> None:
    assert set(WORDS) == warning_codes()
