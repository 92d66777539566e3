"""A Dask cluster of real processes on loopback: a scheduler and workers that can be killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_S = 60.0


class DaskCluster:
    """A scheduler, whose address is in `scheduler_file`, and workers without nannies."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.scheduler_file = folder / "scheduler.json"
        self.workers: list[subprocess.Popen[bytes]] = []
        command = ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]
        self.scheduler = self._start(*command, "--scheduler-file", str(self.scheduler_file))
        give_up = time.monotonic() + START_S
        while not self.scheduler_file.exists():
            assert time.monotonic() < give_up, "the scheduler did not come up"
            time.sleep(0.05)

    def add_worker(self, *, threads: int = 1, cwd: Path | None = None, **environment: str) -> int:
        """Starts one more worker; returns its process id."""
        command = ["worker", "--scheduler-file", str(self.scheduler_file), "--no-nanny", "--no-dashboard"]
        options = ["--nthreads", str(threads), "--local-directory", str(self.folder / "dask")]
        self.workers.append(self._start(*command, *options, cwd=cwd, **environment))
        return self.workers[-1].pid

    def _start(self, *command: str, cwd: Path | None = None, **environment: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{command[0]}-{len(self.workers)}.log").open("wb")
        with log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", *command],
                stdout=log,
                stderr=log,
                cwd=cwd or self.folder,
                env=os.environ | environment,
            )

    def close(self) -> None:
        """Ends all."""
        processes = [*self.workers, self.scheduler]
        for process in processes:
            process.send_signal(signal.SIGKILL)
        for process in processes:
            process.wait(10)


@contextmanager
def running_cluster(folder: Path, *, workers: int = 2, threads: int = 1) -> Iterator[DaskCluster]:
    """A cluster that ends with the block."""
    cluster = DaskCluster(folder)
    try:
        for _ in range(workers):
            cluster.add_worker(threads=threads)
        yield cluster
    finally:
        cluster.close()
