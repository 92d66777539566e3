"""Rolling back to the reference and forward again, as a user does it."""

import json
import shutil
from pathlib import Path

import pytest
from support.program import run_auralis

from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.settings.resolve import resolve_settings
from auralis_cli.workers import program
from auralis_cli.workers.program import choose_analyzer

NAMES = ("groove-22k-mono.wav", "silence.flac")


@pytest.fixture
def music(tmp_path: Path, fixture_audio: Path) -> Path:
    folder = tmp_path / "music"
    folder.mkdir()
    for name in NAMES:
        shutil.copy(fixture_audio / name, folder)
    return folder


def scan(home: Path, *flags: str, **variables: str) -> list[dict[str, object]]:
    run = run_auralis("scan", "music", "--json", *flags, home=home, **variables)
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.mark.slow
def test_back_and_forward_again_loses_nothing_and_costs_nothing(tmp_path: Path, music: Path) -> None:
    pytest.importorskip("librosa")
    first = scan(tmp_path)
    sidecars = {path: path.read_bytes() for path in music.glob("*.json")}

    back = scan(tmp_path, "--analyzer", "reference", "--jobs", "1")
    assert back[0]["analyzer"] == "reference"
    assert "+numpy" in str(back[0]["worker_version"])
    assert [(line["status"], line["analyzer"]) for line in back[1:-1]] == [("analysed", "reference")] * 2
    values = [{line["path"]: line["fingerprint"] for line in lines[1:-1]} for lines in (first, back)]
    assert values[0] != values[1]  # computed, not copied: the last digits differ
    again = scan(tmp_path, AURALIS_ANALYZER="reference")
    assert [line["status"] for line in again[1:-1]] == ["cached"] * 2
    track = str(music / NAMES[0])
    shown = run_auralis("show", track, "--analyzer", "reference", "--json", home=tmp_path)
    assert json.loads(shown.stdout)["analyzer"] == "reference"
    report = run_auralis("scan", "music", "--analyzer", "reference", home=tmp_path).stderr
    assert "  by       reference 0.1.0+numpy" in report
    assert "the worker's results stay untouched" in report

    forward = scan(tmp_path)
    assert [(line["status"], line["analyzer"]) for line in forward[1:-1]] == [("cached", "worker")] * 2
    assert json.loads(run_auralis("show", track, "--json", home=tmp_path).stdout)["analyzer"] == "worker"
    assert "  by       worker 0.1.0, analysis version" in run_auralis("scan", "music", home=tmp_path).stderr
    by_path = [{line["path"]: line["fingerprint"] for line in lines[1:-1]} for lines in (first, forward)]
    assert by_path[0] == by_path[1]
    assert {path: path.read_bytes() for path in sidecars} == sidecars
    assert len(list(music.glob("*.auralis-reference.json"))) == 2


def test_an_unknown_analyzer_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    run = run_auralis("scan", ".", home=tmp_path, AURALIS_ANALYZER="rust")
    assert run.returncode == 2
    assert "allowed: worker or reference" in run.stderr


def test_without_the_extra_the_rollback_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(program, "find_spec", lambda name: None if name == "librosa" else object())
    with pytest.raises(WorkerUnavailableError, match=r"librosa not installed .* pip install '\.\[bench"):
        choose_analyzer(resolve_settings({"analyzer": "reference"}))


def test_the_worker_is_chosen_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AURALIS_ANALYZER", raising=False)
    command, analyzer = choose_analyzer(resolve_settings({}))
    assert analyzer.name == "worker"
    assert command.before_mode == ()
