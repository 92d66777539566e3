"""The real worker dies while it analyses: once costs nothing, twice costs that file alone until a retry."""

import os
import signal
from pathlib import Path

import pytest
from support.killed_scans import KillableScan, stored
from support.processes import processor_seconds, seconds_until
from support.short_tracks import write_short_tracks

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="looks into /proc")

DEATHS = [signal.SIGKILL, signal.SIGABRT, signal.SIGILL]
"""By the system, a failed assertion, a wrong processor. Rust's handler swallows a SIGSEGV from outside."""


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Three short tracks, and one that takes long enough to be hit."""
    write_short_tracks(tmp_path / "music", 3, 2.0, seed=1)
    write_short_tracks(tmp_path / "long", 1, 400.0, seed=2)
    (long,) = (tmp_path / "long").rglob("*.wav")
    long.rename(tmp_path / "music" / "long.wav")
    return tmp_path / "music"


LONG_S = 0.05
"""Processor time that start-up and the short tracks do not take; the long one takes several times it."""


def end_workers_at_the_long_track(scan: KillableScan, number: signal.Signals, times: int) -> None:
    """Waits until a worker is at the long track, and sends it the signal.

    What a worker has open is closed to other processes: its time tells.
    """
    for _ in range(times):
        hit: list[int] = []

        def is_read(hit: list[int] = hit) -> bool:
            hit[:] = [worker for worker in scan.workers() if processor_seconds(worker) >= LONG_S]
            return bool(hit)

        seconds_until(is_read, 60)
        os.kill(hit[0], number)
        seconds_until(lambda hit=hit: hit[0] not in scan.workers(), 20)  # type: ignore[misc]


@pytest.mark.parametrize("number", DEATHS)
def test_one_death_costs_nothing(tmp_path: Path, music: Path, number: signal.Signals) -> None:
    cache = tmp_path / "cache.db"
    scan = KillableScan(tmp_path, "scan", music, "--json", "--jobs", "1", "--cache", cache)
    end_workers_at_the_long_track(scan, number, times=1)
    scan.wait()
    assert scan.process.returncode == 0
    assert len(scan.emitted()) == 4


@pytest.mark.parametrize("number", DEATHS)
def test_two_deaths_cost_one_file_until_a_retry(tmp_path: Path, music: Path, number: signal.Signals) -> None:
    cache = tmp_path / "cache.db"
    options = ("--json", "--jobs", "1", "--cache", cache)
    scan = KillableScan(tmp_path, "scan", music, *options)
    end_workers_at_the_long_track(scan, number, times=2)
    scan.wait()
    assert scan.process.returncode == 1
    assert len(scan.emitted()) == 3
    (error,) = [line["error"] for _, line in scan.lines if line.get("error")]
    assert error["code"] == "worker_crashed"
    assert f"was killed by {number.name}" in error["message"]
    again = KillableScan(tmp_path, "failures", "retry", *options)
    again.wait()
    assert again.process.returncode == 0
    assert again.emitted() == {str(music / "long.wav")}
    assert not any("worker_crashed" in row for row in stored(cache).values())
