"""Lists of paths for `--files-from`, from whatever wrote them."""

import codecs
import os
import sys
from pathlib import Path

from auralis_cli.model.errors import ConfigError

STANDARD_INPUT = "-"


def read_path_list(source: str, *, null_separated: bool) -> tuple[list[str], list[str]]:
    """The paths in a file, or on standard input for `-`: one per line, or each ended by a NUL byte; warnings.

    Bytes stay what they are: no trimming, no comments, no globs. Empty entries are left out. What comes from
    Windows is understood: a byte-order mark, UTF-16, and line ends with a carriage return, unless a file is
    there whose name ends in one. A list with NUL bytes is separated by them whether or not that was said.
    """
    try:
        content = sys.stdin.buffer.read() if source == STANDARD_INPUT else Path(source).read_bytes()
    except OSError as error:
        raise ConfigError(
            f"cannot read the list of files {source}: {error.strerror}; check --files-from"
        ) from error
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        content = _from_utf_16(content, source)
    content = content.removeprefix(codecs.BOM_UTF8)
    warnings = []
    if not null_separated and b"\0" in content:
        null_separated = True
        warnings.append(f"the list of files {source} has NUL bytes: it was read as with -0")
    elif null_separated and b"\0" not in content.rstrip(b"\0") and _is_list_of_lines(content):
        null_separated = False
        warnings.append(f"the list of files {source} has no NUL bytes: it was read without -0")
    separator = b"\0" if null_separated else b"\n"
    entries = [path for path in content.split(separator) if path]
    if not null_separated:
        entries = [_without_carriage_return(path) for path in entries if path != b"\r"]
    return [os.fsdecode(path) for path in entries], warnings


def _is_list_of_lines(content: bytes) -> bool:
    """Whether a list without a NUL byte is several lines, and not one file with a line end in its name."""
    only = content.rstrip(b"\0")
    return b"\n" in only and not content.endswith(b"\0") and not os.path.lexists(only)


def _without_carriage_return(line: bytes) -> bytes:
    return line[:-1] if line.endswith(b"\r") and not os.path.lexists(line) else line


def _from_utf_16(content: bytes, source: str) -> bytes:
    try:
        return content.decode("utf-16").encode("utf-8")
    except UnicodeError as error:
        raise ConfigError(
            f"the list of files {source} begins like UTF-16 and is not; write it as UTF-8"
        ) from error
