"""A scan is ended at random moments, again and again: nothing is lost, half written or left running.

AURALIS_STRESS_KILLS sets how often (10 unless set), AURALIS_STRESS_SEED the dice.
"""

import os
import random
import signal
import time
from functools import partial
from pathlib import Path

import pytest
from support.killed_scans import KillableScan, check_sidecars, stored
from support.processes import kill, seconds_until
from support.synthetic_library import write_library

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc"),
    pytest.mark.timeout(0),
]

KILLS = int(os.environ.get("AURALIS_STRESS_KILLS", "10"))
SEED = int(os.environ.get("AURALIS_STRESS_SEED", "20261124"))
TRACKS = 60
LATEST_S = 0.1
"""After the result at which a scan is ended."""
REPEATED_S, GONE_S, STOPPED_S = 1.0, 1.0, 2.0
FROM_THE_START = 0.4
"""How often a scan begins with nothing instead of what the last one left."""
UNDER_LOAD_S = 2.0
"""On top of what is promised, for a machine that does other things too."""

KILL = (signal.SIGKILL,)
ENDINGS = {
    KILL: 6,
    (signal.SIGINT,): 1,
    (signal.SIGTERM,): 1,
    (signal.SIGHUP,): 1,
    (signal.SIGINT, signal.SIGINT): 1,
}
"""Signals, and how often each in ten."""


class Record:
    """What the loop saw, for the log."""

    def __init__(self) -> None:
        self.counts: dict[str, int] = {}
        self.in_the_middle = 0
        self.slowest_s: dict[str, float] = {}

    def add(self, ending: str, **seconds: float) -> None:
        self.counts[ending] = self.counts.get(ending, 0) + 1
        for name, value in seconds.items():
            self.slowest_s[name] = max(self.slowest_s.get(name, 0.0), value)

    def __str__(self) -> str:
        slowest = ", ".join(f"{name} {value:.2f} s" for name, value in self.slowest_s.items())
        counts = (
            f"{sum(self.counts.values())} endings {self.counts}, {self.in_the_middle} with some tracks done"
        )
        return f"{counts}; at most: {slowest}"


def test_a_scan_that_is_ended_at_any_moment_keeps_its_results(tmp_path: Path) -> None:
    music = tmp_path / "music"
    write_library(music, TRACKS, SEED)
    scan_of = ("scan", music, "--json", "--jobs", "2", "--cache")
    clean = tmp_path / "clean.db"
    KillableScan(tmp_path, *scan_of, clean, "--sidecars", "none").wait()
    expected = stored(clean)
    assert len(expected) == TRACKS

    dice, record = random.Random(SEED), Record()
    cache = tmp_path / "cache.db"
    for number in range(KILLS):
        sidecars = "none" if number % 2 else "beside"
        scan = KillableScan(tmp_path, *scan_of, cache, "--sidecars", sidecars)
        wait_for_results(scan, dice.randrange(TRACKS))
        time.sleep(dice.uniform(0.0, LATEST_S))
        ending = dice.choices(list(ENDINGS), list(ENDINGS.values()))[0]
        finished = scan.process.poll() is not None
        took = scan.end(*ending)
        name = "+".join(each.name for each in ending)
        try:
            gone = seconds_until(partial(no_workers, scan), GONE_S + UNDER_LOAD_S)
        finally:
            kill(scan.workers())
        held = stored(cache)
        lost = scan.emitted() - set(held)
        when = [at for at, line in scan.lines if line.get("path") in lost]
        age = scan.ended_at - min(when) if when else 0.0
        record.in_the_middle += len(scan.emitted()) > 0 and len(held) < TRACKS
        last = scan.lines[-1][1] if scan.lines else {}
        # A signal that comes after the summary line meets a scan that has done all of its work.
        if finished or (last.get("event") == "summary" and not last["interrupted"]):
            record.add("finished before")
        elif ending == KILL:
            record.add(name, gone=gone, repeated=age)
            assert age <= REPEATED_S + UNDER_LOAD_S, f"{number}: results of the last {age:.1f} s are lost"
        else:
            once = len(ending) == 1
            record.add(name, gone=gone, **({"stopped": took} if once else {"at once": took, "repeated": age}))
            assert took <= STOPPED_S + UNDER_LOAD_S, f"{number}: {name} took {took:.1f} s"
            if scan.lines:  # else it came before Python was there to answer it
                assert scan.process.returncode == 130
            assert not (once and lost), f"{number}: {name} lost {lost}"
        assert all(expected[path] == row for path, row in held.items()), f"{number}: another result"
        check_sidecars(music)
        if len(held) == TRACKS or dice.random() < FROM_THE_START:
            for path in [*music.glob("*.auralis.json"), *tmp_path.glob("cache.db*")]:
                path.unlink()
    KillableScan(tmp_path, *scan_of, cache, "--sidecars", "beside").wait()
    assert record.in_the_middle >= KILLS // 5, f"too few in the middle of a scan: {record}"
    assert stored(cache) == expected
    check_sidecars(music)
    print(f"\nseed {SEED}: {record}; lost results 0, damaged caches 0, half sidecars 0, workers left over 0")


def wait_for_results(scan: KillableScan, results: int) -> None:
    """Until so many tracks have a result, cached ones among them, or all have."""
    seconds_until(lambda: len(scan.lines) > results or scan.process.poll() is not None, 60)


def no_workers(scan: KillableScan) -> bool:
    return not scan.workers()
