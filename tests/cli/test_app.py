"""The program as a shell sees it: help, version, exit codes, and where messages go."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from support.program import run_auralis
from support.scripted_tracks import FakeWorker
from typer.testing import CliRunner

from auralis_cli import __version__
from auralis_cli.app import COMMANDS, app, main
from auralis_cli.lazy_group import load_command
from auralis_cli.model.errors import TrackFailedError

SLOW_MODULES = {"rich", "sqlite3", "asyncio", "platformdirs", "numpy"}


def test_help_lists_every_command_and_the_exit_codes(tmp_path: Path) -> None:
    result = run_auralis("--help", home=tmp_path)
    assert result.returncode == 0
    assert all(f"  {entry.name} " in result.stdout for entry in COMMANDS)
    assert all(entry.summary in result.stdout for entry in COMMANDS)
    assert "130  interrupted; what was finished is stored" in result.stdout


def test_help_imports_no_command_and_nothing_slow(tmp_path: Path) -> None:
    code = (
        "import sys\nsys.argv = ['auralis', '--help']\nfrom auralis_cli.app import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    loaded = set(result.stderr.split())
    assert not loaded & SLOW_MODULES
    assert not {name for name in loaded if name.startswith("auralis_cli.commands.")}


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.name)
def test_every_command_has_help_that_says_more_than_its_line_in_the_list(
    entry: object, tmp_path: Path
) -> None:
    name = entry.name  # type: ignore[attr-defined]
    result = run_auralis(name, "--help", home=tmp_path)
    assert result.returncode == 0, result.stderr
    assert f"auralis {name}" in result.stdout


def every_page() -> dict[str, str]:
    """The help of each command as it is on a terminal of 80 columns."""
    names: list[tuple[str, ...]] = [(), *((entry.name,) for entry in COMMANDS)]
    for entry in COMMANDS:
        names += [(entry.name, name) for name in getattr(load_command(entry), "commands", {})]
    pages = {name: CliRunner().invoke(app, [*name, "--help"], terminal_width=80) for name in names}
    assert {result.exit_code for result in pages.values()} == {0}
    return {" ".join(name): result.stdout for name, result in pages.items()}


def test_every_help_page_has_examples_and_fits_80_columns_without_breaking_a_word() -> None:
    for name, page in every_page().items():
        assert name == "config list" or re.search(rf"Examples:\n +.*auralis {name}", page), name
        assert max(map(len, page.splitlines())) <= 80, name
        assert "..." not in page.replace("[ARGS]...", "").replace("VALUE...", ""), name


def test_help_can_be_typed_as_a_command(tmp_path: Path) -> None:
    for words in (["scan"], ["cache", "prune"], []):
        asked = run_auralis("help", *words, home=tmp_path)
        assert (asked.returncode, asked.stderr) == (0, "")
        assert asked.stdout == run_auralis(*words, "--help", home=tmp_path).stdout
    unknown = run_auralis("help", "sacn", home=tmp_path)
    assert unknown.returncode == 2
    assert "'scan'" in unknown.stderr


@pytest.mark.parametrize("flag", ["--version", "-V"])
def test_version_asks_the_worker(tmp_path: Path, flag: str) -> None:
    result = run_auralis(flag, home=tmp_path, AURALIS_WORKER=str(FakeWorker(tmp_path).program))
    assert result.returncode == 0
    assert result.stdout.splitlines() == [f"auralis {__version__}", "fp-worker 0.1.0", "analysis version 1"]


def test_version_without_a_worker_says_so_and_succeeds(tmp_path: Path) -> None:
    result = run_auralis("--version", home=tmp_path, AURALIS_WORKER=str(tmp_path / "gone"))
    assert result.returncode == 0
    assert result.stdout.splitlines() == [
        f"auralis {__version__}",
        "fp-worker not available; run 'auralis doctor' to see why",
    ]


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["show"], ["show", "--nonsense", "x"], ["compare", "one"]]
)
def test_wrong_usage_is_2_and_prints_nothing_on_stdout(tmp_path: Path, arguments: list[str]) -> None:
    result = run_auralis(*arguments, home=tmp_path)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("auralis: ")
    assert result.stderr.count("\n") == 1
    assert re.search(r"; see 'auralis[a-z ]* --help'$", result.stderr.rstrip())


def test_a_misspelt_command_names_its_nearest(tmp_path: Path) -> None:
    assert "'compare'" in run_auralis("comapre", home=tmp_path).stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("cache", "prune", "https://ada:OPEN1@host/"),
        ("cache", "prune", "https://ada:an@OPEN1@host/"),
        ("config", "set", "scheduler", "tcp://ada:OPEN1@host:1"),
    ],
)
def test_an_error_repeats_no_password(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    result = run_auralis(*arguments, home=tmp_path)
    assert result.returncode == 2
    assert "://ada:…@host" in result.stderr
    assert "OPEN1" not in result.stdout + result.stderr


def test_an_error_for_the_user_has_no_traceback(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("jobs = 0")
    result = run_auralis("config", "show", home=tmp_path)
    assert result.returncode == 2
    assert result.stdout == ""
    assert result.stderr.startswith("auralis: jobs in ")
    assert "Traceback" not in result.stderr


def run_main(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setattr(sys, "argv", ["auralis", *arguments])
    with pytest.raises(SystemExit, match=r"\d+") as caught:
        main()
    assert isinstance(caught.value.code, int)
    return caught.value.code


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (TrackFailedError("no such file /m/\x1b[31m.flac"), 1, "auralis: no such file /m/\\x1b[31m.flac\n"),
        (KeyboardInterrupt(), 130, ""),
        (ZeroDivisionError("what nobody foresaw"), 2, "this is a defect of auralis"),
    ],
)
def test_each_kind_of_error_has_its_exit_code(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: BaseException,
    code: int,
    message: str,
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr("auralis_cli.settings.resolve.resolve_with_sources", fail)
    assert run_main(["config", "show"], monkeypatch) == code
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert ("Traceback" in captured.err) == isinstance(error, ZeroDivisionError)


def test_every_command_of_the_list_can_be_loaded() -> None:
    assert app.info.cls is not None
    for entry in COMMANDS:
        assert load_command(entry).name == entry.name


@pytest.mark.parametrize(
    ("words", "expected"),
    [("auralis sc", ["scan", "schema"]), ("auralis compare --side", ["--sidecars", "--sidecar-dir"])],
)
def test_the_shell_completes_commands_and_their_options(
    tmp_path: Path, words: str, expected: list[str]
) -> None:
    request = {"COMP_WORDS": words, "COMP_CWORD": str(len(words.split()) - 1)}
    result = run_auralis(home=tmp_path, _AURALIS_COMPLETE="complete_bash", **request)
    assert result.stdout.split() == expected
