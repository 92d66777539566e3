"""File names made to do harm: stored byte for byte, shown harmlessly, by every command that shows one."""

import base64
import json
import os
import re
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from support.scripted_tracks import FakeWorker, write_track
from typer.testing import CliRunner, Result

from auralis_cli.app import app

NAMES = [
    b"\x1b[2J\x1b]0;title\x07.flac",
    b"[red]bold[/red].flac",
    b"[/].flac",
    b":smile: {x} %s \\n $(id) `id`;.flac",
    b"two\nlines\rover\ttabs\x7f.flac",
    b"\xff\xfe not utf-8 \x80.flac",
    "\u202egnp.\u200bflac".encode() + b".flac",
    "e\u0301 \U0001f3b5 \ue000\ufeff.flac".encode(),
    b"--help.flac",
    b" .flac",
    b"n" * 250 + b".flac",
    "ü".encode() * 125 + b".flac",
    b"~" * 200 + b"\xc3\x28" * 20 + b".flac",
]
BAD = b"\x1b[31m[bad]\xff.flac"
HARMFUL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e\u200b\ufeff\ud800-\udfff]")
"""What may steer a terminal or mislead a reader."""


class Program:
    """The program on a folder of such files, with a scripted worker."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.music = root / "music"
        self.worker = FakeWorker(root)
        for name in NAMES:
            write_track(self.music, os.fsdecode(name))
        write_track(self.music, os.fsdecode(BAD), "fail skip")

    def run(self, *arguments: str, code: int | None = 0, columns: str = "100") -> Result:
        environment = {
            "AURALIS_CACHE": str(self.root / "cache.db"),
            "AURALIS_CONFIG": str(self.root / "none.toml"),
            "AURALIS_WORKER": str(self.worker.program),
            "AURALIS_FFMPEG": "none",
            "COLUMNS": columns,
        }
        done = CliRunner().invoke(app, arguments, env=environment)
        assert code is None or done.exit_code == code, f"{done.output}\n{done.exception!r}"
        shown = done.stdout + done.stderr
        assert not HARMFUL.search(shown), ascii(shown)
        return done

    def path(self, name: bytes) -> str:
        return str(self.music / os.fsdecode(name))


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def paths(lines: str) -> set[bytes]:
    """The bytes of each path in JSON lines."""
    found = set()
    for line in lines.splitlines():
        event: dict[str, Any] = json.loads(line)
        if event["event"] == "track":
            encoded = event["path_b64"]
            found.add(base64.b64decode(encoded) if encoded else event["path"].encode())
    return found


def test_a_scan_tells_and_stores_each_path_exactly(program: Program) -> None:
    everything = {os.fsencode(program.path(name)) for name in (*NAMES, BAD)}
    assert paths(program.run("scan", str(program.music), "--json", code=1).stdout) == everything
    with sqlite3.connect(program.root / "cache.db") as cache:
        assert {path for (path,) in cache.execute("SELECT path FROM tracks")} == everything
    # Two of the names have a slash, as closing markup has: they lie in folders of hostile names.
    sidecars = [path.name for path in program.music.rglob("*.auralis.json")]
    assert len(sidecars) == len(NAMES)
    assert all(len(os.fsencode(name)) <= 255 for name in sidecars)
    warm = program.run("scan", str(program.music), "--json")
    assert warm.stdout.count('"status":"cached"') == len(NAMES)
    assert "warning" not in warm.stderr


def test_sidecars_of_all_names_fill_a_new_cache(program: Program) -> None:
    program.run("scan", str(program.music), "--quiet", code=1)
    (program.root / "cache.db").unlink()
    started = program.worker.started()
    done = json.loads(program.run("cache", "rebuild", str(program.music), "--json").stdout)
    assert (done["filled"], done["refused"]) == (len(NAMES), 0)
    assert program.worker.started() == started


def test_show_and_compare_show_it_harmlessly(program: Program) -> None:
    program.run("scan", str(program.music), "--quiet", code=1)
    for name in NAMES:
        path = program.path(name)
        program.run("show", path)
        told = json.loads(program.run("show", path, "--json").stdout)
        encoded = told["path_b64"]
        assert (base64.b64decode(encoded) if encoded else told["path"].encode()) == os.fsencode(path)
    first, *others = map(program.path, NAMES)
    for other in others:
        program.run("compare", first, other)
    program.run("compare", first, others[-1], "--json")


def test_reports_dry_runs_and_failures_show_it_harmlessly(program: Program) -> None:
    program.run("scan", str(program.music), "--dry-run")
    report = program.run("scan", str(program.music), code=1).stderr
    assert "\\x1b[31m[bad]\\xff.flac" in report
    program.run("failures", "list")
    program.run("failures", "list", "--json")
    assert "\\x1b[31m" in program.run("show", program.path(BAD), code=1).stderr


def test_a_list_shows_it_harmlessly(program: Program) -> None:
    program.run("scan", str(program.music), "--quiet", code=1)
    for columns in ("40", "80", "200"):
        program.run(
            "list",
            "status:failed",
            ",",
            "^status:failed",
            "--columns",
            "+size,error_message",
            columns=columns,
        )
        program.run("stats", "--by", "folder", columns=columns)
    program.run("stats", "--by", "folder", "--json")
    told = [json.loads(line) for line in program.run("list", "--json").stdout.splitlines()]
    assert {each["path"] for each in told if not each["path_b64"]} | {
        base64.b64decode(each["path_b64"]).decode("utf-8", "surrogateescape")
        for each in told
        if each["path_b64"]
    } == set(map(program.path, NAMES))
    for term in (*map(os.fsdecode, NAMES), "path::(" + os.fsdecode(BAD), "\x1b[31m:\udcff"):
        quoted = f'"{term}"'
        assert program.run("list", quoted if term in map(os.fsdecode, NAMES) else term, code=None).stderr


def test_a_playlist_shows_it_harmlessly(program: Program) -> None:
    program.run("scan", str(program.music), "--quiet", code=1)
    for name in NAMES:
        path = program.path(name)
        program.run("playlist", "--like", path)
        (told,) = json.loads(program.run("playlist", "--like", path, "--json").stdout)["tracks"]
        encoded = told["path_b64"]
        assert (base64.b64decode(encoded) if encoded else told["path"].encode()) == os.fsencode(path)
        output = program.run("playlist", "--like", path, "-o", "\x1b[2J", code=2)
        assert "\\x1b[2J" in output.stderr


def test_the_cache_commands_show_it_harmlessly(program: Program) -> None:
    program.run("scan", str(program.music), "--quiet", code=1)
    strange = os.fsdecode(b"\x1b[7m\xff root")
    write_track(program.root / strange, "a.flac")
    program.run("scan", str(program.root / strange), "--quiet")
    assert "\\x1b[7m\\xff root" in program.run("cache", "info").stdout
    program.run("cache", "info", "--json")
    for name in NAMES:
        os.unlink(program.path(name))
    assert "kept" in program.run("cache", "prune", code=1).stdout
    program.run("cache", "prune", "--json", code=1)
    with sqlite3.connect(program.root / "cache.db") as cache:
        cache.execute("UPDATE tracks SET stereo_width = 9")
    program.run("cache", "verify", code=1)
    program.run("cache", "verify", "--json", code=1)
