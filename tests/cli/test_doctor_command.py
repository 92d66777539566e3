"""`auralis doctor` from the shell."""

import json
import os
from pathlib import Path

import jsonschema
from support.program import run_auralis
from support.scripted_tracks import FakeWorker

from auralis_cli.render.json_schema import output_schemas


def test_a_sound_installation_is_0_and_nothing_is_made(tmp_path: Path) -> None:
    fake = FakeWorker(tmp_path)
    fake.log.touch()
    Path(f"{fake.log}.requests").touch()
    worker = str(fake.program)
    before = sorted(tmp_path.iterdir())
    result = run_auralis("doctor", home=tmp_path, AURALIS_WORKER=worker, AURALIS_FFMPEG="none")
    assert result.returncode == 0, result.stdout
    assert "fail" not in result.stdout
    assert sorted(tmp_path.iterdir()) == before


def test_a_missing_worker_is_2_and_the_report_says_what_to_do(tmp_path: Path) -> None:
    result = run_auralis("doctor", home=tmp_path, AURALIS_WORKER=str(tmp_path / "gone"))
    assert result.returncode == 2
    assert "fail  worker" in result.stdout
    assert "-> correct AURALIS_WORKER" in result.stdout


def test_json_is_as_its_schema_says(tmp_path: Path) -> None:
    result = run_auralis("doctor", "--json", home=tmp_path, AURALIS_WORKER=str(tmp_path / "gone"))
    assert result.returncode == 2
    report = json.loads(result.stdout)
    jsonschema.Draft202012Validator(output_schemas()["doctor"]).validate(report)
    assert report["ok"] is False


def test_a_damaged_configuration_is_found(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("jobs = = 1")
    result = run_auralis("doctor", home=tmp_path, AURALIS_WORKER=str(FakeWorker(tmp_path).program))
    assert result.returncode == 2
    assert "not valid TOML" in " ".join(result.stdout.split())


def test_paths_that_are_not_utf8_pass_through_doctor_and_config(tmp_path: Path) -> None:
    home = tmp_path / os.fsdecode(b"caf\xe9")
    home.mkdir()
    worker = str(FakeWorker(tmp_path).program)
    report = run_auralis("doctor", "--json", home=home, AURALIS_WORKER=worker)
    assert report.returncode == 0, report.stderr
    assert "caf\ufffd" in next(
        check["finding"] for check in json.loads(report.stdout)["checks"] if check["name"] == "cache"
    )
    assert "caf\\xe9" in run_auralis("doctor", home=home, AURALIS_WORKER=worker).stdout
    assert "caf\ufffd" in json.loads(run_auralis("config", "show", "--json", home=home).stdout)["config_file"]
    assert "caf\\xe9" in run_auralis("config", "show", home=home).stdout
