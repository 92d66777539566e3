"""Scans on a Dask cluster of real processes."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.dask_cluster import DaskCluster, running_cluster
from support.program import run_auralis
from support.synthetic_library import write_library

pytest.importorskip("distributed")
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    with running_cluster(tmp_path_factory.mktemp("cluster")) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library") / "music"
    write_library(folder, tracks=40, seed=7)
    return folder


def records(music: Path, cache: Path, *options: str) -> dict[str, dict[str, object]]:
    """The JSON lines of a scan's tracks by path."""
    run = run_auralis(
        "scan", str(music), "--json", "--sidecars", "none", "--cache", str(cache), *options, home=cache.parent
    )
    assert run.returncode == 0, run.stderr
    tracks = [json.loads(line) for line in run.stdout.splitlines()][1:-1]
    return {track["path"]: track for track in tracks}


def test_a_scan_on_a_cluster_gives_what_a_local_one_does(
    cluster: DaskCluster, music: Path, tmp_path: Path
) -> None:
    local = records(music, tmp_path / "local.db")
    options = ("--engine", "dask", "--scheduler-file", str(cluster.scheduler_file))
    remote = records(music, tmp_path / "remote.db", *options)
    assert len(local) == 40
    assert remote == local


def test_what_machines_return_runs_no_code_here(cluster: DaskCluster, checkout: Path, tmp_path: Path) -> None:
    """An object, one within others and an exception, each of which calls a function where it is unpickled."""
    ran = tmp_path / "ran"
    program = checkout / "tests/support/hostile_answers.py"
    run = subprocess.run(
        [sys.executable, program, cluster.scheduler_file, ran],
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    *ends, connection, this_process = run.stdout.splitlines()
    assert ends == ["refused"] * 4 + ["PickleRefusedError"] * 2
    assert connection == "the connection still works: None"
    ran_in = ran.read_text().split()
    assert ran_in, "it is harmless: no process runs it, not even the one that made it"
    assert this_process.partition(": ")[2] not in ran_in


def test_without_dask_the_command_says_what_to_install(music: Path, tmp_path: Path) -> None:
    (tmp_path / "distributed.py").write_text("raise ImportError('no such package')")
    options = ("--engine", "dask", "--scheduler", "tcp://127.0.0.1:1", "--sidecars", "none")
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    run = run_auralis("scan", str(music), *options, home=tmp_path, PYTHONPATH=path)
    assert run.returncode == 2
    assert "pip install '.[dask]'" in run.stderr


def test_without_a_scheduler_the_scan_ends_with_2(music: Path, tmp_path: Path) -> None:
    run = run_auralis("scan", str(music), "--engine", "dask", home=tmp_path)
    assert run.returncode == 2
    assert "give --scheduler tcp://HOST:8786" in run.stderr
