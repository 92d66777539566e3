"""Where the worker is looked for, and what is said when it is missing, broken or of another version."""

import sys
import sysconfig
from pathlib import Path

import pytest
from support.scripted_tracks import FakeWorker

from auralis_cli.model.errors import WorkerUnavailableError
from auralis_cli.settings.values import Settings
from auralis_cli.workers import program
from auralis_cli.workers.program import WorkerCommand, find_worker, identify_worker


def settings(worker: Path | None = None) -> Settings:
    return Settings(cache=Path("unused.db"), jobs=1, worker=worker)


@pytest.fixture
def nothing_installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.setattr(sysconfig, "get_path", lambda _: str(empty))
    monkeypatch.setattr(sys, "executable", str(empty / "python"))
    monkeypatch.setattr(sys, "argv", [str(empty / "auralis")])
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    return empty


@pytest.mark.usefixtures("nothing_installed")
def test_the_set_worker_wins_over_any_other(tmp_path: Path) -> None:
    program = FakeWorker(tmp_path).program
    assert find_worker(settings(program)) == program


@pytest.mark.usefixtures("nothing_installed")
def test_a_set_worker_that_is_not_there_is_never_replaced_by_another(tmp_path: Path) -> None:
    with pytest.raises(WorkerUnavailableError, match=r"gone does not exist; correct AURALIS_WORKER"):
        find_worker(settings(tmp_path / "gone"))
    (tmp_path / "plain").touch()
    with pytest.raises(WorkerUnavailableError, match="plain is not executable"):
        find_worker(settings(tmp_path / "plain"))


def test_the_installed_worker_wins_over_the_one_on_path(nothing_installed: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    on_path = FakeWorker(tmp_path).program.rename(tmp_path / "bin" / program.PROGRAM)
    assert find_worker(settings()) == on_path
    installed = FakeWorker(nothing_installed).program.rename(nothing_installed / program.PROGRAM)
    assert find_worker(settings()) == installed


def test_a_missing_worker_is_reported_with_the_places_searched(nothing_installed: Path) -> None:
    with pytest.raises(WorkerUnavailableError, match=f"not found in {nothing_installed}.*pip install"):
        find_worker(settings())


def test_a_worker_says_who_it_is(tmp_path: Path) -> None:
    ready = identify_worker(WorkerCommand(FakeWorker(tmp_path).program, ffmpeg="none"))
    assert (ready.protocol, ready.analysis_version, ready.build_profile) == (1, 1, "release")


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [("other-version", "reinstall auralis so that both"), ("other-protocol", "speaks protocol 99")],
)
def test_a_worker_of_another_version_is_refused(tmp_path: Path, behaviour: str, reason: str) -> None:
    with pytest.raises(WorkerUnavailableError, match=reason):
        identify_worker(WorkerCommand(FakeWorker(tmp_path, behaviour).program))


def test_a_program_that_is_no_worker_is_refused_with_what_it_said(tmp_path: Path) -> None:
    program = tmp_path / "other"
    program.write_text("#!/bin/sh\necho 'unknown option identity' >&2; exit 1\n")
    program.chmod(0o755)
    with pytest.raises(WorkerUnavailableError, match=r"does not answer like an fp-worker \(unknown option"):
        identify_worker(WorkerCommand(program))


def test_low_priority_starts_the_worker_through_nice(tmp_path: Path) -> None:
    program = tmp_path / "report"
    program.write_text("#!/bin/sh\nps -o nice= -p $$ >&2\n")
    program.chmod(0o755)
    arguments = WorkerCommand(program, nice=True).arguments("identity")
    assert arguments[1:3] == ["-n", "10"]
    assert arguments[-2:] == [str(program), "identity"]
    assert identify_worker(WorkerCommand(FakeWorker(tmp_path).program, nice=True)).protocol == 1
