"""The version of the workers' ffmpeg: some remembered failures are valid only for that version."""

import os
import re
import subprocess
from functools import cache
from typing import Final

from auralis_cli.system.programs import find_program

_MAX_ANSWER_S: Final = 10.0
_FIRST_LINE: Final = re.compile(r"ffmpeg version (\S+)")


def ffmpeg_version(setting: str | None) -> str | None:
    """The version in the first line of `ffmpeg -version`; None when there is no ffmpeg that answers.

    The program is run once per process.
    """
    program = ffmpeg_program(setting)
    return _version_of(program) if program else None


def ffmpeg_program(setting: str | None) -> str | None:
    """The absolute path of the ffmpeg that the workers are given; None for none.

    `setting` is the program, `none` or empty for no ffmpeg, None: `$AURALIS_FFMPEG` (same words), else
    `ffmpeg` on PATH. Only the parent looks for it: with another PATH a worker would find another one, and
    remember failures that this one does not have.
    """
    wanted = os.environ.get("AURALIS_FFMPEG") if setting is None else setting
    if wanted is not None and wanted.lower() in ("", "none"):
        return None
    return find_program(wanted or "ffmpeg")


NO_FFMPEG: Final = "none"
"""What a worker is told where there is no ffmpeg; without a word it would search by itself."""


@cache
def _version_of(program: str) -> str | None:
    """What the program says about itself; one that fails, hangs or says something else counts as absent."""
    try:
        answer = subprocess.run(
            [program, "-version"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=_MAX_ANSWER_S,
            check=True,
        )
    except (OSError, subprocess.SubprocessError):
        return None
    match = _FIRST_LINE.match(answer.stdout.decode("utf-8", "replace"))
    return match[1] if match else None
