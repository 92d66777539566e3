"""Lying headers, enormous tags, bombs: each has a defined outcome, in bounded memory, and costs no worker."""

import json
import select
import subprocess
import time
from pathlib import Path

import pytest
from support.hostile_files import HOSTILE
from support.hostile_media import flac

from auralis_cli.settings.values import Settings
from auralis_cli.workers.program import find_worker

CEILING = 192 << 20
"""Address space in bytes, of which the program and its stack are 20 MB: the worker aborts beyond it."""


@pytest.fixture(scope="session")
def worker() -> Path:
    """The worker that `scan` would use."""
    return find_worker(Settings(cache=Path("cache.db"), jobs=1))


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_has_its_outcome_below_the_memory_ceiling(
    name: str, tmp_path: Path, worker: Path
) -> None:
    hostile = HOSTILE[name]
    file = tmp_path / f"{name}.audio"
    file.write_bytes(hostile.make())
    run = subprocess.run(
        [worker, "analyze", "--ffmpeg", "none", "--memory-limit", str(CEILING), file],
        capture_output=True,
        timeout=200,
        check=False,
    )
    assert run.returncode in (0, 1), run.stderr.decode()
    answer = json.loads(run.stdout)
    if hostile.fails_with is None:
        assert answer["type"] == "done", answer
        warnings = [warning["code"] for warning in answer["warnings"]]
        assert warnings == ([] if hostile.warns_of is None else [hostile.warns_of])
    else:
        assert answer["type"] == "failed", answer
        assert answer["error"]["code"] == hostile.fails_with


def test_a_bomb_reports_progress_so_that_a_deadline_can_end_it(tmp_path: Path, worker: Path) -> None:
    """A few kilobytes of FLAC that decode to 37 hours: `serve` keeps talking, and dies when it is told to."""
    bomb = tmp_path / "bomb.flac"
    frames = flac(samples=0, frames=2000)
    bomb.write_bytes(frames + frames[len(flac(samples=0, frames=0)) :] * 44)
    with subprocess.Popen(
        [worker, "serve", "--ffmpeg", "none", "--memory-limit", str(CEILING)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"type": "analyze", "id": 1, "path": str(bomb)}).encode() + b"\n")
        process.stdin.flush()
        heard: list[dict[str, object]] = []
        end = time.monotonic() + 60
        while len(heard) < 6 and time.monotonic() < end:
            if select.select([process.stdout], [], [], 1)[0]:
                heard.append(json.loads(process.stdout.readline()))
        process.kill()
    kinds = [line["type"] for line in heard]
    assert kinds == ["ready", "started", "progress", "progress", "progress", "progress"]
    times = [float(str(line["audio_seconds"])) for line in heard[2:]]
    assert times == sorted(times)
    assert times[0] < times[-1]
