"""`auralis config` from the shell."""

import json
import tomllib
from pathlib import Path

import jsonschema
from support.program import run_auralis

from auralis_cli.render.json_schema import output_schemas
from auralis_cli.settings.table import SETTINGS


def test_set_show_unset_make_a_round_trip(tmp_path: Path) -> None:
    assert run_auralis("config", "set", "jobs", "3", home=tmp_path).returncode == 0
    assert run_auralis("config", "set", "exclude", "*.wav", "*/demo/*", home=tmp_path).returncode == 0
    assert tomllib.loads((tmp_path / "config.toml").read_text()) == {
        "jobs": 3,
        "exclude": ["*.wav", "*/demo/*"],
    }
    shown = json.loads(run_auralis("config", "show", "--json", home=tmp_path).stdout)
    assert shown["settings"]["jobs"] == {"value": 3, "layer": "file", "source": str(tmp_path / "config.toml")}
    assert run_auralis("config", "unset", "jobs", home=tmp_path).returncode == 0
    shown = json.loads(run_auralis("config", "show", "--json", home=tmp_path).stdout)
    assert shown["settings"]["jobs"]["layer"] == "default"


def test_show_names_value_and_source_of_every_setting(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("jobs = 3")
    result = run_auralis("config", "show", home=tmp_path, AURALIS_NICE="yes")
    rows = {line.split()[0]: line.split()[1:] for line in result.stdout.splitlines() if line.strip()}
    assert rows["jobs"] == ["3", "file"]
    assert rows["nice"] == ["yes", "AURALIS_NICE"]
    assert rows["sidecars"] == ["beside", "default"]
    assert {setting.key for setting in SETTINGS} <= rows.keys()
    assert f"configuration file: {tmp_path / 'config.toml'}" in result.stdout


def test_show_json_is_as_its_schema_says(tmp_path: Path) -> None:
    shown = json.loads(run_auralis("config", "show", "--json", home=tmp_path).stdout)
    jsonschema.Draft202012Validator(output_schemas()["config"]).validate(shown)
    assert shown["exists"] is False


def test_path_prints_the_path_alone(tmp_path: Path) -> None:
    assert run_auralis("config", "path", home=tmp_path).stdout == f"{tmp_path / 'config.toml'}\n"


def test_a_wrong_value_is_2_and_writes_nothing(tmp_path: Path) -> None:
    result = run_auralis("config", "set", "jobs", "none", home=tmp_path)
    assert result.returncode == 2
    assert result.stderr == "auralis: jobs cannot be 'none'; allowed: a whole number from 1 to 256\n"
    assert not (tmp_path / "config.toml").exists()


def test_get_prints_the_value_alone_and_list_is_show(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("exclude = ['*.wav', 'a b']\nnice = true")
    got = {
        key: run_auralis("config", "get", key, home=tmp_path).stdout for key in ("exclude", "nice", "timeout")
    }
    assert got == {"exclude": "*.wav\na b\n", "nice": "true\n", "timeout": ""}
    assert run_auralis("config", "get", "jobs", home=tmp_path, AURALIS_JOBS="7").stdout == "7\n"
    listed = run_auralis("config", "list", home=tmp_path)
    assert listed.stdout == run_auralis("config", "show", home=tmp_path).stdout
    unknown = run_auralis("config", "get", "job", home=tmp_path)
    assert (unknown.returncode, unknown.stdout) == (2, "")
    assert "did you mean 'jobs'?" in unknown.stderr


def test_a_long_path_is_not_broken_at_80_columns(tmp_path: Path) -> None:
    path = tmp_path / ("folder " * 12) / "cache.db"
    shown = run_auralis("config", "show", home=tmp_path, COLUMNS="80", AURALIS_CACHE=str(path)).stdout
    assert f"cache           {path}  AURALIS_CACHE\n" in shown


def test_a_variable_that_is_not_set_is_not_shown(tmp_path: Path) -> None:
    shown = run_auralis("config", "show", home=tmp_path, AURALIS_JOBS="2").stdout
    assert [word for word in shown.split() if word.startswith("AURALIS_")] == [
        "AURALIS_CACHE",
        "AURALIS_JOBS",
    ]
