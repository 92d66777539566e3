"""What several tests share: how they run side by side, programs that may be missing, and the checkout."""

import os
import shutil
from collections.abc import Generator
from pathlib import Path

import hypothesis
import pytest

MAX_PROCESSES = 8
"""More would start longer than they run."""


# One thread for each process: NumPy's threads wait for one another in loops while other processes compute.
for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker for tests that need a program of the system; no time limits of hypothesis."""
    hypothesis.settings.register_profile("auralis", deadline=None)  # a busy machine is no defect
    hypothesis.settings.load_profile("auralis")
    config.addinivalue_line("markers", "needs(*programs): skip by name where a program is missing")
    config.addinivalue_line("markers", "slow: takes seconds; runs first, and -m 'not slow' leaves it out")


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """One process more than processors: `cargo test` is one that only waits.

    No other process where output is wanted or time is measured, and for files that are named.
    """
    in_this_process = (
        config.option.capture == "no"
        or config.option.benchmark_enable
        or all(".py" in argument for argument in config.args)
    )
    return 0 if in_this_process else min(os.cpu_count() or 1, MAX_PROCESSES) + 1


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files with slow tests come first, and before all others the one that compiles."""
    slow_files = {item.path for item in items if item.get_closest_marker("slow")}
    items.sort(key=lambda item: (item.path.name != "test_rust.py", item.path not in slow_files))


def programs_are_required() -> bool:
    """Whether what is missing fails the suite, as in CI."""
    return os.environ.get("AURALIS_REQUIRE_PROGRAMS") == "1"


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose programs are missing, or fail it where they are required."""
    for marker in item.iter_markers("needs"):
        for program in marker.args:
            if shutil.which(program) is None:
                message = f"needs the program {program}"
                if programs_are_required():
                    pytest.fail(message)
                pytest.skip(message)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Where programs are required, a file that is skipped for a missing import fails."""
    report = yield
    if report.skipped and programs_are_required():
        report.outcome = "failed"
    return report


@pytest.fixture(scope="session")
def checkout() -> Path:
    """Root of the source tree."""
    return Path(__file__).parent.parent


@pytest.fixture(scope="session")
def fixture_audio(checkout: Path) -> Path:
    """Folder of the small audio files."""
    return checkout / "fixtures" / "audio"
