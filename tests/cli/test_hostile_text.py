"""Text of strangers in every place that has one, through every command: nothing of it steers the terminal."""

import json
import os
import re
import shutil
import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from support.scripted_tracks import FakeWorker, write_track
from typer.testing import CliRunner

from auralis_cli.app import app

pytestmark = pytest.mark.slow

HOSTILE = "\x1b[2J\x1b]0;title\x07\x9b31m\x7f\x85\r\u2028\u2029\u202e\u2066\u200b\ufeff\U000e0041 end"
HARMFUL = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)
"""All control characters but the newline, and what changes the order of the text or is not seen."""


class Home:
    """A library of three tracks, one of which fails, and the program in its own surroundings."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.music = root / "music"
        self.cache = root / "cache.db"
        self.config = root / "config.toml"
        self.worker = FakeWorker(root)
        for name in ("a.flac", "b.flac"):
            write_track(self.music, name)
        write_track(self.music, "bad.flac", "fail skip")

    def run(self, *arguments: str) -> str:
        """What the command prints on both streams; it may fail, but only with a message."""
        environment = {
            "AURALIS_CACHE": str(self.cache),
            "AURALIS_CONFIG": str(self.config),
            "AURALIS_WORKER": str(self.worker.program),
            "AURALIS_FFMPEG": "none",
        }
        done = CliRunner().invoke(app, arguments, env=environment)
        assert done.exception is None or isinstance(done.exception, SystemExit), arguments
        shown = done.stdout + done.stderr
        assert not HARMFUL.search(shown), (arguments, ascii(shown))
        if "--json" in arguments:
            for line in done.stdout.splitlines() if arguments[0] in ("scan", "failures") else []:
                json.loads(line)
        return shown

    def commands(self, *, usage_too: bool) -> list[tuple[str, ...]]:
        music, a, b, bad = (str(self.music / name) for name in ("", "a.flac", "b.flac", "bad.flac"))
        plain = [
            ("show", a),
            ("show", bad),
            ("compare", a, b),
            ("failures", "list"),
            ("cache", "info"),
            ("cache", "verify"),
            ("cache", "prune", "--dry-run"),
            ("cache", "rebuild", music),
            ("config", "show"),
            ("check", music, "--fail-on", "never", "--select", "all"),
            ("check", "path:a", "--format", "github"),
            ("album", music),
            ("config", "show", music),
            ("doctor",),
            ("bench", music, "--limit", "1"),
            ("failures", "retry"),
            ("scan", music),
        ]
        as_json = [(*each, "--json") for each in plain]
        if not usage_too:
            return [*plain, *as_json]
        silent = [("scan", music, "--dry-run"), ("scan", music, "--quiet"), ("show",), ("show", HOSTILE)]
        usage = [("scan", f"--{HOSTILE}"), (HOSTILE,), ("show", a, HOSTILE), ("failures", "list", HOSTILE)]
        return [*plain, *as_json, *silent, *usage]

    def run_all(self, *, usage_too: bool = False) -> None:
        """Every command, each on the same cache; perhaps also with hostile arguments."""
        kept = self.root / "kept.db"
        if self.cache.exists():
            shutil.copy(self.cache, kept)
        for command in self.commands(usage_too=usage_too):
            for leftover in self.root.glob("cache.db*"):
                leftover.unlink()
            if kept.exists():
                shutil.copy(kept, self.cache)
            self.run(*command)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


TEXT = {"json": json.dumps({"codec": HOSTILE, "container": HOSTILE, "key": HOSTILE, HOSTILE: HOSTILE})}
COLUMNS: Mapping[str, object] = {
    "path": os.fsencode(f"/music/{HOSTILE}"),
    "file_key": HOSTILE,
    "analyzer": HOSTILE,
    "worker_version": HOSTILE,
    "ffmpeg": HOSTILE,
    "error_code": HOSTILE,
    "error_message": HOSTILE,
    "missing_since": HOSTILE,
    "analysed_at": HOSTILE,
    "content_key": HOSTILE,
    "nulls": json.dumps({"tempo_bpm": HOSTILE}),
    "details": TEXT["json"],
    "warnings": json.dumps([{"code": "damaged", "message": HOSTILE, "count": 1}]),
    "size": HOSTILE,
    "mtime_ns": HOSTILE,
    "analysis_version": HOSTILE,
    "depends_on_ffmpeg": HOSTILE,
    "lufs": HOSTILE,
}


@pytest.mark.parametrize("column", COLUMNS)
def test_no_column_of_a_crafted_cache_steers_the_terminal(home: Home, column: str) -> None:
    home.run("scan", str(home.music), "--sidecars", "none")
    only_failures = "WHERE error_code IS NOT NULL" if column.startswith("error") else ""
    which = "WHERE rowid = 1" if column == "path" else only_failures
    with sqlite3.connect(home.cache) as cache:
        cache.execute(f"UPDATE tracks SET {column} = ? {which}", (COLUMNS[column],))
        cache.execute("INSERT OR IGNORE INTO roots VALUES (?, ?)", (os.fsencode(f"/{HOSTILE}"), HOSTILE))
    cache.close()
    home.run_all()


SIDECAR_FIELDS = (
    *("analyzer", "worker_version", "generator", "source.name", "source.file_key", "source.content_key"),
    *("nulls.tempo_bpm", "details.codec", "details.container", "details.decoder", "details.key"),
    *("details.later", "warnings.0.code", "warnings.0.message", "fingerprint.lufs", "unknown"),
)


@pytest.mark.parametrize("field", SIDECAR_FIELDS)
def test_no_field_of_a_sidecar_steers_the_terminal(home: Home, field: str) -> None:
    home.run("scan", str(home.music))
    for path in home.music.glob("*.auralis.json"):
        content = json.loads(path.read_bytes())
        content["warnings"] = [{"code": "damaged", "message": "m", "count": 1}]
        at: Any = content
        *above, last = field.split(".")
        for key in above:
            at = at[int(key) if key.isdigit() else key]
        at[last] = HOSTILE
        path.write_text(json.dumps(content))
    home.cache.unlink()
    music, a, b = (str(home.music / name) for name in ("", "a.flac", "b.flac"))
    for command in (("scan", music), ("cache", "rebuild", music), ("show", a), ("compare", a, b)):
        for how in ((), ("--json",)):
            for leftover in home.root.glob("cache.db*"):
                leftover.unlink()
            home.run(*command, *how)


WORKER = """#!{python} -ISB
import json, sys
hostile = {hostile!r}
ready = dict(type="ready", protocol=1, analysis_version=1, worker_version="0.1.0+" + hostile,
    build_profile=hostile, decoders=[hostile], ffmpeg=hostile,
    sandbox={{name: dict(active=False, detail=hostile) for name in
        ("no_new_privs", "landlock", "seccomp", "limits")}})
print(json.dumps(ready), flush=True)
for line in sys.stdin if "serve" in sys.argv else ():
    request = json.loads(line)["id"]
    sys.stderr.write(hostile + "\\n")
    print(json.dumps(dict(type="started", id=request)), flush=True)
    print(json.dumps({answer} | dict(id=request)), flush=True)
    if {dies}:
        sys.exit(hostile)
"""
ANSWERS: Mapping[str, dict[str, Any]] = {
    "message": {
        "type": "failed",
        "error": {
            "code": "nothing_decoded",
            "message": HOSTILE,
            "action": "skip",
            "depends_on_ffmpeg": False,
        },
    },
    "code": {
        "type": "failed",
        "error": {"code": HOSTILE, "message": HOSTILE, "action": "skip", "depends_on_ffmpeg": False},
    },
    "stop": {
        "type": "failed",
        "error": {"code": "not_found", "message": HOSTILE, "action": "stop", "depends_on_ffmpeg": False},
    },
    "type": {"type": HOSTILE},
    "progress": {"type": "progress", "audio_seconds": HOSTILE},
    "done": {
        "type": "done",
        "fingerprint": {HOSTILE: 1.0},
        "nulls": {HOSTILE: HOSTILE},
        "details": {HOSTILE: HOSTILE},
        "warnings": [{"code": HOSTILE, "message": HOSTILE, "count": 1}],
        "content_key": HOSTILE,
    },
}


@pytest.mark.parametrize("answer", ANSWERS)
def test_no_word_of_a_worker_steers_the_terminal(home: Home, answer: str) -> None:
    script = WORKER.format(
        python=sys.executable, hostile=HOSTILE, answer=ANSWERS[answer], dies=answer == "progress"
    )
    home.worker.program.write_text(script)
    music, a = str(home.music), str(home.music / "a.flac")
    for command in (("scan", music), ("show", a), ("doctor",), ("failures", "list"), ("cache", "verify")):
        for how in ((), ("--json",)):
            home.run(*command, *how)
    home.run("--version")


@pytest.mark.parametrize("key", ["exclude", "cache", "worker", "ffmpeg", "sidecar_dir", "jobs", HOSTILE])
def test_no_value_of_the_configuration_steers_the_terminal(home: Home, key: str) -> None:
    value = [HOSTILE] if key == "exclude" else HOSTILE
    home.config.write_text(f"{json.dumps(key)} = {json.dumps(value)}\n".replace("\\ud", "\\\\ud"))
    home.run_all(usage_too=key in ("jobs", "exclude"))
    home.run("config", "set", key, HOSTILE)
    home.run("config", "unset", key)
