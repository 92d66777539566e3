"""The environment variables that are read beside those of the settings (`table.py`)."""

from collections.abc import Mapping
from typing import Final

OTHER_VARIABLES: Final[Mapping[str, str]] = {
    "AURALIS_CONFIG": "the configuration file, instead of the usual one",
    "AURALIS_WORKER_LOG": "how much the worker says about itself on stderr: error, warn, info, debug",
    "AURALIS_WORKER_SANDBOX": "off: no sandbox around the worker; no-landlock, no-seccomp: without that part",
    "PATH": "where ffmpeg is looked for",
    "LD_LIBRARY_PATH": "where ffmpeg finds its libraries",
    "XDG_CONFIG_HOME": "the folder of the configuration file's folder (Linux)",
    "XDG_DATA_HOME": "the folder of the cache's folder (Linux)",
    "TMPDIR": "where temporary files go: the sine of the self-test, copies of a cache that is only read",
    "NO_COLOR": "if it has a value: no colours",
    "TERM": "dumb: progress in plain lines",
    "COLUMNS": "the width that text is written for, instead of the terminal's",
}
"""What each is for. The manual and the man page list them; a test looks for others in the code."""
