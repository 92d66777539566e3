"""How far one scan and one cache reach: a library that only seems to be there, an engine that needs no time.

    AURALIS_SIMULATED_TRACKS=1000000 .venv/bin/pytest -s tests/bench/test_simulated_scan.py

20,000 tracks unless that is set; a million needs 4 GB below the temporary folder and some ten minutes. Prints
speed, memory and size of the cache on the way of a first scan, of one that finds all unchanged, and of
one that finds 1 % more. It leaves out the analysis, sidecars, and the disk of the music: one `stat` a track
at each look, three more and 192 KiB read the first time.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

TRACKS = int(os.environ.get("AURALIS_SIMULATED_TRACKS", "20_000"))
MOST_MIB = 120.0
"""Of a scan of any size, and beside it so many bytes a track: what the walk knows of folders."""
BYTES_A_TRACK = 60

pytestmark = [pytest.mark.slow, pytest.mark.timeout(0)]


def scanned(checkout: Path, tracks: int, cache: Path) -> dict[str, Any]:
    """The last line of a scan in a process of its own; prints all of them."""
    command = [sys.executable, "-m", "support.simulated_scan", str(tracks), str(cache)]
    environment = os.environ | {
        "PYTHONPATH": os.pathsep.join([str(checkout / "tests"), *filter(None, sys.path)])
    }
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        lines = [json.loads(line) for line in process.stdout]
    assert process.returncode == 0
    print(f"\n{'tracks':>10} {'tracks/s':>9} {'CPU µs':>7} {'peak MiB':>9} {'bytes a track':>14}")
    for before, line in zip([lines[0], *lines], lines[1:], strict=False):
        count, took = line["tracks"] - before["tracks"], line["seconds"] - before["seconds"]
        if count:
            speed, cpu = count / max(took, 1e-3), 1e6 * (line["cpu_s"] - before["cpu_s"]) / count
            memory, stored = line["peak_mib"], line["cache_mib"] * (1 << 20) / line["tracks"]
            print(f"{line['tracks']:>10,} {speed:>9,.0f} {cpu:>7,.0f} {memory:>9,.0f} {stored:>14,.0f}")
    assert lines[-1]["peak_mib"] <= MOST_MIB + BYTES_A_TRACK * tracks / (1 << 20)
    last: dict[str, Any] = lines[-1]
    assert last["warnings"] == []
    return last


def test_a_large_library_is_scanned_in_flat_memory(checkout: Path, tmp_path: Path) -> None:
    cache, more = tmp_path / "cache.db", TRACKS + TRACKS // 100
    assert scanned(checkout, TRACKS, cache)["counts"] == {"analysed": TRACKS}
    again = scanned(checkout, TRACKS, cache)
    assert (again["counts"], again["analysed"]) == ({"cached": TRACKS}, 0)
    grown = scanned(checkout, more, cache)
    assert grown["counts"] == {"analysed": more - TRACKS, "cached": TRACKS}
