"""Lists of paths for `--files-from`."""

import os
import sys
from pathlib import Path

from auralis_cli.model.errors import ConfigError

STANDARD_INPUT = "-"


def read_path_list(source: str, *, null_separated: bool) -> list[str]:
    """The paths in a file, or on standard input for `-`: one per line, or each ended by a NUL byte.

    Bytes stay what they are: no trimming, no comments, no globs. Empty entries are left out.
    """
    try:
        content = sys.stdin.buffer.read() if source == STANDARD_INPUT else Path(source).read_bytes()
    except OSError as error:
        raise ConfigError(
            f"cannot read the list of files {source}: {error.strerror}; check --files-from"
        ) from error
    separator = b"\0" if null_separated else b"\n"
    return [os.fsdecode(path) for path in content.split(separator) if path]
