"""kill -9 of the parent: the real worker and its ffmpeg are gone within a second, whatever they do."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.processes import children, descendants, ffmpeg_of, is_alive, kill, seconds_until
from support.synthetic_library import write_library

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="looks into /proc")

PROMISED_S, UNDER_LOAD_S = 1.0, 2.0

PARENT = """
import asyncio
import sys
from pathlib import Path
from auralis_cli.settings.values import Settings
from auralis_cli.workers.program import WorkerCommand, find_worker
from auralis_cli.workers.process import WorkerLostError
from auralis_cli.workers.process import WorkerProcess

async def run():
    command = WorkerCommand(find_worker(Settings(cache=Path("unused.db"), jobs=1)), sys.argv[1])
    worker = await WorkerProcess.start(command)
    for number, path in enumerate(sys.argv[2:]):
        with open(path, "rb") as track:
            worker.send(number, path, track.fileno())
    print("ready", flush=True)
    try:
        while True:
            await worker.receive()
    except WorkerLostError:
        await worker.kill()
    await asyncio.sleep(600)

asyncio.run(run())
"""


class Family:
    """A parent with one worker, which it has asked to analyse these files."""

    def __init__(self, ffmpeg: str, *paths: Path) -> None:
        arguments = [sys.executable, "-c", PARENT, ffmpeg, *map(str, paths)]
        self.parent = subprocess.Popen(arguments, stdout=subprocess.PIPE)
        assert self.parent.stdout is not None
        assert self.parent.stdout.readline() == b"ready\n"
        (self.worker,) = children(self.parent.pid)

    def kill_parent(self) -> float:
        """Kills the parent alone; seconds until all that it had started is gone."""
        below = [self.worker, *descendants(self.worker)]
        os.kill(self.parent.pid, signal.SIGKILL)
        self.parent.wait()
        try:
            return seconds_until(lambda: not any(map(is_alive, below)), PROMISED_S + UNDER_LOAD_S)
        finally:
            kill(below)


@pytest.fixture
def hanging_ffmpeg(tmp_path: Path) -> Path:
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\nexec sleep 600\n")
    program.chmod(0o755)
    return program


def test_an_idle_worker_ends_with_its_parent() -> None:
    Family("none").kill_parent()


def test_a_worker_in_the_middle_of_a_track_ends_with_its_parent(tmp_path: Path) -> None:
    write_library(tmp_path / "music", tracks=1, seed=5)
    (track,) = (tmp_path / "music").iterdir()
    Family("none", *[track] * 500).kill_parent()


def test_a_worker_and_an_ffmpeg_that_hang_end_with_their_parent(tmp_path: Path, hanging_ffmpeg: Path) -> None:
    track = tmp_path / "track.wv"
    track.write_bytes(b"wvpk" + bytes(64))
    family = Family(str(hanging_ffmpeg), track)
    seconds_until(lambda: ffmpeg_of(family.worker) is not None, 20)
    family.kill_parent()


def test_an_ffmpeg_that_hangs_ends_with_its_worker(tmp_path: Path, hanging_ffmpeg: Path) -> None:
    track = tmp_path / "track.wv"
    track.write_bytes(b"wvpk" + bytes(64))
    family = Family(str(hanging_ffmpeg), track)
    seconds_until(lambda: ffmpeg_of(family.worker) is not None, 20)
    below = descendants(family.worker)
    os.kill(family.worker, signal.SIGKILL)
    try:
        seconds_until(lambda: not any(map(is_alive, below)), PROMISED_S + UNDER_LOAD_S)
    finally:
        kill(below)
        family.kill_parent()
