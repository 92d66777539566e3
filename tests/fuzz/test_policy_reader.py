"""Any bytes as an `auralis.toml` are a policy or an error that names the file, nothing else."""

from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import example, given
from hypothesis import strategies as st
from support.fuzz_settings import fuzz

from auralis_cli.check.limits import limit_rows
from auralis_cli.check.policy import Policies, Policy
from auralis_cli.check.policy_file import KEYS, POLICY_FILE
from auralis_cli.model.errors import ConfigError

pytestmark = pytest.mark.slow

PLAIN = st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.datetimes()
TEXTS = st.sampled_from(
    ["C", "q1", "all", "default", "true-peak", "error", "never", "streaming", "../x", "k.json"]
)
LIMITS = st.dictionaries(st.sampled_from([*limit_rows(), "limit"]), PLAIN, max_size=3)
VALUES = PLAIN | TEXTS | st.lists(TEXTS, max_size=3) | LIMITS
TABLES = st.dictionaries(st.sampled_from([*KEYS, "key"]), VALUES, max_size=4)


def read(folder: Path, content: bytes) -> Policy | None:
    """The policy, or None for an error that names the file."""
    (folder / POLICY_FILE).write_bytes(content)
    try:
        policies = Policies([str(folder)])
        policies.of(f"{folder}/Live/One")
        return policies.of(str(folder))
    except ConfigError as error:
        named(error, str(folder / POLICY_FILE))
        return None


def named(error: ConfigError, path: str) -> None:
    """An error names its file."""
    assert path in str(error)


@fuzz
@given(st.binary(max_size=200))
@example(b"target = " + b"9" * 5000)
@example(b"select = " + b"[" * 20_000)
@example(b"limits" + b".a" * 20_000 + b" = 1")
@example(b"[folders.'" + b"*a" * 2_000 + b"']")
@example(b"[[[")
def test_any_bytes_are_a_policy_or_an_error(tmp_path: Path, content: bytes) -> None:
    read(tmp_path, content)


@fuzz
@given(TABLES, st.dictionaries(st.text(max_size=8), TABLES, max_size=2))
def test_any_value_is_checked_or_refused(
    tmp_path: Path, table: dict[str, Any], folders: dict[str, Any]
) -> None:
    try:
        content = tomli_w.dumps({**table, "folders": folders}).encode()
    except (TypeError, UnicodeEncodeError):  # what TOML cannot hold
        return
    policy = read(tmp_path, content)
    if policy is not None:
        for name, row in limit_rows().items():
            value = getattr(policy.limits, name)
            assert (value is None and row.default is None) or isinstance(value, float)
