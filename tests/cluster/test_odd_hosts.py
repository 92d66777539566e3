"""Clusters with a host that is wrong: another mount, another version, much slower; with files that kill what
touches them; without its scheduler; with workers that come and go. Analyses are those of the scripted worker.

Most of them take minutes and run where AURALIS_CLUSTER_FILES is set: the number of files of the last one.
AURALIS_CLUSTER_EVERY_S are the seconds between two of its changes (1 unless set).
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.cluster_rig import LONG, ClusterScan, Rig, kill_one, three_hosts
from support.processes import kill, seconds_until
from support.scripted_tracks import FakeWorker, write_track

pytestmark = [pytest.mark.slow, pytest.mark.timeout(0)]
FILES = int(os.environ.get("AURALIS_CLUSTER_FILES", "60"))
EVERY_S = float(os.environ.get("AURALIS_CLUSTER_EVERY_S", "1"))


@pytest.fixture
def rig(hosts_are_possible: None, tmp_path: Path) -> Iterator[Rig]:  # noqa: ARG001
    """With all files at the same place on each host, unless the test changes that."""
    (tmp_path / "music").mkdir()
    with three_hosts(tmp_path, tmp_path / "music", same_places=True) as rig:
        yield rig


def fake(rig: Rig, behaviour: str = "takes-files") -> dict[str, str]:
    """The environment in which this scripted worker analyses."""
    return {"AURALIS_WORKER": str(FakeWorker(rig.folder, behaviour).program)}


def write(rig: Rig, files: int, script: str = "ok") -> None:
    for number in range(files):
        write_track(rig.music, f"{number:05}.flac", script)


def start(rig: Rig, gamma: str = "takes-files") -> None:
    """Starts both workers, gamma with this behaviour."""
    rig.start_scheduler()
    rig.start_worker(rig.beta, env=fake(rig))
    rig.start_worker(rig.gamma, env=fake(rig, gamma))
    seconds_until(lambda: len(rig.state()["workers"]) == 2, 60)


def outcomes(scan: ClusterScan) -> dict[str, str]:
    """The status of each file, or the code of its failure, by name; each is told once."""
    found = {
        Path(line["path"]).name: (line.get("error") or {}).get("code", line["status"]) for line in scan.tracks
    }
    assert len(found) == len(scan.tracks)
    return found


def test_a_host_without_the_files_is_named_and_left_out(rig: Rig) -> None:
    write(rig, 40, "slow 0.1")
    (rig.folder / "elsewhere").mkdir()
    rig.gamma.mounts = {rig.music: rig.folder / "elsewhere"}
    start(rig)
    scan = rig.scan(rig.folder / "cache.db", env=fake(rig))
    assert scan.end() == 0
    assert set(outcomes(scan).values()) == {"analysed"}
    assert "gamma was left out: it sees none of the files" in scan.log.read_text()
    assert rig.leftovers() == []


@LONG
def test_a_host_with_other_files_of_the_same_names_analyses_none_of_them(rig: Rig) -> None:
    write(rig, 40, "slow 0.1")
    for number in range(40):
        track = write_track(rig.folder / "elsewhere", f"{number:05}.flac", "slow 0.2")  # same size
        stamp = (rig.music / f"{number:05}.flac").stat()
        os.utime(track.path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    rig.gamma.mounts = {rig.music: rig.folder / "elsewhere"}
    start(rig)
    scan = rig.scan(rig.folder / "cache.db", env=fake(rig))
    assert scan.end() == 0
    assert set(outcomes(scan).values()) == {"analysed"}
    assert "has the same size and time, but another content" in scan.log.read_text()


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [("other-version", "is version 9.9.9"), pytest.param("other-protocol", "speaks protocol 99", marks=LONG)],
)
def test_a_host_of_another_version_is_refused_by_name(rig: Rig, behaviour: str, why: str) -> None:
    write(rig, 40, "slow 0.1")
    start(rig, behaviour)
    scan = rig.scan(rig.folder / "cache.db", env=fake(rig))
    assert scan.end() == 0
    assert set(outcomes(scan).values()) == {"analysed"}
    told = scan.log.read_text()
    assert "gamma was left out" in told or "gamma is left out" in told
    assert why in told


@LONG
def test_a_slow_host_costs_time_and_no_track(rig: Rig) -> None:
    write(rig, 80, "slow 0.1")
    start(rig)
    with rig.gamma.slowed(0.05):
        scan = rig.scan(rig.folder / "cache.db", env=fake(rig))
        assert scan.end(120) == 0
    assert set(outcomes(scan).values()) == {"analysed"}
    assert rig.leftovers(30) == []


@LONG
def test_a_file_that_kills_fp_workers_is_quarantined_and_no_other(rig: Rig) -> None:
    write(rig, 30)
    write_track(rig.music, "poison.flac", "crash")
    start(rig)
    scan = rig.scan(rig.folder / "cache.db", env=fake(rig))
    assert scan.end() == 1
    found = outcomes(scan)
    assert found.pop("poison.flac") == "worker_crashed"
    assert set(found.values()) == {"analysed"}
    assert rig.leftovers() == []


def test_a_file_that_kills_dask_workers_is_quarantined_and_no_other(rig: Rig) -> None:
    write(rig, 30)
    write_track(rig.music, "poison.flac", "kill-parent")
    start(rig)
    scan = rig.scan(rig.folder / "cache.db", env=fake(rig))
    assert scan.end(240) == 1
    found = outcomes(scan)
    assert found.pop("poison.flac") == "worker_crashed"
    assert set(found.values()) == {"analysed"}
    assert rig.leftovers() == []
    again = rig.scan(rig.folder / "cache.db", env=fake(rig))
    assert again.end() == 0  # it is not tried again
    assert rig.leftovers() == []


@LONG
def test_without_the_scheduler_the_scan_ends_soon_and_the_next_one_goes_on(rig: Rig) -> None:
    write(rig, 60, "slow 0.2")
    start(rig)
    cache = rig.folder / "cache.db"
    scan = rig.scan(cache, env=fake(rig))
    scan.until(10)
    kill_one(rig.alpha.pids("dask\0scheduler"))
    began = time.monotonic()
    assert scan.end(20) == 2
    assert time.monotonic() - began < 10
    done = len(scan.tracks)
    assert "scheduler" in scan.log.read_text().splitlines()[-1]
    for host in (rig.beta, rig.gamma):
        seconds_until(lambda host=host: not rig.fp_workers(host), 30)  # type: ignore[misc]
        kill(rig.nannies(host))
    start(rig)
    again = rig.scan(cache, env=fake(rig))
    assert again.end() == 0
    assert again.lines[-1]["cached"] >= done
    assert again.lines[-1]["cached"] + again.lines[-1]["analysed"] == 60


@LONG
def test_workers_come_and_go_and_nothing_is_lost(rig: Rig) -> None:
    write(rig, FILES, "slow 0.05")
    start(rig)
    scan = rig.scan(rig.folder / "cache.db", env=fake(rig))
    changes = 0
    while scan.process.poll() is None:
        time.sleep(EVERY_S)
        host = (rig.beta, rig.gamma)[changes % 2]
        if changes % 4 < 2:
            rig.start_worker(host, env=fake(rig))
        elif nannies := rig.nannies(host):
            kill_one(nannies)
        changes += 1
    assert scan.end() == 0, scan.log.read_text()
    assert list(outcomes(scan).values()) == ["analysed"] * FILES
    assert rig.leftovers(30) == []
    print(
        f"\n{FILES} files while {changes} workers joined or were killed, one each {EVERY_S} s: all done once"
    )
