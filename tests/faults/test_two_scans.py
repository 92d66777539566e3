"""Two scans at once on one cache: both finish, nothing is analysed twice, no lock is in the way."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.scripted_tracks import FakeWorker, write_track

from auralis_cli.model.record import AnalyzerName
from auralis_cli.store.content_locks import ContentLocks

SCAN = [sys.executable, "-m", "auralis_cli", "scan"]


def begin_scan(music: Path, cache: Path, worker: Path, *flags: str) -> subprocess.Popen[str]:
    """`auralis scan --json` in the background, without sidecars."""
    environment = {**os.environ, "AURALIS_WORKER": str(worker), "AURALIS_FFMPEG": "none"}
    environment["AURALIS_CONFIG"] = str(cache.with_name("none.toml"))
    return subprocess.Popen(
        [*SCAN, str(music), "--cache", str(cache), "--sidecars", "none", "--json", *flags],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def ended(scan: subprocess.Popen[str]) -> dict[str, int]:
    """Its summary line; any exit code but 0 fails the test."""
    out, err = scan.communicate(timeout=120)
    assert scan.returncode == 0, err
    assert "locked" not in err
    summary: dict[str, int] = json.loads(out.splitlines()[-1])
    return summary


def test_two_scans_at_once_analyse_each_track_once(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path)
    for number in range(60):
        write_track(tmp_path / "music", f"{number:02}.flac", "slow 0.05", size=1000 + number)
    scans = [
        begin_scan(tmp_path / "music", tmp_path / "cache.db", worker.program, "--jobs", "2") for _ in range(2)
    ]
    summaries = [ended(scan) for scan in scans]
    assert sorted(worker.started()) == [f"{number:02}.flac" for number in range(60)]
    assert [s["analysed"] + s["cached"] for s in summaries] == [60, 60]
    assert sum(s["analysed"] for s in summaries) == 60
    assert all(s["failed"] == 0 for s in summaries)


@pytest.mark.slow
def test_copies_in_two_libraries_are_analysed_by_one_of_two_scans(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path)
    for library in ("one", "two"):
        for number in range(20):
            write_track(tmp_path / library, f"{number:02}.flac", "slow 0.1", size=1000 + number)
    scans = [
        begin_scan(tmp_path / library, tmp_path / "cache.db", worker.program, "--jobs", "1")
        for library in ("one", "two")
    ]
    assert [s["analysed"] + s["cached"] for s in map(ended, scans)] == [20, 20]
    assert len(worker.started()) == 20


@pytest.mark.slow
def test_the_claims_of_a_killed_scan_vanish_with_it(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path)
    write_track(tmp_path / "music", "a.flac", "slow 3")
    first = begin_scan(tmp_path / "music", tmp_path / "cache.db", worker.program)
    while not worker.started():
        time.sleep(0.02)
    second = begin_scan(tmp_path / "music", tmp_path / "cache.db", worker.program)
    time.sleep(0.7)
    assert worker.started() == ["a.flac"]  # the second one waits
    first.send_signal(signal.SIGKILL)
    first.communicate(timeout=10)
    assert ended(second)["analysed"] == 1
    with sqlite3.connect(tmp_path / "cache.db") as cache:
        assert cache.execute("SELECT count(*) FROM tracks").fetchone() == (1,)


def test_a_claim_is_one_process_s_and_ends_with_it(tmp_path: Path) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time\nfrom pathlib import Path\n"
            "from auralis_cli.store.content_locks import ContentLocks\n"
            f"c = ContentLocks(Path({str(tmp_path / 'cache.db')!r}), 'worker')\n"
            "print(c.lock('k'), flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    locks = ContentLocks(tmp_path / "cache.db", AnalyzerName.WORKER)
    assert not locks.lock("k")
    assert ContentLocks(tmp_path / "cache.db", AnalyzerName.REFERENCE).lock("k")
    assert locks.lock("another")
    holder.kill()
    holder.communicate()
    assert locks.lock("k")
    locks.close()


def test_without_locks_every_claim_is_granted(tmp_path: Path) -> None:
    locks = ContentLocks(tmp_path / "no such folder" / "cache.db", AnalyzerName.WORKER)
    assert locks.lock("k")
    locks.unlock(["k"])
    locks.close()
