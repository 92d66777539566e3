"""A long scan whose workers are killed all the time: all files are done, and memory does not grow.

AURALIS_SOAK_FILES sets the number of files (150 unless set), AURALIS_SOAK_KILL_S the seconds between kills,
AURALIS_SOAK_SAMPLES a file for the samples of memory.
"""

import csv
import os
import random
import statistics
import threading
import time
from pathlib import Path

import pytest
from support.killed_scans import KillableScan, check_sidecars, killing_workers, stored
from support.short_tracks import write_short_tracks

from auralis_cli.system.processes import resident_bytes

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc"),
    pytest.mark.timeout(0),
]

FILES = int(os.environ.get("AURALIS_SOAK_FILES", "150"))
KILL_S = float(os.environ.get("AURALIS_SOAK_KILL_S", "0.3"))
SEED = int(os.environ.get("AURALIS_STRESS_SEED", "20261124"))
SAMPLE_S = 1.0 if FILES > 1000 else 0.1
GROWTH_MIB = 24.0
"""The interpreter's arenas and SQLite's page cache fill in the first minutes."""


class MemorySamples:
    """Resident memory of a scan and of all its workers, in MiB, until it ends."""

    def __init__(self, scan: KillableScan) -> None:
        self.rows: list[tuple[float, int, float, float]] = []
        self._scan = scan
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        began = time.monotonic()
        pid = self._scan.process.pid
        while self._scan.process.poll() is None:
            workers = [resident_bytes(worker) / (1 << 20) for worker in self._scan.workers()]
            parent = resident_bytes(pid) / (1 << 20) - sum(workers)
            done = len(self._scan.lines)
            self.rows.append((time.monotonic() - began, done, parent, max(workers, default=0.0)))
            time.sleep(SAMPLE_S)

    def finish(self) -> None:
        """Waits for the last sample, and writes them all where that is wanted."""
        self._thread.join()
        if name := os.environ.get("AURALIS_SOAK_SAMPLES"):
            with open(name, "w", encoding="ascii", newline="") as file:
                rows = csv.writer(file)
                rows.writerow(["seconds", "tracks", "parent_mib", "largest_worker_mib"])
                rows.writerows((f"{s:.1f}", n, f"{p:.1f}", f"{w:.1f}") for s, n, p, w in self.rows)


def test_a_scan_under_fire_does_all_files_in_flat_memory(tmp_path: Path) -> None:
    music, cache = tmp_path / "music", tmp_path / "cache.db"
    write_short_tracks(music, FILES, 2.0, SEED)
    options = ("--json", "--jobs", "2", "--cache", cache)
    scan = KillableScan(tmp_path, "scan", music, *options)
    samples = MemorySamples(scan)
    with killing_workers(scan, random.Random(SEED), KILL_S, KILL_S) as kills:
        took = scan.wait(7200) and time.monotonic() - scan.started_at
    samples.finish()
    assert scan.process.returncode in (0, 1), (tmp_path / "scan.log").read_text()
    held = stored(cache)
    assert len(held) == FILES
    hit_twice = sum("worker_crashed" in row for row in held.values())
    if hit_twice:
        KillableScan(tmp_path, "failures", "retry", *options).wait()
    held = stored(cache)
    assert len(held) == FILES
    assert not any("worker_crashed" in row for row in held.values())
    assert check_sidecars(music) == FILES

    parents = [parent for _, _, parent, _ in samples.rows]
    quarter = max(1, len(parents) // 4)
    early, late = (statistics.median(part) for part in (parents[quarter : 2 * quarter], parents[-quarter:]))
    print(
        f"\nseed {SEED}: {FILES} files in {took:.0f} s, {len(kills)} workers killed, {hit_twice} files hit "
        f"twice and done by a retry, {FILES} of {FILES} done; parent {early:.1f} MiB in the second quarter, "
        f"{late:.1f} in the last, {max(parents):.1f} at most"
    )
    assert late - early <= GROWTH_MIB
