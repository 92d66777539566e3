"""Which ffmpeg the workers would use: remembered failures that another ffmpeg could change depend on it."""

import os
import re
import shutil
import subprocess
from functools import cache
from typing import Final

_MAX_ANSWER_S: Final = 10.0
_FIRST_LINE: Final = re.compile(r"ffmpeg version (\S+)")


def ffmpeg_version(setting: str | None) -> str | None:
    """The version in the first line of `ffmpeg -version`; None when there is no ffmpeg that answers.

    `setting` is the program, `none` or empty for no ffmpeg, None for `$AURALIS_FFMPEG` (read alike), else
    `ffmpeg` on PATH: the worker's own order. The program is run once per process.
    """
    wanted = os.environ.get("AURALIS_FFMPEG") if setting is None else setting
    if wanted is not None and wanted.lower() in ("", "none"):
        return None
    program = shutil.which(wanted or "ffmpeg")
    return _version_of(program) if program else None


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
