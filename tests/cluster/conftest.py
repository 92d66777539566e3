"""Hosts are made of network namespaces, which need root: without it these tests are skipped, and say so.

AURALIS_CLUSTER_MUSIC is a folder of music for the scans of the real worker, in place of short tracks.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.cluster_hosts import why_no_hosts
from support.cluster_rig import Rig, three_hosts
from support.short_tracks import write_short_tracks

TRACKS = 240
SECONDS = 6.0


@pytest.fixture(scope="session")
def hosts_are_possible() -> None:
    pytest.importorskip("distributed", reason="needs the extra dask")
    if (why := why_no_hosts()) is not None:
        pytest.skip(why)


@pytest.fixture(scope="module")
def rig(hosts_are_possible: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:  # noqa: ARG001
    """Both workers run; a test that ends one starts another."""
    folder = tmp_path_factory.mktemp("rig")
    music = Path(os.environ.get("AURALIS_CLUSTER_MUSIC") or folder / "source")
    if music.is_relative_to(folder):
        write_short_tracks(music, TRACKS, SECONDS, seed=17)
    with three_hosts(folder, music) as rig:
        rig.start()
        yield rig


@pytest.fixture(scope="module")
def expected(rig: Rig) -> Path:
    """The cache of a scan by the engine of one machine."""
    cache = rig.folder / "expected.db"
    assert rig.scan(cache, local=True).end() == 0
    return cache
