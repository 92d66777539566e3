"""The closed set of codes against all that makes them."""

import re
from pathlib import Path

import pytest

from auralis_cli.model.codes import error_codes, warning_codes
from auralis_cli.render.failure_list import ADVICE

RUST_WARNING = re.compile(r"WarningCode::(\w+)")
PYTHON_WARNING = re.compile(r'TrackWarning\(\s*"(\w+)"')
PYTHON_ERROR = re.compile(r'(?:TrackError|WorkerLostError)\([^()]*?"(\w+)"(?: if \w+ else "(\w+)")?[,)]')


def found(folder: Path, files: str, pattern: re.Pattern[str]) -> set[str]:
    texts = [path.read_text("utf-8") for path in folder.rglob(files) if "target" not in path.parts]
    return {code for text in texts for match in pattern.finditer(text) for code in match.groups() if code}


def snake_case(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def test_every_warning_that_the_worker_or_the_reference_gives_is_known(checkout: Path) -> None:
    made = {snake_case(name) for name in found(checkout / "rust", "*.rs", RUST_WARNING)}
    assert {"truncated", "damaged", "non_finite_samples"} <= made
    made |= found(checkout / "auralis_cli", "*.py", PYTHON_WARNING)
    assert made == warning_codes()


def test_every_failure_that_the_parent_gives_is_known(checkout: Path) -> None:
    made = found(checkout / "auralis_cli", "*.py", PYTHON_ERROR)
    assert {"not_found", "timed_out", "read_stalled", "invalid_result", "changed_during_analysis"} <= made
    assert made <= error_codes()


@pytest.mark.parametrize("code", sorted(ADVICE))
def test_advice_is_about_codes_that_exist(code: str) -> None:
    assert code in error_codes()
