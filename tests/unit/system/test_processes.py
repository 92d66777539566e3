"""Memory and waiting of a process tree, read from a made-up /proc and from the real one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from auralis_cli.system.processes import resident_bytes, waits_for_disk

PAGE = os.sysconf("SC_PAGE_SIZE")


def add_process(proc: Path, pid: int, *, pages: int, states: str = "S", children: str = "") -> None:
    for number, state in enumerate(states):
        thread = proc / str(pid) / "task" / str(pid + number)
        thread.mkdir(parents=True)
        (thread / "stat").write_text(f"{pid + number} (a (b) c) {state} 1 2 3")
        (thread / "children").write_text(children if number == 0 else "")
    (proc / str(pid) / "statm").write_text(f"9999 {pages} 1 1 0 1 0")


def test_memory_is_that_of_the_process_and_all_below_it(tmp_path: Path) -> None:
    add_process(tmp_path, 10, pages=3, children="20 30 ")
    add_process(tmp_path, 20, pages=5, children="40 ")
    add_process(tmp_path, 30, pages=7)
    add_process(tmp_path, 40, pages=11)
    add_process(tmp_path, 50, pages=13)
    assert resident_bytes(10, tmp_path) == 26 * PAGE


@pytest.mark.parametrize(
    ("worker", "child", "waits"), [("SS", "S", False), ("SD", "S", True), ("R", "D", True)]
)
def test_one_thread_that_waits_for_a_disk_is_enough(
    tmp_path: Path, worker: str, child: str, waits: bool
) -> None:
    add_process(tmp_path, 10, pages=1, states=worker, children="20")
    add_process(tmp_path, 20, pages=1, states=child)
    assert waits_for_disk(10, tmp_path) is waits


def test_nothing_is_known_of_a_process_that_has_gone(tmp_path: Path) -> None:
    assert resident_bytes(10, tmp_path) == 0
    assert not waits_for_disk(10, tmp_path)


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="needs Linux")
def test_the_memory_of_a_real_process_is_what_it_holds() -> None:
    script = "held = bytearray(64 << 20); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        held = resident_bytes(process.pid)
        process.communicate(b"\n")
    assert 64 << 20 <= held <= 128 << 20
