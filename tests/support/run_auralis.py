"""Runs the installed program as a shell would, away from the tester's own settings."""

import os
import subprocess
import sys
from pathlib import Path


def run_auralis(*arguments: str, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """`auralis ARGUMENTS` with `home` as home folder and only these AURALIS_ variables; never raises."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AURALIS_", "XDG_"))}
    environment = {
        **kept,
        "HOME": str(home),
        "AURALIS_CONFIG": str(home / "config.toml"),
        "AURALIS_CACHE": str(home / "cache.db"),
        "COLUMNS": "100",
        "NO_COLOR": "1",
        **variables,
    }
    environment = {name: value for name, value in environment.items() if value}
    return subprocess.run(
        [sys.executable, "-m", "auralis_cli", *arguments],
        env=environment,
        cwd=home,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
