"""The Rust tests: they take longest to compile, so that has a test, and a time limit, of its own."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]


def cargo_test(checkout: Path, *flags: str) -> str:
    """What `cargo test` of all crates prints; fails the test where it fails."""
    cargo = shutil.which("cargo")
    if cargo is None:
        pytest.fail("cargo is not on PATH: install a Rust toolchain, the worker is built and tested with it")
    run = subprocess.run(
        [cargo, "test", "--workspace", "--locked", "--color", "never", *flags],
        cwd=checkout,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, (run.stdout + run.stderr)[-20_000:]
    return run.stdout


def test_the_rust_tests_compile(checkout: Path) -> None:
    cargo_test(checkout, "--no-run")


def test_cargo_test_passes_and_runs_tests(checkout: Path) -> None:
    """All crates' tests pass; a run that finds no tests is a failure, not a pass."""
    output = cargo_test(checkout, "--tests")
    passed = [int(count) for count in re.findall(r"^test result: ok\. (\d+) passed", output, re.MULTILINE)]
    assert sum(passed) > 100, f"cargo test ran only {sum(passed)} tests"


def test_the_examples_in_the_rust_documentation_pass(checkout: Path) -> None:
    cargo_test(checkout, "--doc")
