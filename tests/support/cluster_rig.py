"""A Dask cluster of real processes on three hosts that have the same music at different places.

alpha scans and runs the scheduler; beta and gamma run Dask workers. What is on them afterwards can be told.
"""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import pytest

from support.cluster_hosts import Host, hosts_on_a_switch
from support.processes import kill, name_of, seconds_until

LONG: Final = pytest.mark.skipif(
    "AURALIS_CLUSTER_FILES" not in os.environ, reason="takes minutes: set AURALIS_CLUSTER_FILES=60 to run it"
)
"""Of tests that a usual run leaves out."""
PORT: Final = 8786
START_S: Final = 60.0
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})
_STATE: Final = """
import json, sys
from distributed import Client
def of_scheduler(dask_scheduler):
    return {
        "workers": sorted(dask_scheduler.workers),
        "tasks": sorted(map(str, dask_scheduler.tasks)),
        "plugins": sorted(name for name in dask_scheduler.plugins if "auralis" in str(name)),
    }
def of_worker(dask_worker):
    return [name for name in dask_worker.plugins if "auralis" in name] + list(map(str, dask_worker.data))
with Client(sys.argv[1], timeout=20) as client:
    state = client.run_on_scheduler(of_scheduler)
    state["left"] = sorted(sum(client.run(of_worker).values(), []))
print(json.dumps(state))
"""


class ClusterScan:
    """`auralis scan` on alpha, and the lines of its JSON as they come."""

    def __init__(self, host: Host, log: Path, environment: Mapping[str, str], *arguments: str | Path) -> None:
        with log.open("ab") as errors:
            self.process = host.start(
                *(sys.executable, "-m", "auralis_cli", *arguments, "--json"),
                env=environment,
                cwd=log.parent,
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        self.log = log
        self.lines: list[dict[str, Any]] = []
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            with contextlib.suppress(json.JSONDecodeError):  # the last line of a kill
                self.lines.append(json.loads(line))

    @property
    def tracks(self) -> list[dict[str, Any]]:
        """The results so far."""
        return [line for line in list(self.lines) if line.get("event") == "track"]

    def until(self, tracks: int, limit_s: float = 120.0) -> None:
        """Waits for so many results."""
        seconds_until(lambda: len(self.tracks) >= tracks or self.process.poll() is not None, limit_s)
        assert self.process.poll() is None, f"it ended early: {self.log.read_text()}"

    def end(self, limit_s: float = 300.0) -> int:
        """Its exit code."""
        code = self.process.wait(limit_s)
        self._reader.join()
        return code


class Rig:
    """See the module. `places`: where each host has the music; by default a place of its own."""

    def __init__(self, folder: Path, music: Path, *, same_places: bool = False) -> None:
        self.folder = folder
        self.places = {
            name: music if same_places else folder / name / place
            for name, place in (("alpha", "music"), ("beta", "nas/music"), ("gamma", "srv/audio"))
        }
        hidden = [] if same_places else [music]
        mounts = {} if same_places else {name: {place: music} for name, place in self.places.items()}
        self.alpha, self.beta, self.gamma = (
            Host(name, number, mounts.get(name, {}), hidden) for number, name in enumerate(self.places, 1)
        )
        self.hosts = (self.alpha, self.beta, self.gamma)
        self.address = f"tcp://{self.alpha.address}:{PORT}"
        self.music = self.places["alpha"]
        self._number = 0

    @property
    def maps(self) -> list[str]:
        """The options that tell where beta and gamma have the music."""
        options = []
        for name in ("beta", "gamma"):
            if self.places[name] != self.music:
                options += ["--path-map", f"{name}@{self.music}={self.places[name]}"]
        return options

    def start_scheduler(self) -> "subprocess.Popen[str]":
        """Starts it on alpha, and waits until it answers."""
        started = self._dask(self.alpha, "scheduler", "--host", self.alpha.address, "--port", str(PORT))
        seconds_until(self._answers, START_S)
        return started

    def start_worker(
        self, host: Host, *options: str, threads: int = 1, env: Mapping[str, str] = NOTHING
    ) -> "subprocess.Popen[str]":
        """Starts a Dask worker with its nanny; does not wait."""
        common = ["--nthreads", str(threads), "--host", host.address, "--local-directory", "dask"]
        return self._dask(host, "worker", self.address, *common, *options, env=env)

    def start(self) -> None:
        """Starts all three, and waits until the scheduler knows both workers."""
        self.start_scheduler()
        for host in (self.beta, self.gamma):
            self.start_worker(host)
        seconds_until(lambda: len(self.state()["workers"]) == 2, START_S)

    def _dask(
        self, host: Host, program: str, *arguments: str, env: Mapping[str, str] = NOTHING
    ) -> "subprocess.Popen[str]":
        self._number += 1
        home = self.home_of(host)
        (home / "tmp").mkdir(parents=True, exist_ok=True)
        own = {"HOME": str(home), "TMPDIR": str(home / "tmp"), "AURALIS_CONFIG": str(home / "none.toml")}
        with (self.folder / f"{host.name}-{program}-{self._number}.log").open("wb") as log:
            return host.start(
                *(sys.executable, "-m", "dask", program, *arguments, "--no-dashboard"),
                env={**own, **env},
                cwd=home,
                stdout=log,
                stderr=log,
            )

    def home_of(self, host: Host) -> Path:
        """The folder with all that programs on the host write."""
        return self.folder / "homes" / host.name

    def _answers(self) -> bool:
        """Whether the scheduler listens."""
        command = ["ip", "netns", "exec", self.alpha.namespace, "ss", "-Hltn", f"sport = :{PORT}"]
        return bool(subprocess.run(command, capture_output=True, check=True, text=True).stdout.strip())

    def state(self) -> dict[str, Any]:
        """What the scheduler and its workers have in memory."""
        for _ in range(3):  # a worker that is about to leave may not answer any more
            run = self.alpha.run(sys.executable, "-c", _STATE, self.address)
            if run.returncode == 0:
                state: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
                return state
        raise AssertionError(run.stderr)

    def scan(
        self, cache: Path, *flags: str, local: bool = False, env: Mapping[str, str] = NOTHING
    ) -> ClusterScan:
        """A scan on alpha, of the cluster unless it is `local`."""
        engine = [] if local else ["--engine", "dask", "--scheduler", self.address, *self.maps]
        where = ["--cache", str(cache), "--sidecars", "none"]
        home = {"HOME": str(self.folder), "AURALIS_CONFIG": str(self.folder / "none.toml")}
        log = self.folder / "scan.log"
        options = [*where, *engine, *flags]
        return ClusterScan(self.alpha, log, {**home, **env}, "scan", self.music, *options)

    def check(self, *flags: str) -> "subprocess.CompletedProcess[str]":
        """`auralis cluster check` on alpha."""
        command = (sys.executable, "-m", "auralis_cli", "cluster", "check", self.music)
        home = {"HOME": str(self.folder), "AURALIS_CONFIG": str(self.folder / "none.toml"), "COLUMNS": "120"}
        return self.alpha.run(*command, "--scheduler", self.address, *flags, cwd=self.folder, env=home)

    def dask_workers(self, host: Host) -> list[int]:
        """The processes of Dask workers on the host, not their nannies."""
        return host.pids("spawn_main") or host.pids("dask\0worker")

    def nannies(self, host: Host) -> list[int]:
        """The processes that watch over Dask workers."""
        return host.pids("dask\0worker")

    def fp_workers(self, host: Host) -> list[int]:
        """The processes that analyse."""
        return [pid for pid in host.pids("\0serve") if name_of(pid) != "fp-launcher"]

    def leftovers(self, limit_s: float = 10.0) -> list[str]:
        """What a scan has left on the cluster this long after its end: tasks, plugins, processes, files."""
        give_up = time.monotonic() + limit_s
        while (found := self._leftovers()) and time.monotonic() < give_up:
            time.sleep(0.2)
        return found

    def _leftovers(self) -> list[str]:
        state = self.state()
        found = [f"{kind} {name}" for kind in ("tasks", "plugins", "left") for name in state[kind]]
        for host in (self.beta, self.gamma):
            found += [f"process {pid} on {host.name}" for pid in self.fp_workers(host)]
            found += [f"file {path}" for path in (self.home_of(host) / "tmp").rglob("*auralis*")]
            for pid in self.dask_workers(host):
                found += [f"open {name} in {pid} on {host.name}" for name in _unlinked(pid)]
        return found


def _unlinked(pid: int) -> list[str]:
    """Open files of the process that no folder has: memory files and unlinked ones of auralis."""
    names = []
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with contextlib.suppress(OSError):
            target = os.readlink(link)
            if "memfd:" in target or ("deleted" in target and ("auralis" in target or "/#" in target)):
                names.append(target)
    return names


@contextlib.contextmanager
def three_hosts(folder: Path, music: Path, *, same_places: bool = False) -> Iterator[Rig]:
    """The rig on its switch, with nothing started; all of it ends with the block."""
    rig = Rig(folder, music, same_places=same_places)
    with hosts_on_a_switch(rig.hosts):
        yield rig


def kill_one(pids: list[int]) -> None:
    """kill -9 of the first, which has to be there."""
    assert pids, "there is no such process"
    kill(pids[:1])


def interrupt(scan: ClusterScan) -> None:
    """Ctrl-C."""
    os.kill(scan.process.pid, signal.SIGINT)
