"""Hosts of a cluster on one machine: network namespaces on a switch of their own, each with the music mounted
at a place of its own. Needs root, `ip` and `unshare`.
"""

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from support.processes import is_alive, kill

NETWORK: Final = "10.213.77"
CGROUPS: Final = Path("/sys/fs/cgroup/cpu")


def why_no_hosts() -> str | None:
    """Why hosts cannot be made here, for the reason of a skip; None where they can."""
    if os.name != "posix" or os.geteuid() != 0:
        return "needs root, for network namespaces"
    if shutil.which("ip") is None or shutil.which("unshare") is None:
        return "needs the programs ip (iproute2) and unshare"
    name = f"auralis-try-{os.getpid()}"
    tried = subprocess.run(["ip", "netns", "add", name], capture_output=True, text=True, check=False)
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return None if tried.returncode == 0 else f"network namespaces are not allowed: {tried.stderr.strip()}"


class Host:
    """One host: an address, a name, and folders that only its own processes see.

    `mounts`: where it has which folder; that place is made, and empty for all others. What is `hidden` is
    empty for it, but for what is mounted from there.
    """

    def __init__(self, name: str, number: int, mounts: Mapping[Path, Path], hidden: Sequence[Path]) -> None:
        self.name = name
        self.namespace = f"auralis-{os.getpid()}-{name}"
        self.address = f"{NETWORK}.{number}"
        self.link = f"a{os.getpid() % 1_000_000}{name[0]}"
        self.mounts = dict(mounts)
        self.hidden = list(hidden)
        self.processes: list[subprocess.Popen[str]] = []

    def start(
        self, *command: str | Path, mounts: Mapping[Path, Path] | None = None, **options: Any
    ) -> "subprocess.Popen[str]":
        """Starts a program on the host, in a session of its own."""
        steps = ['hostname "$AURALIS_HOST"', "ip link set lo up"]
        for there, source in (self.mounts if mounts is None else mounts).items():
            there.mkdir(parents=True, exist_ok=True)
            steps.append(f"mount --bind '{source}' '{there}'")
        steps += [f"mount -t tmpfs none '{folder}'" for folder in self.hidden]
        script = " && ".join([*steps, 'exec "$@"'])
        outside = ["ip", "netns", "exec", self.namespace, "unshare", "--mount", "--uts", "sh", "-ec", script]
        environment = {**os.environ, "AURALIS_HOST": self.name, **options.pop("env", {})}
        process = subprocess.Popen(
            [*outside, "sh", *map(str, command)],
            env=environment,
            text=True,
            start_new_session=True,
            **options,
        )
        self.processes.append(process)
        return process

    def run(self, *command: str | Path, **options: Any) -> "subprocess.CompletedProcess[str]":
        """Runs a program on the host to its end; never raises for its exit code."""
        options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
        limit_s = options.pop("timeout", 120)
        process = self.start(*command, **options)
        try:
            output, errors = process.communicate(timeout=limit_s)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
        return subprocess.CompletedProcess(process.args, process.returncode, output, errors)

    def pids(self, text: str = "") -> list[int]:
        """The processes on the host with this text in their command line."""
        listed = subprocess.run(
            ["ip", "netns", "pids", self.namespace], capture_output=True, text=True, check=True
        )
        found = []
        for pid in map(int, listed.stdout.split()):
            with contextlib.suppress(OSError):
                if text.encode() in Path(f"/proc/{pid}/cmdline").read_bytes() and is_alive(pid):
                    found.append(pid)
        return found

    def cut(self) -> None:
        """Takes the host off the network; what runs there goes on."""
        _ip("-n", self.namespace, "link", "set", self.link, "down")

    def join(self) -> None:
        """Puts it back."""
        _ip("-n", self.namespace, "link", "set", self.link, "up")

    @contextlib.contextmanager
    def slowed(self, share: float) -> Iterator[None]:
        """All that runs on the host now gets this share of one processor, by the quota of a control group."""
        group = CGROUPS / self.namespace
        group.mkdir()
        try:
            (group / "cpu.cfs_quota_us").write_text(str(int(100_000 * share)))
            for pid in self.pids():
                (group / "cgroup.procs").write_text(str(pid))
            yield
        finally:
            for left in (group / "cgroup.procs").read_text().split():
                with contextlib.suppress(OSError):
                    (CGROUPS / "cgroup.procs").write_text(left)
            group.rmdir()

    def end(self) -> None:
        """Kills all that is left on the host."""
        kill(self.pids())
        for process in self.processes:
            process.wait(30)
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()


@contextlib.contextmanager
def hosts_on_a_switch(hosts: Sequence[Host]) -> Iterator[None]:
    """The hosts can reach each other and nothing else; all of it is gone afterwards."""
    switch = f"auralis-{os.getpid()}-switch"
    made = [switch]
    _ip("netns", "add", switch)
    try:
        _ip("-n", switch, "link", "add", "br0", "type", "bridge")
        _ip("-n", switch, "link", "set", "br0", "up")
        for host in hosts:
            _ip("netns", "add", host.namespace)
            made.append(host.namespace)
            plug = f"{host.link}p"
            _ip(
                *("-n", host.namespace, "link", "add", host.link, "type", "veth"),
                *("peer", "name", plug, "netns", switch),
            )
            _ip("-n", switch, "link", "set", plug, "master", "br0", "up")
            _ip("-n", host.namespace, "address", "add", f"{host.address}/24", "dev", host.link)
            _ip("-n", host.namespace, "link", "set", "lo", "up")
            host.join()
        yield
    finally:
        for host in hosts:
            if host.namespace in made:
                host.end()
        for namespace in made:
            _ip("netns", "del", namespace)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True, timeout=30)
