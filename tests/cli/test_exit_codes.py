"""One meaning of each exit code for every command: the manual's table, run."""

import re
import shutil
from pathlib import Path

import pytest
from support.scripted_tracks import FakeWorker, write_track
from typer.testing import CliRunner

from auralis_cli.app import COMMANDS, app
from auralis_cli.lazy_group import load_command

CASES = {
    "scan": [
        (["music/good.flac"], 0),
        (["--rescan", "music/bad.flac"], 1),
        (["away"], 1),
        (["typo"], 2),
        (["--what"], 2),
    ],
    "watch": [(["typo"], 2), (["music/good.flac"], 2), ([], 2)],
    "show": [(["music/good.flac"], 0), (["music/bad.flac"], 1), (["music"], 2), (["typo.flac"], 2), ([], 2)],
    "compare": [
        (["music/good.flac", "music/good.flac"], 0),
        (["music/good.flac", "music/bad.flac"], 1),
        (["music/good.flac", "typo.flac"], 2),
        (["music/good.flac", "music"], 2),
    ],
    "similar": [(["music/good.flac"], 0), (["music/bad.flac"], 1), (["typo.flac"], 2), (["--what"], 2)],
    "playlist": [
        (["music/good.flac"], 0),
        (["music/bad.flac"], 1),
        (["typo.flac"], 2),
        (["--diverse", "nothing of that name"], 2),
        ([], 2),
    ],
    "duplicates": [
        ([], 1),
        (["--exact"], 0),
        (["--no-confirm"], 0),
        (["lusf:1"], 2),
        (["--json", "--script"], 2),
    ],
    "list": [([], 0), (["nothing of that name"], 0), (["lusf:1"], 2), (["--where", "lusf"], 2)],
    "stats": [([], 0), (["nothing of that name"], 0), (["lusf:1"], 2), (["--by", "lufs"], 2)],
    "export": [
        (["x.csv"], 0),
        (["x.csv"], 2),
        (["x.txt"], 2),
        (["y.csv", "lusf:1"], 2),
        (["no/x.csv"], 2),
        ([], 2),
    ],
    "report": [(["-o", "x.html"], 0), (["lusf:1"], 2), (["--limit", "0"], 2), (["-o", "no/x.html"], 2)],
    "failures list": [([], 0), (["--what"], 2)],
    "failures retry": [(["--code", "timed_out"], 0), ([], 1), (["--jobs", "0"], 2)],
    "failures clear": [([], 0), (["--cache", "music/good.flac"], 2)],
    "warnings list": [([], 0), (["--code", "cut"], 2), (["--cache", "music/good.flac"], 2)],
    "check": [
        (["music/good.flac"], 0),
        (["music"], 1),
        (["music", "--fail-on", "never"], 0),
        (["typo"], 2),
        (["music", "--select", "X"], 2),
    ],
    "album": [
        (["music/good.flac"], 0),
        (["music"], 1),
        (["typo"], 2),
        (["music", "--csv", "--json"], 2),
        ([], 2),
    ],
    "rules": [([], 0), (["C", "Q101"], 0), (["X"], 2)],
    "rule": [(["C101"], 0), (["true-peak"], 0), (["C9"], 2), ([], 2)],
    "bench": [(["typo"], 2), (["--json", "--markdown"], 2)],
    "doctor": [(["--what"], 2)],
    "cluster check": [([], 2), (["--what"], 2)],
    "schema": [([], 0), (["--what"], 2)],
    "cache path": [([], 0), (["--what"], 2)],
    "cache info": [([], 0), (["--cache", "music/good.flac"], 2)],
    "cache verify": [([], 0), (["--cache", "music/good.flac"], 2)],
    "cache rebuild": [(["music", "--sidecars", "beside"], 0), (["typo", "--sidecars", "beside"], 2), ([], 2)],
    "cache relocate": [(["away", "moved"], 1), (["typo", "music"], 2), (["music", "typo"], 2)],
    "cache forget": [(["music/bad.flac", "--dry-run"], 0), (["typo"], 2), ([], 2)],
    "cache prune": [(["--dry-run"], 1), (["--days", "x"], 2)],
    "sidecars write": [
        (["music", "--sidecars", "beside"], 0),
        (["--sidecar-dir", "music/good.flac"], 1),
        (["typo"], 2),
    ],
    "sidecars verify": [(["music", "--sidecar-dir", "moved"], 1), (["typo", "--sidecars", "beside"], 2)],
    "sidecars clean": [(["music", "--sidecars", "beside"], 0), (["typo"], 2), ([], 2)],
    "config show": [([], 0), (["--what"], 2)],
    "config set": [(["jobs", "2"], 0), (["jobs", "none"], 2), (["job", "2"], 2)],
    "config unset": [(["jobs"], 0), (["job"], 2)],
    "config get": [(["jobs"], 0), (["job"], 2)],
    "config list": [([], 0), (["--what"], 2)],
    "man": [([], 0), (["--what"], 2)],
    "help": [([], 0), (["scan"], 0), (["typo"], 2)],
    "config path": [([], 0), (["--what"], 2)],
}
"""Arguments and exit code; a command that is missing here fails the test below."""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder: a scanned library with a good and a bad track; a scanned folder is away."""
    monkeypatch.chdir(tmp_path)
    variables = {
        "WORKER": str(FakeWorker(tmp_path).program),
        "FFMPEG": "none",
        "SIDECARS": "none",
        "CACHE": str(tmp_path / "cache.db"),
        "CONFIG": str(tmp_path / "config.toml"),
    }
    for name, value in variables.items():
        monkeypatch.setenv(f"AURALIS_{name}", value)
    for folder in ("music", "away", "moved"):
        (tmp_path / folder).mkdir()
    write_track(tmp_path / "music", "good.flac")
    write_track(tmp_path / "music", "bad.flac", "fail skip")
    write_track(tmp_path / "away", "gone.flac")
    assert CliRunner().invoke(app, ["scan", "music", "away"]).exit_code == 1
    shutil.rmtree(tmp_path / "away")
    return tmp_path


def every_command() -> set[str]:
    """`scan`, `cache info` …, as they are typed."""
    names = set()
    for entry in COMMANDS:
        subcommands = getattr(load_command(entry), "commands", {})
        names |= {f"{entry.name} {name}" for name in subcommands} or {entry.name}
    return names


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize("command", sorted(CASES))
def test_a_command_ends_with_the_documented_code(command: str) -> None:
    for arguments, code in CASES[command]:
        done = CliRunner().invoke(app, [*command.split(), *arguments])
        assert done.exit_code == code, (arguments, done.output)


@pytest.mark.usefixtures("home")
def test_a_scan_of_what_failed_before_is_done_and_only_strict_counts_it() -> None:
    assert CliRunner().invoke(app, ["scan", "music"]).exit_code == 0
    assert CliRunner().invoke(app, ["scan", "music", "--strict"]).exit_code == 1
    assert CliRunner().invoke(app, ["scan"]).exit_code == 1  # the folder that is away


def test_no_command_is_left_out(checkout: Path) -> None:
    assert set(CASES) == every_command()
    page = (checkout / "auralis_cli" / "manual" / "reference.md").read_text("utf-8")
    table = page.partition("<!-- what exit code 1 means -->")[2].partition("<!-- end of")[0]
    told = {name for row in table.splitlines() for name in re.findall("`([a-z ]+)`", row.partition(" | ")[0])}
    assert {command for command in every_command() if {command, command.split()[0]} & told} == every_command()
