"""Scans of the installed program in processes of their own, to be killed; and what they leave behind."""

import contextlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from auralis_cli.settings.values import Settings
from auralis_cli.store.sidecar_format import Sidecar
from auralis_cli.workers.program import find_worker
from support.processes import LAUNCHER, kill, name_of, running

ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextlib.contextmanager
def heard_by_children() -> Iterator[None]:
    """Children get these signals, also if the tests run under nohup or a script's &, which ignore them."""
    before = {number: signal.signal(number, lambda *_: None) for number in ENDING}  # caught: exec resets it
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


class KillableScan:
    """`auralis ARGUMENTS` with a worker under a name of its own; notes when each line of its output came."""

    def __init__(self, home: Path, *arguments: str | Path) -> None:
        self._worker = home / "workers" / "fp-worker"
        if not self._worker.exists():
            self._worker.parent.mkdir()
            self._worker.symlink_to(find_worker(Settings(cache=home / "unused.db", jobs=1)))
        kept = {name: value for name, value in os.environ.items() if not name.startswith("AURALIS_")}
        own = {
            "AURALIS_CONFIG": str(home / "config.toml"),
            "AURALIS_WORKER": str(self._worker),
            "HOME": str(home),
        }
        with heard_by_children(), (home / "scan.log").open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "auralis_cli", *map(str, arguments)],
                env=kept | own,
                stdout=subprocess.PIPE,
                stderr=log,
            )
        self.started_at = time.monotonic()
        self.lines: list[tuple[float, dict[str, Any]]] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.ended_at = 0.0

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with contextlib.suppress(json.JSONDecodeError):  # the last line of a kill
                self.lines.append((time.monotonic(), json.loads(line)))

    def end(self, *numbers: signal.Signals, gap_s: float = 0.1) -> float:
        """Sends these signals, and waits; seconds that the end took."""
        self.ended_at = time.monotonic()
        for number in numbers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.process.pid, number)
            if number is not numbers[-1]:
                time.sleep(gap_s)
        return self.wait()

    def wait(self, limit_s: float = 600.0) -> float:
        """Waits for its end; seconds since `end`, if that was called."""
        self.process.wait(limit_s)
        took = time.monotonic() - self.ended_at
        self._reader.join()
        return took

    def workers(self) -> list[int]:
        """Process ids of its workers, also after its own end."""
        found = running(f"{self._worker}\0serve")
        return [pid for pid in found if name_of(pid) != LAUNCHER]

    def emitted(self, before: float = float("inf")) -> set[str]:
        """The tracks that were reported as analysed before this time."""
        return {
            line["path"]
            for when, line in list(self.lines)
            if line.get("status") == "analysed" and when < before
        }


@contextlib.contextmanager
def killing_workers(
    scan: KillableScan, dice: random.Random, least_s: float, most_s: float
) -> Iterator[list[float]]:
    """Kills one of the scan's workers, again and again; the list gets the time of each kill."""
    kills: list[float] = []
    over = threading.Event()

    def run() -> None:
        while not over.wait(dice.uniform(least_s, most_s)):
            if workers := scan.workers():
                kills.extend([time.monotonic()] * kill([dice.choice(workers)]))

    thread = threading.Thread(target=run)
    thread.start()
    try:
        yield kills
    finally:
        over.set()
        thread.join()


def stored(cache: Path) -> dict[str, tuple[Any, ...]]:
    """What the cache holds of each path, but for the time of the analysis; fails where it is damaged."""
    if not cache.exists():
        return {}
    with contextlib.closing(sqlite3.connect(cache)) as connection:
        connection.row_factory = sqlite3.Row
        assert connection.execute("PRAGMA integrity_check").fetchone()[0] == "ok"
        if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
            return {}
        rows = [dict(row) for row in connection.execute("SELECT * FROM tracks")]
    return {
        os.fsdecode(row.pop("path")): tuple(
            value for name, value in row.items() if name not in ("analysed_at", "mtime_ns")
        )
        for row in rows
    }


def check_sidecars(folder: Path) -> int:
    """Every sidecar is whole; how many there are."""
    sidecars = list(folder.rglob("*.auralis.json"))
    for path in sidecars:
        msgspec.json.decode(path.read_bytes(), type=Sidecar)
    return len(sidecars)
