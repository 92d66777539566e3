"""`auralis bench`: the comparison passes a good worker, and fails a broken, an unstable and a debug one."""

import json
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.program import run_auralis

pytest.importorskip("soundfile")
from support.made_records import see

from auralis_cli.bench.parity import Analyzers, Parity, compare_python_and_rust
from auralis_cli.bench.report.as_json import OUTPUTS
from auralis_cli.bench.report.parity_tables import parity_findings
from auralis_cli.bench.report.progress import BenchProgress
from auralis_cli.model.dimensions import keys
from auralis_cli.model.record import AnalyzerName
from auralis_cli.render.json_schema import output_schemas
from auralis_cli.settings.resolve import resolve_settings
from auralis_cli.workers.limits import TrackLimits
from auralis_cli.workers.program import WorkerCommand, find_worker

ALTERED = """#!{python}
import json, os, random, subprocess, sys
worker = subprocess.Popen([{worker!r}, *sys.argv[1:]], stdout=subprocess.PIPE, text=True)
for line in worker.stdout:
    if line.startswith("{{"):
        message = json.loads(line)
        {change}
        line = json.dumps(message) + chr(10)
    print(line, end="", flush=True)
sys.exit(worker.wait())
"""
SWAPPED_MEDIANS = """
        if message["type"] == "done":
            message["fingerprint"]["harmonic_ratio"] = 1 - message["fingerprint"]["harmonic_ratio"]
"""
UNSTABLE = """
        if message["type"] == "done":
            message["fingerprint"]["lufs"] += 1e-9 * random.random()
"""
NO_LUFS = """
        if message["type"] == "done":
            message["fingerprint"]["lufs"], message["nulls"]["lufs"] = None, "below_gate"
"""
DEBUG = """
        message["build_profile"] = "debug"
"""


def validate(kind: str, output: dict[str, Any]) -> None:
    jsonschema.Draft202012Validator(output_schemas(OUTPUTS)[kind]).validate(output)


def altered_worker(folder: Path, change: str) -> WorkerCommand:
    """The real worker, with its answers changed on their way."""
    program = folder / "fp-worker"
    worker = str(find_worker(resolve_settings({})))
    program.write_text(ALTERED.format(python=sys.executable, worker=worker, change=change.strip()))
    program.chmod(0o755)
    return WorkerCommand(program)


def compare(worker: WorkerCommand, *paths: Path) -> Parity:
    """The comparison with fp-worker in the reference's place, which takes no second."""
    good = WorkerCommand(find_worker(resolve_settings({})), analyzer=AnalyzerName.REFERENCE)
    analyzers = Analyzers(worker, good, TrackLimits(), TrackLimits())
    return compare_python_and_rust(analyzers, [see(path) for path in paths], 1, BenchProgress(quiet=True))


@pytest.mark.slow
def test_worker_and_reference_agree_and_the_figures_are_there(tmp_path: Path, fixture_audio: Path) -> None:
    pytest.importorskip("librosa")
    track = str(fixture_audio / "groove-22k-mono.wav")
    run = run_auralis("bench", "--python-vs-rust", track, "--json", "--jobs", "1", home=tmp_path)
    assert run.returncode == 0, run.stdout + run.stderr
    found: dict[str, Any] = json.loads(run.stdout)
    validate("bench --python-vs-rust", found)
    assert found["agrees"] is True
    assert [row["key"] for row in found["agreement"]] == list(keys())
    assert {row["compared"] for row in found["agreement"]} == {1}
    assert found["speed"]["cpu_ratio"] > 10
    assert found["speed"]["audio_seconds"] == 5.0
    versions = found["machine"]["versions"]
    assert {"python", "numpy", "scipy", "librosa", "pyloudnorm", "worker"} <= versions.keys()
    assert "reference: 1 tracks" in run.stderr


def test_a_worker_agrees_with_itself_through_another_decoder(fixture_audio: Path) -> None:
    parity = compare(WorkerCommand(find_worker(resolve_settings({}))), fixture_audio / "groove.ogg")
    assert parity.agrees
    assert parity_findings(parity)[-1] == "verdict: agreement"


@pytest.mark.parametrize(("change", "key"), [(SWAPPED_MEDIANS, "harmonic_ratio"), (NO_LUFS, "lufs")])
def test_one_wrong_dimension_is_found(tmp_path: Path, fixture_audio: Path, change: str, key: str) -> None:
    parity = compare(altered_worker(tmp_path, change), fixture_audio / "groove-22k-mono.wav")
    assert not parity.agrees
    assert [agreement.key for agreement in parity.agreements if agreement.disagreements] == [key]
    assert f"out of tolerance: {key} of " in parity_findings(parity)[0]


def test_a_worker_that_does_not_repeat_itself_is_found(tmp_path: Path, fixture_audio: Path) -> None:
    path = fixture_audio / "groove-22k-mono.wav"
    parity = compare(altered_worker(tmp_path, UNSTABLE), path)
    assert not parity.agrees
    assert parity.unstable == (str(path),)


def test_a_track_that_only_one_analyses_is_found(tmp_path: Path, fixture_audio: Path) -> None:
    (tmp_path / "text.mp3").write_text("not music\n" * 1000)
    parity = compare(
        WorkerCommand(find_worker(resolve_settings({}))),
        fixture_audio / "silence.flac",
        tmp_path / "text.mp3",
    )
    assert parity.both_failed == 1
    assert parity.agrees


@pytest.mark.parametrize("flags", [(), ("--python-vs-rust",)])
def test_a_debug_worker_is_refused(tmp_path: Path, fixture_audio: Path, flags: tuple[str, ...]) -> None:
    if flags:
        pytest.importorskip("librosa")
    worker = str(altered_worker(tmp_path, DEBUG).program)
    track = str(fixture_audio / "silence.flac")
    run = run_auralis("bench", track, *flags, home=tmp_path, AURALIS_WORKER=worker)
    assert run.returncode == 2
    assert "is a debug build, whose speed means nothing" in run.stderr


def test_the_stages_of_a_scan_are_measured_and_the_user_s_cache_is_left_alone(
    tmp_path: Path, fixture_audio: Path
) -> None:
    (tmp_path / "list").write_text(f"{fixture_audio / 'silence.flac'}\n{fixture_audio / 'anti-phase.flac'}\n")
    run = run_auralis("bench", "--files-from", "list", "--json", "--jobs", "1", home=tmp_path)
    assert run.returncode == 0, run.stderr
    found = json.loads(run.stdout)
    validate("bench", found)
    assert (found["tracks"], found["cold"]["analysed"], found["warm"]["cached"]) == (2, 2, 2)
    names = [stage["name"] for stage in found["stages"]]
    assert names == ["discover", "look up", "look up, warm", "store", "dispatch", "decode", "analyse"]
    assert {path.name for path in tmp_path.iterdir()} == {"list"}


def test_markdown_is_a_table_and_excludes_json(tmp_path: Path, fixture_audio: Path) -> None:
    track = str(fixture_audio / "silence.flac")
    run = run_auralis("bench", track, "--markdown", home=tmp_path)
    assert run.returncode == 0, run.stderr
    assert "\n| --- | --: |" in run.stdout.replace(" --: |" * 8, " --: |")
    assert run_auralis("bench", track, "--markdown", "--json", home=tmp_path).returncode == 2
