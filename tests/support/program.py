"""The installed `auralis`, run as a user's shell runs it."""

import json
import os
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

AURALIS = Path(sysconfig.get_path("scripts")) / "auralis"
"""The script that pip installed beside the interpreter which runs the tests."""

Events = list[dict[str, Any]]


def run_auralis(*arguments: str | Path, home: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    """`auralis ARGUMENTS` in `home` as home and working folder; never raises.

    It sees nothing of the tester's own settings: its configuration file and cache lie in `home`, and of the
    AURALIS_ and XDG_ variables it has those given here. An empty variable is unset.
    """
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
    return _run(arguments, {name: value for name, value in environment.items() if value}, home)


def auralis(*arguments: str | Path, expect: int = 0) -> str:
    """Its standard output, under the tester's own settings; fails the test on another exit code."""
    run = _run(arguments, None, None)
    assert run.returncode == expect, f"exit code {run.returncode}\n{run.stdout}\n{run.stderr}"
    return run.stdout


def scan(music: Path, cache: Path, *flags: str, expect: int = 0) -> Events:
    """Scan without sidecars and return the events of `--json`."""
    output = auralis("scan", music, "--cache", cache, "--sidecars", "none", "--json", *flags, expect=expect)
    return [json.loads(line) for line in output.splitlines()]


def fingerprints(events: Events) -> dict[str, dict[str, float | None]]:
    """Fingerprint by file name."""
    return {Path(event["path"]).name: event["fingerprint"] for event in events[1:-1]}


def _run(
    arguments: tuple[str | Path, ...], environment: dict[str, str] | None, folder: Path | None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [AURALIS, *arguments],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
