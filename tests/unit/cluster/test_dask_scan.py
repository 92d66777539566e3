"""Scans on a Dask cluster of real processes."""

import json
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
