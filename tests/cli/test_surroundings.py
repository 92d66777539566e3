"""Where auralis is started may lack what programs rely on: a message or a result, never a traceback."""

import json
import os
import pwd
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import pytest
from support.scripted_tracks import FakeWorker, write_track

from auralis_cli.app import main
from auralis_cli.model.errors import ConfigError
from auralis_cli.settings.resolve import resolve_settings, resolve_with_sources

pytestmark = pytest.mark.skipif(os.name != "posix", reason="a shell, /dev/full and locales of POSIX")

COMMANDS = [
    ("scan", "music", "--json"),
    ("scan", "music", "--dry-run"),
    ("show", "music/a.flac"),
    ("show", "music/a.flac", "--json"),
    ("compare", "music/a.flac", "music/b.flac", "--json"),
    ("failures", "list"),
    ("failures", "list", "--json"),
    ("cache", "info"),
    ("cache", "path"),
    ("schema",),
    ("schema", "--table"),
    ("config", "show"),
    ("doctor",),
    ("--version",),
    ("scan", "--help"),
]


def run(
    command: list[str], environment: dict[str, str] | None = None, folder: Path | None = None
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, timeout=60, check=False
    )


class Home:
    """A home with a library, and `auralis` run in it by a shell."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.worker = FakeWorker(folder)
        for name, script in (("a.flac", "ok"), ("b.flac", "ok 2"), ("bad.flac", "fail skip")):
            write_track(folder / "music", name, script)
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("AURALIS_", "XDG_"))},
            "HOME": str(folder),
            "PYTHONPATH": os.pathsep.join(sys.path),
            "AURALIS_WORKER": str(self.worker.program),
            "AURALIS_CONFIG": str(folder / "none.toml"),
            "AURALIS_CACHE": str(folder / "cache.db"),
            "AURALIS_SIDECARS": "none",
            "AURALIS_FFMPEG": "none",
        }

    def run(
        self, *arguments: str, redirect: str = "", before: str = "", **variables: str
    ) -> "subprocess.CompletedProcess[str]":
        script = f'{before} exec "$@" {redirect}'
        command = ["sh", "-c", script, "sh", sys.executable, "-m", "auralis_cli", *arguments]
        return run(command, self.environment | variables, self.folder)

    def rows(self) -> int:
        with sqlite3.connect(self.folder / "cache.db") as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            return int(connection.execute("SELECT count(*) FROM tracks").fetchone()[0])


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home whose library has been scanned; tests only read in it."""
    home = Home(tmp_path_factory.mktemp("home"))
    assert home.run("scan", "music").returncode == 1
    return home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("redirect", "why"), [(">/dev/full", "No space left on device"), (">&-", "it is closed")]
)
def test_standard_output_that_takes_nothing_is_a_message(
    scanned: Home, command: tuple[str, ...], redirect: str, why: str
) -> None:
    result = scanned.run(*command, redirect=redirect)
    assert result.returncode == 2
    assert result.stderr.splitlines()[-1] == f"auralis: cannot write to standard output: {why}"
    assert "Traceback" not in result.stderr
    assert "ignored" not in result.stderr  # by Python, at its end


@pytest.mark.parametrize("redirect", ["2>/dev/full", "2>&-"])
def test_a_log_that_cannot_be_written_costs_no_result(home: Home, redirect: str) -> None:
    result = home.run("scan", "music", "--json", redirect=redirect)
    assert result.returncode == 1  # of the track that fails
    assert json.loads(result.stdout.splitlines()[-1])["analysed"] == 2
    assert home.rows() == 3
    assert home.run("cache", "verify", redirect=redirect).returncode == 0


def test_no_file_of_a_scan_gets_the_number_of_a_closed_stream(home: Home) -> None:
    """It would get the progress and the report, in the middle of the cache."""
    assert home.run("scan", "music", redirect="<&- >&- 2>&-").returncode == 1
    assert home.rows() == 3


def test_a_full_disk_under_the_output_keeps_what_was_analysed(home: Home) -> None:
    assert home.run("scan", "music", "--json", redirect=">/dev/full").returncode == 2
    assert home.run("scan", "music").returncode == 1


def test_a_deleted_working_folder_is_a_message_or_a_result(home: Home) -> None:
    gone = "mkdir gone && cd gone && rmdir ../gone &&"
    for command in (("show", "a.flac"), ("cache", "info"), ("scan", ".", "-q")):
        result = home.run(*command, before=gone)
        assert result.returncode == 2, command
        assert (
            result.stderr
            == "auralis: the current folder has been deleted; change to another one and try again\n"
        )
    assert home.run("schema", before=gone).returncode == 0


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(_: int) -> NoReturn:
        raise KeyError("uid not found")

    monkeypatch.setattr(pwd, "getpwuid", unknown)
    for name in list(os.environ):
        if name == "HOME" or name.startswith(("XDG_", "AURALIS_")):
            monkeypatch.delenv(name)


@pytest.mark.usefixtures("homeless")
def test_without_a_home_the_cache_has_to_be_named_and_nothing_else(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"HOME is not set.*--cache"):
        resolve_settings({})
    found = resolve_with_sources({"cache": tmp_path / "cache.db"})
    assert found.settings.cache == tmp_path / "cache.db"
    assert found.config_path.is_absolute()


@pytest.fixture
def latin_1(tmp_path: Path) -> dict[str, str]:
    """The variables of a locale with ISO 8859-1, made for the test."""
    if shutil.which("localedef") is None:
        pytest.skip("needs the program localedef")
    name = "en_US.ISO-8859-1"
    made = run(["localedef", "--no-archive", "-i", "en_US", "-f", "ISO-8859-1", str(tmp_path / name)])
    if made.returncode != 0:
        pytest.skip(f"cannot make a locale: {made.stderr}")
    return {"LOCPATH": str(tmp_path), "LC_ALL": name, "PYTHONUTF8": "", "PYTHONIOENCODING": ""}


def test_names_are_bytes_in_a_locale_of_8_bits(home: Home, latin_1: dict[str, str]) -> None:
    shutil.rmtree(home.folder / "music")
    names = ["caf\N{LATIN SMALL LETTER E WITH ACUTE}.flac", "caf\udce9.flac"]
    for name in names:
        write_track(home.folder / "music", name)
    code = "import sys; print(sys.getfilesystemencoding())"
    seen = run([sys.executable, "-c", code], home.environment | latin_1)
    assert seen.stdout == "iso8859-1\n"
    result = home.run("scan", "music", "--json", **latin_1)
    assert result.returncode == 0, result.stderr
    tracks = [json.loads(line) for line in result.stdout.splitlines()][1:-1]
    assert {Path(track["path"]).name for track in tracks} == {names[0], "caf\N{REPLACEMENT CHARACTER}.flac"}
    # Names that another locale found are known in this one.
    assert (
        json.loads(home.run("scan", "music", "--json", LC_ALL="C.UTF-8").stdout.splitlines()[-1])["cached"]
        == 2
    )


def no_thread(_: threading.Thread) -> NoReturn:
    raise RuntimeError("can't start new thread")


def no_process(*_: object, **__: object) -> NoReturn:
    raise BlockingIOError(11, "Resource temporarily unavailable")


@pytest.mark.parametrize(
    ("target", "fault"),
    [("threading.Thread.start", no_thread), ("auralis_cli.commands.run_scan.choose_analyzer", no_process)],
)
def test_a_system_that_allows_no_more_processes_is_named(
    home: Home,
    target: str,
    fault: Callable[..., Any],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for name, value in home.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["auralis", "scan", str(home.folder / "music"), "-q"])
    monkeypatch.setattr(target, fault)
    with pytest.raises(SystemExit) as end:
        main()
    assert end.value.code == 2
    assert "the system allows no more processes or threads" in capsys.readouterr().err
