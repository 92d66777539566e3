"""Any bytes as a configuration file are settings or an error that says what to do, nothing else."""

from pathlib import Path
from typing import Any

import pytest
import tomli_w
from hypothesis import example, given
from hypothesis import strategies as st
from support.fuzz_settings import fuzz

from auralis_cli.model.errors import ConfigError
from auralis_cli.settings.config_file import read_values
from auralis_cli.settings.resolve import resolve_with_sources
from auralis_cli.settings.table import SETTINGS

pytestmark = pytest.mark.slow

VALUES = st.recursive(
    st.booleans()
    | st.integers(-(1 << 63), (1 << 63) - 1)
    | st.floats()
    | st.text(max_size=30)
    | st.datetimes()
    | st.sampled_from(["~", "~nobody/x", "/", "none", "beside", "mirror", "\0", "a/../../b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)


def read(path: Path) -> dict[str, Any] | None:
    """The values, or None for an error that names the file and says what to do."""
    try:
        return read_values(path)
    except ConfigError as error:
        explained(error, str(path))
        return None


def explained(error: ConfigError, place: str) -> None:
    """A configuration error names its place and says what to do."""
    message = str(error)
    assert place in message
    assert ";" in message


@fuzz
@given(st.binary(max_size=200))
@example(b"jobs = " + b"9" * 5000)
@example(b"jobs = " + b"[" * 20_000)
@example(b"a" + b".a" * 20_000 + b" = 1")
@example(b'cache = "' + b"/x" * 10_000 + b'"')
@example(b"jobs = 2\xff")
@example(b"[[[")
def test_any_bytes_are_settings_or_an_error(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(content)
    read(path)


@fuzz
@given(st.dictionaries(st.sampled_from([setting.key for setting in SETTINGS]), VALUES, max_size=4))
def test_any_value_of_a_setting_is_checked_or_refused(tmp_path: Path, table: dict[str, Any]) -> None:
    path = tmp_path / "config.toml"
    try:
        path.write_text(tomli_w.dumps(table), "utf-8")
    except (TypeError, UnicodeEncodeError):  # what TOML cannot hold
        return
    values = read(path)
    assert values is None or values.keys() == table.keys()


@fuzz
@given(
    st.dictionaries(
        st.sampled_from([setting.environment for setting in SETTINGS]),
        st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30),
        max_size=4,
    )
)
def test_any_environment_gives_settings_or_an_error(tmp_path: Path, environment: dict[str, str]) -> None:
    try:
        resolve_with_sources({}, {"AURALIS_CONFIG": str(tmp_path / "none.toml"), **environment})
    except ConfigError as error:
        explained(error, "the environment")
