"""Ctrl-C and its relatives: what is finished is kept, the scan ends soon, no worker stays behind."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.scripted_tracks import FakeWorker, write_track

from auralis_cli.commands.run_scan import run_scan
from auralis_cli.model.errors import ExitCode
from auralis_cli.settings.values import Settings, SidecarMode

SCAN = """
import signal
import sys
from pathlib import Path
from auralis_cli.commands.run_scan import run_scan
from auralis_cli.settings.values import Settings, SidecarMode
# Under nohup or behind a script's & the tests inherit ignored signals, which a scan would respect.
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)
music, cache, worker = sys.argv[1:]
settings = Settings(cache=Path(cache), jobs=2, sidecars=SidecarMode.NONE, worker=Path(worker), ffmpeg="none")
sys.exit(run_scan([music], settings, json=True))
"""


class RunningScan:
    """A scan in its own process over ten tracks that end at once and two that never do."""

    def __init__(self, root: Path) -> None:
        self.worker = FakeWorker(root)
        self._music, self.cache = root / "music", root / "results.db"
        for number in range(10):
            write_track(self._music, f"{number}.flac", size=1000)
        for number in range(2):
            write_track(self._music, f"endless{number}.flac", "hang")
        arguments = [str(self._music), str(self.cache), str(self.worker.program)]
        self.process = subprocess.Popen(
            [sys.executable, "-c", SCAN, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait_until_stuck(self) -> None:
        """Until both workers are busy with an endless track."""
        give_up = time.monotonic() + 30
        while not {"endless0.flac", "endless1.flac"} <= set(self.worker.started()):
            assert time.monotonic() < give_up
            time.sleep(0.02)

    def wait_until_started(self, starts: int) -> None:
        """Until workers have taken up tracks this many times in all."""
        give_up = time.monotonic() + 30
        while len(self.worker.started()) < starts:
            assert time.monotonic() < give_up
            time.sleep(0.02)

    def workers(self) -> list[int]:
        """Processes that run the fake worker for this scan."""
        found = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes()
            except OSError:
                continue
            if str(self.worker.log).encode() in command:
                found.append(int(folder.name))
        return found

    def wait_until_workers_are_gone(self) -> None:
        """A killed process takes a moment to disappear."""
        give_up = time.monotonic() + 10
        while self.workers():
            assert time.monotonic() < give_up
            time.sleep(0.02)

    def cached(self) -> int:
        """Tracks that a next scan finds in the cache."""
        for path in self._music.glob("endless*"):
            path.unlink()
        before = len(self.worker.started())
        settings = Settings(
            cache=self.cache, jobs=1, sidecars=SidecarMode.NONE, worker=self.worker.program, ffmpeg="none"
        )
        assert run_scan([str(self._music)], settings, quiet=True) is ExitCode.OK
        return 10 - (len(self.worker.started()) - before)


@pytest.fixture
def scan(tmp_path: Path) -> Iterator[RunningScan]:
    running = RunningScan(tmp_path)
    running.wait_until_stuck()
    yield running
    running.process.kill()
    running.process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_the_scan_within_two_seconds_and_keeps_the_results(
    scan: RunningScan, number: signal.Signals
) -> None:
    began = time.monotonic()
    scan.process.send_signal(number)
    out, report = scan.process.communicate(timeout=20)
    assert time.monotonic() - began < 3.0  # two promised, one for a machine under load
    assert scan.process.returncode == ExitCode.INTERRUPTED
    summary = json.loads(out.splitlines()[-1])
    assert (summary["event"], summary["analysed"], summary["interrupted"]) == ("summary", 10, True)
    assert "10 tracks interrupted after" in report
    assert "left     2 tracks\n" in report
    scan.wait_until_workers_are_gone()
    assert scan.cached() == 10


def test_a_second_signal_ends_the_scan_at_once(scan: RunningScan) -> None:
    time.sleep(1.2)  # longer than the time between two commits
    scan.process.send_signal(signal.SIGINT)
    time.sleep(0.2)
    scan.process.send_signal(signal.SIGINT)
    out, told = scan.process.communicate(timeout=20)
    assert scan.process.returncode == ExitCode.INTERRUPTED
    assert '"event":"summary"' not in out
    assert told.splitlines()[-1] == (
        "auralis: ended at once; 10 tracks were analysed; all but those of the last second are stored in "
        f"{scan.cache}"
    )
    scan.wait_until_workers_are_gone()
    assert scan.cached() == 10


def test_a_reader_that_goes_away_ends_the_scan_and_keeps_the_results(scan: RunningScan) -> None:
    assert scan.process.stdout is not None
    assert scan.process.stderr is not None
    for _ in range(11):  # the start and ten tracks
        assert scan.process.stdout.readline()
    scan.process.stdout.close()
    for starts in (12, 14):  # each endless track fails when it has lost two workers: two more lines to write
        scan.wait_until_started(starts)
        for worker in scan.workers():
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)
    scan.process.wait(30)
    assert "Traceback" not in scan.process.stderr.read()
    assert scan.process.returncode == ExitCode.INTERRUPTED
    assert scan.cached() == 10
