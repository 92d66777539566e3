"""The `scan` command as the shell runs it: what goes to which stream, and the exit codes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.scripted_tracks import FakeWorker, write_track


class Shell:
    """Runs `auralis` with a scripted worker, a cache of its own and no configuration file."""

    def __init__(self, root: Path) -> None:
        self.music = root / "music"
        self.music.mkdir()
        self.environment = os.environ | {
            "AURALIS_WORKER": str(FakeWorker(root).program),
            "AURALIS_CACHE": str(root / "results.db"),
            "AURALIS_SIDECARS": "none",
            "AURALIS_FFMPEG": "none",
            "XDG_CONFIG_HOME": str(root / "config"),
        }

    def run(self, *arguments: str, code: int, text: str = "") -> tuple[str, str]:
        """Standard output and error of a run that ends with this exit code."""
        run = subprocess.run(
            [sys.executable, "-m", "auralis_cli", *arguments],
            input=text,
            capture_output=True,
            text=True,
            env=self.environment,
            check=False,
            timeout=60,
        )
        assert run.returncode == code, run.stderr
        return run.stdout, run.stderr


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_a_scan_without_json_prints_nothing_but_its_report_on_stderr(shell: Shell) -> None:
    write_track(shell.music, "a.flac")
    out, report = shell.run("scan", str(shell.music), code=0)
    assert out == ""
    assert report.startswith("1 track in ")
    assert "\x1b" not in report


def test_json_goes_to_stdout_alone_and_failures_make_the_exit_code_1(shell: Shell) -> None:
    listed = [write_track(shell.music, "a.flac").path, write_track(shell.music, "b.flac", "crash").path]
    out, report = shell.run(
        "scan", "--files-from", "-", "--json", "--jobs", "1", code=1, text="\n".join(listed)
    )
    events = [json.loads(line) for line in out.splitlines()]
    assert [event["event"] for event in events] == ["start", "track", "track", "summary"]
    assert "1 worker_crashed, such as" in report


def test_a_dry_run_lists_the_tracks_on_stdout(shell: Shell) -> None:
    track = write_track(shell.music, "two\nlines.flac")
    out, _ = shell.run("scan", str(shell.music), "--dry-run", code=0)
    assert out == "analyse  " + track.path.replace("\n", r"\n") + "\n"


def test_a_name_that_the_output_s_encoding_lacks_is_escaped(shell: Shell) -> None:
    write_track(shell.music, "日本.flac")
    shell.environment["PYTHONIOENCODING"] = "latin-1"
    out, _ = shell.run("scan", str(shell.music), "--dry-run", code=0)
    assert out.endswith(r"\u65e5\u672c.flac" + "\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "nothing to scan: name a folder or a file"),
        (["--jobs", "0", "."], "jobs"),
        (["--no-such-flag", "."], "no such option"),
    ],
)
def test_wrong_usage_makes_the_exit_code_2(shell: Shell, arguments: list[str], message: str) -> None:
    out, report = shell.run("scan", *arguments, code=2)
    assert out == ""
    assert message in report
