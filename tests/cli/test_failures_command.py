"""`auralis failures`: what scans leave alone is listed, tried again on demand, or forgotten."""

import base64
import json
import os
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.program import run_auralis
from support.scripted_tracks import FakeWorker, write_track

from auralis_cli.render.json_schema import output_schemas


class Home:
    """A library of two good tracks, one undecodable and one that crashes workers, scanned once."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.worker = FakeWorker(root)
        self.music = root / "music"
        write_track(self.music, "good.flac")
        write_track(self.music, "new/also good.flac")
        write_track(self.music, "new/caf\udce9 [/b].flac", "fail skip")
        write_track(self.music, "old/crash.flac", "crash")
        self.run("scan", str(self.music), code=1)

    def run(self, *arguments: str, code: int = 0) -> tuple[str, str]:
        """Standard output and standard error."""
        run = run_auralis(
            *arguments,
            home=self.root,
            AURALIS_WORKER=str(self.worker.program),
            AURALIS_FFMPEG="none",
            AURALIS_SIDECARS="none",
        )
        assert run.returncode == code, run.stderr
        return run.stdout, run.stderr

    def listed(self, *arguments: str) -> list[dict[str, Any]]:
        out, _ = self.run("failures", "list", "--json", *arguments)
        return [json.loads(line) for line in out.splitlines()]

    def repair(self, name: str, seen: str = "crash") -> None:
        """Another content under the same size and time, so that a scan would not look at it again."""
        path = self.music / name
        before = path.stat()
        path.write_bytes(path.read_bytes().replace(seen.encode(), b"ok".ljust(len(seen))))
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_the_list_says_kind_advice_file_and_message_on_safe_lines(home: Home) -> None:
    out, _ = home.run("failures", "list")
    lines = out.splitlines()
    assert lines[0] == "1 nothing_decoded: the file is damaged: get it again"
    assert lines[1].endswith(f"  {home.music}/new/caf\\xe9 [/b].flac")
    assert lines[2].strip() == "nothing of the audio decodes; replace the file"
    assert lines[3].startswith("1 worker_crashed: 'auralis failures retry' tries it again")
    assert lines[4].endswith(f"  {home.music}/old/crash.flac")
    assert "was killed by SIGSEGV" in lines[5]
    assert len(lines) == 6


def test_json_lines_are_as_the_schema_says_and_keep_the_bytes_of_the_name(home: Home) -> None:
    lines = home.listed()
    for line in lines:
        jsonschema.Draft202012Validator(output_schemas()["failure"]).validate(line)
    assert [line["code"] for line in lines] == ["nothing_decoded", "worker_crashed"]
    assert base64.b64decode(lines[0]["path_b64"]) == os.fsencode(home.music) + b"/new/caf\xe9 [/b].flac"
    assert lines[1]["path_b64"] is None


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        (["music/old"], ["crash.flac"]),
        (["music/ol"], []),
        (["music/old/crash.flac", "music/good.flac"], ["crash.flac"]),
        (["--code", "worker_crashed"], ["crash.flac"]),
        (["music/new", "--code", "worker_crashed"], []),
    ],
)
def test_paths_and_codes_narrow_the_list(home: Home, arguments: list[str], names: list[str]) -> None:
    assert [Path(line["path"]).name for line in home.listed(*arguments)] == names


def test_a_file_that_crashed_workers_is_not_tried_by_scans_but_by_a_retry(home: Home) -> None:
    home.run("scan", str(home.music))
    home.run("scan", str(home.music), "--strict", code=1)
    assert home.worker.started().count("crash.flac") == 2
    home.repair("old/crash.flac")
    _, report = home.run("failures", "retry", str(home.music / "old"))
    assert "1 track in" in report
    assert "1 analysed" in report
    assert [line["code"] for line in home.listed()] == ["nothing_decoded"]


def test_what_fails_again_stays_remembered_with_its_new_reason(home: Home) -> None:
    home.repair("old/crash.flac")
    (home.music / "old" / "crash.flac").write_bytes(b"fail skip")
    out, _ = home.run("failures", "retry", "--json", "--code", "worker_crashed", code=1)
    events = [json.loads(line) for line in out.splitlines()]
    assert [event["event"] for event in events] == ["start", "track", "summary"]
    assert events[1]["error"]["code"] == "nothing_decoded"
    assert [line["code"] for line in home.listed()] == ["nothing_decoded"] * 2


def test_a_retry_of_a_file_that_has_gone_fails_and_keeps_it_in_the_list(home: Home) -> None:
    (home.music / "old" / "crash.flac").unlink()
    _, report = home.run("failures", "retry", "music/old", code=1)
    assert "is not there, but is known; is its disk mounted?" in report
    assert len(home.listed("music/old")) == 1


def test_what_is_cleared_is_tried_by_the_next_scan(home: Home) -> None:
    home.repair("old/crash.flac")
    _, said = home.run("failures", "clear", "music/old")
    assert said == "1 failure forgotten\n"
    _, report = home.run("scan", str(home.music))
    assert "1 analysed, 2 cached, 1 failed (1 known from before)" in report


@pytest.mark.parametrize("command", ["list", "retry", "clear"])
def test_nothing_to_do_is_no_error_and_makes_no_cache(tmp_path: Path, command: str) -> None:
    run = run_auralis("failures", command, home=tmp_path)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "no such failures are remembered\n")
    assert not (tmp_path / "cache.db").exists()


def test_a_file_that_is_no_cache_is_refused(tmp_path: Path) -> None:
    (tmp_path / "cache.db").write_text("not a database, but long enough for a header" * 9)
    run = run_auralis("failures", "list", home=tmp_path)
    assert run.returncode == 2
    assert "is not an auralis cache" in run.stderr


@pytest.mark.parametrize("command", ["list", "retry", "clear"])
def test_a_code_that_cannot_be_is_refused(home: Home, command: str) -> None:
    _, said = home.run("failures", command, "--code", "worker_crash", code=2)
    assert said == "auralis: no failure has the code 'worker_crash'; did you mean 'worker_crashed'?\n"
    _, said = home.run("failures", command, "--code", "foo", code=2)
    assert "known codes: absent, " in said
    assert len(home.listed()) == 2
    assert home.listed("--code", "timed_out") == []
