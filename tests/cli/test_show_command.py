"""`auralis show` from the shell, against a scripted worker."""

import base64
import json
import os
import signal
import sys
import time
from pathlib import Path
from subprocess import PIPE, CompletedProcess, Popen

import jsonschema
import pytest
from support.program import run_auralis
from support.scripted_tracks import FakeWorker, write_track

from auralis_cli.render.json_schema import output_schemas


class Shell:
    """A home folder with a scripted worker."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.worker = FakeWorker(home)

    def run(self, *arguments: str, **variables: str) -> CompletedProcess[str]:
        given = {"AURALIS_WORKER": str(self.worker.program), "AURALIS_FFMPEG": "none", **variables}
        return run_auralis(*arguments, home=self.home, **given)


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path)


def test_an_unknown_track_is_analysed_and_nothing_is_written(shell: Shell) -> None:
    write_track(shell.home, "a.flac")
    before = set(os.listdir(shell.home))
    for _ in range(2):
        shown = shell.run("show", "a.flac")
        assert shown.returncode == 0, shown.stderr
        assert "analysed now, not stored | analysis 1 by worker 0.1.0" in shown.stdout
    assert shell.run("compare", "a.flac", "a.flac").returncode == 0
    assert {name for name in os.listdir(shell.home) if not name.startswith("good.log")} == before


def test_a_known_track_is_shown_without_a_trace_beside_the_cache(shell: Shell) -> None:
    write_track(shell.home / "music", "a.flac")
    shell.run("scan", "music", "--quiet")
    before = {path: path.read_bytes() for path in shell.home.glob("cache.db*")}
    assert "│ known | " in shell.run("show", "music/a.flac").stdout
    moved = (shell.home / "music" / "a.flac").rename(shell.home / "music" / "b.flac")
    assert "known from its former path" in shell.run("show", str(moved)).stdout
    assert {path: path.read_bytes() for path in shell.home.glob("cache.db*")} == before
    assert [path.name for path in moved.parent.iterdir() if path.name.startswith("b.")] == ["b.flac"]


def test_an_unknown_track_is_stored_on_demand_and_then_known(shell: Shell) -> None:
    track = write_track(shell.home, "a [Live].flac")
    first = shell.run("show", "a [Live].flac", "--store")
    assert first.returncode == 0, first.stderr
    assert f"─ {track.path} " in first.stdout
    assert "analysed now | analysis 1 by worker 0.1.0" in first.stdout
    assert "no steady pulse" in first.stdout
    assert (shell.home / "a [Live].flac.auralis.json").exists()
    second = shell.run("show", track.path)
    assert "│ known | analysis 1 by worker 0.1.0" in second.stdout
    assert shell.worker.started() == ["a [Live].flac"]


def test_a_sidecar_alone_is_enough(shell: Shell) -> None:
    write_track(shell.home, "a.flac")
    shell.run("show", "a.flac", "--store")
    (shell.home / "cache.db").unlink()
    assert "│ known | " in shell.run("show", "a.flac").stdout
    assert shell.worker.started() == ["a.flac"]


def test_sidecars_none_writes_nothing_beside_the_music(shell: Shell) -> None:
    write_track(shell.home, "a.flac")
    assert shell.run("show", "a.flac", "--store", "--sidecars", "none", "--cache", "other.db").returncode == 0
    assert not (shell.home / "a.flac.auralis.json").exists()
    assert (shell.home / "other.db").exists()
    assert not (shell.home / "cache.db").exists()


def test_json_is_the_track_line_of_a_scan(shell: Shell) -> None:
    write_track(shell.home / "music", "a.flac")
    shell.run("scan", "music", "--quiet")
    scanned = shell.run("scan", "music", "--json", "--quiet").stdout.splitlines()[1]
    shown = shell.run("show", "music/a.flac", "--json").stdout
    assert shown == scanned + "\n"
    jsonschema.Draft202012Validator(output_schemas()["track"]).validate(json.loads(shown))


def test_each_line_of_a_scan_is_as_its_schema_says(shell: Shell) -> None:
    write_track(shell.home / "music", "good.flac")
    write_track(shell.home / "music", "bad.flac", "fail skip")
    scanned = shell.run("scan", "music", "--json", "--quiet").stdout.splitlines()
    assert len(scanned) == 4
    for line in map(json.loads, scanned):
        jsonschema.Draft202012Validator(output_schemas()[line["event"]]).validate(line)


def test_a_failed_track_is_1_with_a_message_and_its_object(shell: Shell) -> None:
    track = write_track(shell.home, "bad.flac", "fail skip")
    first = shell.run("show", "bad.flac", "--store")
    assert first.returncode == 1
    assert first.stdout == ""
    assert first.stderr.startswith(f"auralis: cannot analyse {track.path}: ")
    assert "met before" not in first.stderr
    again = shell.run("show", "bad.flac", "--json")
    assert again.returncode == 1
    assert "met before, and neither the file nor the decoders have changed" in again.stderr
    line = json.loads(again.stdout)
    jsonschema.Draft202012Validator(output_schemas()["track"]).validate(line)
    assert (line["status"], line["fingerprint"], line["error"]["known"]) == ("failed", None, True)


@pytest.mark.parametrize("name", ["nothing.flac", "."])
def test_what_is_no_file_is_wrong_usage_and_says_so(shell: Shell, name: str) -> None:
    result = shell.run("show", name)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("auralis: ")
    assert "Traceback" not in result.stderr


def test_a_name_that_is_not_utf8_is_shown_and_kept(shell: Shell) -> None:
    name = os.fsdecode(b"caf\xe9.flac")
    write_track(shell.home, name)
    assert "caf\\xe9.flac" in shell.run("show", name).stdout
    line = json.loads(shell.run("show", name, "--json").stdout)
    assert base64.b64decode(line["path_b64"]) == os.fsencode(shell.home / name)


def test_a_pipe_gets_no_escape_sequences_and_an_ascii_terminal_gets_ascii(shell: Shell) -> None:
    write_track(shell.home, "a.flac")
    result = shell.run("show", "a.flac", PYTHONIOENCODING="ascii", COLUMNS="60")
    assert result.returncode == 0, result.stderr
    assert "\x1b" not in result.stdout
    assert result.stdout.isascii()
    assert max(map(len, result.stdout.splitlines())) == 60


def test_a_sidecar_that_cannot_be_written_costs_a_warning_and_not_the_result(shell: Shell) -> None:
    write_track(shell.home, "a.flac")
    (shell.home / "file").write_text("")
    result = shell.run("show", "a.flac", "--store", "--sidecar-dir", "file/side")
    assert result.returncode == 0
    assert "analysed now" in result.stdout
    assert result.stderr.startswith("warning: cannot write the sidecar ")


def test_ctrl_c_is_130_without_a_traceback(shell: Shell) -> None:
    write_track(shell.home, "slow.flac", "slow 30")
    environment = {**os.environ, "AURALIS_CACHE": str(shell.home / "cache.db"), "AURALIS_FFMPEG": "none"}
    environment |= {
        "AURALIS_CONFIG": str(shell.home / "config.toml"),
        "AURALIS_WORKER": str(shell.worker.program),
    }
    # Behind a script's & the tests inherit an ignored SIGINT, which Python would leave ignored.
    heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
    program = f"{heed}; from auralis_cli.app import main; main()"
    command = [sys.executable, "-c", program, "show", str(shell.home / "slow.flac")]
    with Popen(command, env=environment, stdout=PIPE, stderr=PIPE, text=True) as process:
        while not shell.worker.started() and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 130
    assert (out, err) == ("", "")


def test_several_tracks_are_shown_one_after_the_other(shell: Shell) -> None:
    for name in ("a.flac", "b.flac"):
        write_track(shell.home, name)
    bad = write_track(shell.home, "bad.flac", "fail skip")
    result = shell.run("show", "a.flac", "bad.flac", "b.flac")
    assert result.returncode == 1
    assert result.stdout.index("a.flac ─") < result.stdout.index("b.flac ─")
    assert result.stderr.startswith(f"auralis: cannot analyse {bad.path}: ")
    result = shell.run("show", "typo.flac", "a.flac", "bad.flac", "--json")
    assert result.returncode == 2
    lines = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(Path(line["path"]).name, line["status"]) for line in lines] == [
        ("typo.flac", "failed"),
        ("a.flac", "analysed"),
        ("bad.flac", "failed"),
    ]
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == ["auralis", "auralis"]
