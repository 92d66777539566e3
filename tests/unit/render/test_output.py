"""Lines for a terminal: broken between words, and only there."""

import os
import pty
import subprocess
import sys

import pytest

from auralis_cli.render.formats import report_row
from auralis_cli.render.output import REPORT_INDENT, wrapped

WORDS = "the folder /music/a-very-long-name is not there, but 259 tracks below it are known; is it mounted?"


def test_a_line_that_fits_stays_as_it_is() -> None:
    assert wrapped("  two  blanks ", 80) == ["  two  blanks "]


@pytest.mark.parametrize("line", [WORDS, report_row("failed", WORDS), report_row("", WORDS)])
@pytest.mark.parametrize("columns", [80, 40])
def test_no_word_is_broken_and_all_of_them_are_there(line: str, columns: int) -> None:
    parts = wrapped(line, columns)
    assert len(parts) > 1
    assert max(map(len, parts)) <= columns
    assert " ".join(parts).split() == line.split()
    indent = REPORT_INDENT if line.startswith("  ") else 2
    assert all(len(part) - len(part.lstrip()) == indent for part in parts[1:])


def test_a_report_s_row_goes_on_below_its_text() -> None:
    assert len(report_row("failed", "")) == REPORT_INDENT


def test_a_word_longer_than_a_line_is_left_whole() -> None:
    path = "/" + "x" * 100
    assert f"{path}:" in [part.strip() for part in wrapped(f"cannot read {path}: no", 80)]


@pytest.mark.parametrize("terminal", [True, False])
def test_only_a_terminal_gets_broken_lines(terminal: bool) -> None:
    code = f"from auralis_cli.render.output import write_text; write_text({WORDS!r}, err=True)"
    environment = {name: value for name, value in os.environ.items() if name != "COLUMNS"}
    if not terminal:
        done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, check=True)
        assert done.stderr.decode() == f"{WORDS}\n"
        return
    ours, theirs = pty.openpty()
    subprocess.run(
        [sys.executable, "-c", code], env=environment | {"COLUMNS": "60"}, stderr=theirs, check=True
    )
    os.close(theirs)
    shown = os.read(ours, 1000).decode().splitlines()
    os.close(ours)
    assert len(shown) == 2
    assert max(map(len, shown)) <= 60


@pytest.mark.parametrize("terminal", [True, False])
def test_a_terminal_gets_data_made_safe_and_a_file_gets_its_bytes(terminal: bool) -> None:
    data = b"#EXTM3U\na\x1b[2Jb\xc3\xbc\n"
    code = f"from auralis_cli.render.output import write_lines; write_lines({data!r})"
    command = [sys.executable, "-X", "utf8", "-c", code]
    if not terminal:
        assert subprocess.run(command, capture_output=True, check=True).stdout == data
        return
    ours, theirs = pty.openpty()
    subprocess.run(command, stdout=theirs, check=True)
    os.close(theirs)
    shown = os.read(ours, 1000).decode().splitlines()
    os.close(ours)
    assert shown == ["#EXTM3U", "a\\x1b[2Jbü"]
