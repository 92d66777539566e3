"""The Rust tests, as one item with its own time limit."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_cargo_test_passes_and_runs_tests(checkout: Path) -> None:
    """All crates' tests pass; a run that finds no tests is a failure, not a pass."""
    cargo = shutil.which("cargo")
    if cargo is None:
        pytest.fail("cargo is not on PATH: install a Rust toolchain, the worker is built and tested with it")
    run = subprocess.run(
        [cargo, "test", "--workspace", "--locked", "--color", "never"],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, (run.stdout + run.stderr)[-20_000:]
    passed = [
        int(count) for count in re.findall(r"^test result: ok\. (\d+) passed", run.stdout, re.MULTILINE)
    ]
    assert sum(passed) > 100, f"cargo test ran only {sum(passed)} tests"
