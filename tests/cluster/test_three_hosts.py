"""Scans on a cluster of three hosts, which are network namespaces with mounts of their own: real Dask, real
fp-worker. Whatever happens to a host, the scan ends with the very rows of a scan on one machine, and leaves
nothing behind.
"""

import contextlib
import json
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from support.cluster_rig import LONG, ClusterScan, Rig, interrupt, kill_one
from support.processes import seconds_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
SOME = 24
"""Results after which a scan is disturbed."""
SLOW = 0.1
"""Share of a processor."""


@pytest.fixture(autouse=True)
def both_work(rig: Rig) -> None:
    """Starts the worker anew that a test has ended, or that has ended itself."""
    for host in (rig.beta, rig.gamma):
        if not rig.nannies(host):
            rig.start_worker(host)
    seconds_until(lambda: len(rig.state()["workers"]) == 2, 60)


def rows(cache: Path) -> dict[bytes, tuple[object, ...]]:
    """All that a cache has of each track, but when it was analysed."""
    with contextlib.closing(sqlite3.connect(cache)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        connection.row_factory = sqlite3.Row
        found = [dict(row) for row in connection.execute("SELECT * FROM tracks")]
    return {row.pop("path"): tuple(v for k, v in row.items() if k != "analysed_at") for row in found}


def check(scan: ClusterScan, rig: Rig, cache: Path, expected: Path) -> None:
    """It ended well, told each track once, stored what one machine would, and left nothing."""
    assert scan.end() == 0, scan.log.read_text()
    paths = [line["path"] for line in scan.tracks]
    assert len(paths) == len(set(paths))
    assert rows(cache) == rows(expected)
    assert rig.leftovers() == []


def test_the_rows_are_those_of_one_machine_and_the_next_scan_analyses_nothing(
    rig: Rig, expected: Path, tmp_path: Path
) -> None:
    cache = tmp_path / "cache.db"
    scan = rig.scan(cache)
    check(scan, rig, cache, expected)
    again = rig.scan(cache)
    assert again.end() == 0
    assert again.lines[-1]["cached"] == len(scan.tracks)


def test_check_says_who_can_work_and_what_to_do(rig: Rig) -> None:
    good = rig.check(*rig.maps, "--json")
    assert good.returncode == 0, good.stderr
    found = json.loads(good.stdout)
    assert found["ok"]
    beta, gamma = found["machines"]
    assert (beta["name"], gamma["name"]) == ("beta", "gamma")
    assert [root["there"]["path"] for root in gamma["roots"]] == [str(rig.places["gamma"])]
    assert all(machine["use"] != "out" and machine["test_s"] > 0 for machine in found["machines"])
    blind = rig.check(*rig.maps[:2])  # only beta's
    assert blind.returncode == 1
    assert f"it does not see {rig.music}" in blind.stdout.replace("\n      ", " ")
    assert "--path-map" in blind.stdout
    assert rig.check("--path-map", f"{rig.music}=/nowhere").returncode == 2
    assert rig.leftovers() == []


def kill_fp_worker(rig: Rig) -> None:
    kill_one(rig.fp_workers(rig.beta))


def kill_dask_worker(rig: Rig) -> None:
    """Its nanny starts another."""
    kill_one(rig.dask_workers(rig.beta))


def kill_nanny(rig: Rig) -> None:
    """The worker ends with it."""
    kill_one(rig.nannies(rig.gamma))


def cut_link(rig: Rig) -> None:
    """For about as long as a Dask worker waits for its scheduler before it ends itself."""
    rig.gamma.cut()
    time.sleep(30)
    rig.gamma.join()


@pytest.mark.parametrize(
    "disturb",
    [
        kill_fp_worker,
        kill_dask_worker,
        pytest.param(kill_nanny, marks=LONG),
        pytest.param(cut_link, marks=LONG),
    ],
)
def test_what_is_lost_with_a_machine_is_done_elsewhere(
    rig: Rig, expected: Path, tmp_path: Path, disturb: Callable[[Rig], None]
) -> None:
    cache = tmp_path / "cache.db"
    scan = rig.scan(cache)
    scan.until(SOME)
    disturb(rig)
    check(scan, rig, cache, expected)


def test_ctrl_c_keeps_what_is_done_and_frees_the_cluster(rig: Rig, expected: Path, tmp_path: Path) -> None:
    """On slow hosts, which could not end the last of the tracks in the second that a stop gives them."""
    cache = tmp_path / "cache.db"
    with rig.beta.slowed(SLOW), rig.gamma.slowed(SLOW):
        scan = rig.scan(cache)
        scan.until(SOME)
        interrupt(scan)
        assert scan.end(10) == 130
        assert rig.leftovers() == []
    kept, wanted = rows(cache), rows(expected)
    assert SOME <= len(kept) < len(wanted)
    check(rig.scan(cache), rig, cache, expected)


@LONG
def test_a_scan_that_is_killed_leaves_nothing_on_the_cluster(rig: Rig, tmp_path: Path) -> None:
    scan = rig.scan(tmp_path / "cache.db")
    scan.until(SOME)
    scan.process.kill()
    scan.end()
    assert rig.leftovers(40.0) == []
