"""The installed `auralis` command, as a user's shell would run it."""

import json
import subprocess
import sysconfig
from pathlib import Path
from typing import Any

AURALIS = Path(sysconfig.get_path("scripts")) / "auralis"
"""The script that pip installed beside the interpreter which runs the tests."""

Events = list[dict[str, Any]]


def auralis(*arguments: str | Path, expect: int = 0) -> str:
    """Run the command and return its standard output; any other exit code than `expect` fails the test."""
    command = [AURALIS, *arguments]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=250)
    assert run.returncode == expect, f"exit code {run.returncode}\n{run.stdout}\n{run.stderr}"
    return run.stdout


def scan(music: Path, cache: Path, *flags: str, expect: int = 0) -> Events:
    """Scan without sidecars and return the events of `--json`."""
    output = auralis("scan", music, "--cache", cache, "--sidecars", "none", "--json", *flags, expect=expect)
    return [json.loads(line) for line in output.splitlines()]


def fingerprints(events: Events) -> dict[str, dict[str, float | None]]:
    """Fingerprint by file name."""
    return {Path(event["path"]).name: event["fingerprint"] for event in events[1:-1]}
