"""What several tests share: programs that may be missing, and the checkout."""

import os
import shutil
from pathlib import Path

import hypothesis
import pytest


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker for tests that need a program of the system; no time limits of hypothesis."""
    hypothesis.settings.register_profile("auralis", deadline=None)  # a busy machine is no defect
    hypothesis.settings.load_profile("auralis")
    config.addinivalue_line("markers", "needs(*programs): skip by name where a program is missing")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test whose programs are missing, or fail it where they are required (in CI)."""
    for marker in item.iter_markers("needs"):
        for program in marker.args:
            if shutil.which(program) is None:
                message = f"needs the program {program}"
                if os.environ.get("AURALIS_REQUIRE_PROGRAMS") == "1":
                    pytest.fail(message)
                pytest.skip(message)


@pytest.fixture(scope="session")
def checkout() -> Path:
    """Root of the source tree."""
    return Path(__file__).parent.parent


@pytest.fixture(scope="session")
def fixture_audio(checkout: Path) -> Path:
    """Folder of the small audio files."""
    return checkout / "fixtures" / "audio"
