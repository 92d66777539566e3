"""Tracks that no machine of a cluster has on a disk: sent along, or fetched from their URLs."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.dask_cluster import DaskCluster, running_cluster
from support.program import run_auralis
from support.stores import BUCKET, Bucket, s3_server

pytest.importorskip("distributed", reason="needs auralis-cli[dask]")
pytestmark = pytest.mark.slow
TRACKS = ("groove.flac", "groove.opus", "groove.mp3", "sine-440.flac")


@pytest.fixture(scope="module")
def bucket(fixture_audio: Path) -> Iterator[Bucket]:
    with s3_server() as bucket:
        for name in TRACKS:
            bucket.put(f"music/{name}", (fixture_audio / name).read_bytes())
        yield bucket


@pytest.fixture(scope="module")
def cluster(bucket: Bucket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DaskCluster]:
    """One machine with a way to the bucket, and one without credentials."""
    assert bucket
    with running_cluster(tmp_path_factory.mktemp("cluster"), workers=1) as cluster:
        cluster.add_worker(AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="", AWS_EC2_METADATA_DISABLED="true")
        yield cluster


def results(place: str, cache: Path, *options: str) -> dict[str, dict[str, object]]:
    """The lines of a scan by file name, without their places."""
    run = run_auralis("scan", place, "--json", "--sidecars", "none", *options, home=cache.parent,
                      AURALIS_CACHE=str(cache))  # fmt: skip
    assert run.returncode == 0, run.stderr
    lines = [json.loads(line) for line in run.stdout.splitlines()][1:-1]
    return {line.pop("path").rpartition("/")[2]: line for line in lines}


@pytest.fixture
def local(fixture_audio: Path, tmp_path: Path) -> tuple[Path, dict[str, dict[str, object]]]:
    """The music, and what a scan of this machine finds."""
    music = tmp_path / "music"
    music.mkdir()
    for name in TRACKS:
        shutil.copy(fixture_audio / name, music)
    return music, results(str(music), tmp_path / "local.db")


def test_shipped_tracks_have_the_same_results(
    cluster: DaskCluster, tmp_path: Path, local: tuple[Path, dict[str, dict[str, object]]]
) -> None:
    music, expected = local
    options = ("--engine", "dask", "--scheduler-file", str(cluster.scheduler_file), "--ship")
    nowhere = ("--path-map", f"{music}=/nowhere")  # the machines see no file
    assert results(str(music), tmp_path / "ship.db", *options, *nowhere) == expected
    again = results(str(music), tmp_path / "ship.db", *options, *nowhere)
    assert {line["status"] for line in again.values()} == {"cached"}


def test_urls_are_fetched_by_the_machines_that_can(
    cluster: DaskCluster, tmp_path: Path, local: tuple[Path, dict[str, dict[str, object]]]
) -> None:
    options = ("--engine", "dask", "--scheduler-file", str(cluster.scheduler_file))
    url = f"s3://{BUCKET}/music"
    assert results(url, tmp_path / "urls.db", *options) == local[1]
    assert {line["status"] for line in results(url, tmp_path / "urls.db", *options).values()} == {"cached"}
