"""The way out: everything that a command prints goes through here or through the console beside it.

What is shown contains words of strangers: file names, tags of a crafted cache, a worker's messages. The
gate is here, once, so that no caller can forget it.
"""

import os
import re
import sys
from collections.abc import Iterable
from itertools import islice
from typing import Final

import typer

from auralis_cli.render.safe_text import safe_json, safe_text
from auralis_cli.render.standard_streams import STDOUT

ROW_INDENT: Final = 2
REPORT_INDENT: Final = 11
"""Columns before the text of a report's row (`formats.report_row`)."""

_LINES_AT_ONCE: Final = 500
"""Lines of a report that are written together: each write costs as much as the making of ten lines."""


class Whole(str):
    """A line that is not broken for a terminal: a path, which somebody may want to copy."""

    __slots__ = ()


def write_text(text: str, *, err: bool = False) -> None:
    """Prints text of one or more lines on stdout, or on stderr. Nothing in it can steer a terminal.

    What a person reads on a terminal, on stderr, is broken between words; data on stdout never is.
    """
    safe = for_stderr(text) if err else "\n".join(map(safe_text, text.split("\n")))
    typer.echo(safe, err=err)


def write_report(lines: Iterable[str]) -> None:
    """Prints lines for a person on stdout; on a terminal they are broken between words, but for `Whole`."""
    columns = stdout_columns() if sys.stdout.isatty() else None
    left = iter(lines)
    while some := list(islice(left, _LINES_AT_ONCE)):
        if columns is not None:
            some = [
                part
                for line in some
                for part in ([line] if isinstance(line, Whole) else wrapped(safe_text(line), columns))
            ]
        write_text("\n".join(some))


def write_error(message: str) -> None:
    """Prints what ends the program on stderr. A password in an address that it repeats becomes `…`."""
    write_text(re.sub(r"(://[^/\s:@]*:)[^/\s]+(?=@)", r"\1…", f"auralis: {message}"), err=True)


def for_stderr(text: str) -> str:
    """The text made safe and, for a terminal on stderr, broken between words."""
    lines = [safe_text(line) for line in text.split("\n")]
    if sys.stderr.isatty():
        lines = [part for line in lines for part in wrapped(line, _columns())]
    return "\n".join(lines)


def wrapped(line: str, columns: int) -> list[str]:
    """The line in parts that fit, none of which breaks a word; a word longer than a line is left whole.

    A row of a report goes on below its text, a line that is further in below itself, any other line two
    columns in.
    """
    if len(line) <= columns:
        return [line]
    import textwrap

    leading = len(line) - len(line.lstrip(" "))
    indent = leading if leading > ROW_INDENT else REPORT_INDENT if leading == ROW_INDENT else ROW_INDENT
    return textwrap.wrap(
        line, columns, subsequent_indent=" " * indent, break_long_words=False, break_on_hyphens=False
    )


def _columns() -> int:
    """Of the terminal on stderr."""
    return _width_of(sys.stderr.fileno()) or 80


def stdout_columns() -> int | None:
    """Of the terminal on stdout, or what COLUMNS says; None where there is no such width."""
    if not sys.stdout.isatty() and "COLUMNS" not in os.environ:
        return None
    return _width_of(STDOUT)


def stdout_is_unicode() -> bool:
    """Whether stdout takes more than ASCII."""
    return (sys.stdout.encoding or "").lower().startswith("utf")


def _width_of(descriptor: int) -> int | None:
    if os.environ.get("COLUMNS", "").isdecimal():
        return max(20, int(os.environ["COLUMNS"]))
    try:
        return max(20, os.get_terminal_size(descriptor).columns)
    except OSError:
        return None


def write_bytes(content: bytes) -> None:
    """Writes data to stdout as it is."""
    sys.stdout.flush()
    sys.stdout.buffer.write(content)
    sys.stdout.buffer.flush()


def write_lines(content: bytes) -> None:
    """Writes lines of UTF-8 to stdout byte for byte; on a terminal, which a name could steer, made safe."""
    if sys.stdout.isatty():
        write_text(content.decode("utf-8").rstrip("\n"))
    else:
        write_bytes(content)


def write_json(encoded: bytes, *, end: bytes = b"\n") -> None:
    """Writes JSON to stdout; what could steer a terminal is escaped in its strings, which stay the same."""
    write_bytes(safe_json(encoded) + end)
