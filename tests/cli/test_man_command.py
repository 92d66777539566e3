"""`auralis man`: the page has all that the help has, and programs that read manual pages accept it."""

import shutil
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from auralis_cli.app import COMMANDS, app
from auralis_cli.lazy_group import load_command
from auralis_cli.render.man_page import roff
from auralis_cli.settings.environment import OTHER_VARIABLES
from auralis_cli.settings.table import SETTINGS


@pytest.fixture(scope="module")
def page() -> str:
    done = CliRunner().invoke(app, ["man"])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_every_command_option_and_variable_is_in_it(page: str) -> None:
    assert page.isascii()
    for entry in COMMANDS:
        command = load_command(entry)
        for name, part in getattr(command, "commands", {"": command}).items():
            head = roff(f"auralis {entry.name} {name}".rstrip())
            section = page.partition(f"\n.SS {head} ")[2].partition("\n.SS ")[0]
            assert section, head
            for parameter in part.params:
                shown = parameter.opts[0] if parameter.param_type_name == "option" else ""
                assert roff(shown) in section, (head, shown)
    for variable in [*OTHER_VARIABLES, *(setting.environment for setting in SETTINGS)]:
        assert f"\n.B {variable}\n" in page


def test_nothing_in_a_text_is_a_command_of_roff() -> None:
    assert roff(".TH \\fB it's ~/a-b…") == "\\&.TH \\efB it\\(aqs \\(ti/a\\-b\\[u2026]"


@pytest.mark.parametrize(
    "reader", [["groff", "-man", "-Tutf8", "-ww"], ["man", "--warnings", "-l"], ["mandoc", "-Wwarning"]]
)
def test_readers_of_manual_pages_have_no_complaint(reader: list[str], page: str, tmp_path: Path) -> None:
    if shutil.which(reader[0]) is None:
        pytest.skip(f"{reader[0]} is not installed")
    (tmp_path / "auralis.1").write_text(page)
    done = subprocess.run(
        [*reader, str(tmp_path / "auralis.1")], capture_output=True, text=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "auralis scan" in done.stdout.replace("\b", "")
