"""What `doctor` finds of the programs: the worker, its sandbox, ffmpeg."""

import gc
import sys
import threading
from pathlib import Path

import pytest
from support.scripted_tracks import FakeWorker

from auralis_cli.settings.values import Settings
from auralis_cli.upkeep.doctor import (
    Check,
    State,
    check_ffmpeg,
    check_sandbox,
    check_self_test,
    check_worker,
)
from auralis_cli.workers.program import WorkerCommand
from auralis_cli.workers.protocol import Protection, Ready, Sandbox


def settings(tmp_path: Path, **changes: object) -> Settings:
    return Settings(**{"cache": tmp_path / "cache.db", "jobs": 1, "ffmpeg": "none", **changes})  # type: ignore[arg-type]


def test_a_good_worker_is_described(tmp_path: Path) -> None:
    worker = FakeWorker(tmp_path).program
    found = {check.name: check for check in check_worker(settings(tmp_path, worker=worker))}
    assert found["worker"] == Check("worker", State.OK, f"{worker} 0.1.0, analysis version 1, release build")
    assert found["decoders"] == Check("decoders", State.OK, "in the worker: flac")
    assert found["self-test"].state is State.OK


@pytest.mark.parametrize(
    ("behaviour", "finding"), [("wrong", "lufs of a sine is -7.0"), ("broken", "it was killed by SIGILL")]
)
def test_a_worker_that_fails_its_self_test_is_broken(tmp_path: Path, behaviour: str, finding: str) -> None:
    worker = FakeWorker(tmp_path, behaviour).program
    found = {check.name: check for check in check_worker(settings(tmp_path, worker=worker))}
    assert found["self-test"].state is State.FAIL
    assert finding in found["self-test"].finding


@pytest.mark.parametrize("behaviour", ["other-protocol", "other-version"])
def test_a_worker_that_cannot_be_used_fails_with_advice(tmp_path: Path, behaviour: str) -> None:
    worker = FakeWorker(tmp_path, behaviour).program
    first = check_worker(settings(tmp_path, worker=worker))[0]
    assert (first.name, first.state) == ("worker", State.FAIL)
    assert first.advice is not None
    assert "reinstall auralis" in first.advice


def test_a_program_that_is_no_worker_fails_and_is_quoted(tmp_path: Path) -> None:
    program = tmp_path / "fp-worker"
    program.write_text("#!/bin/sh\necho no such library: libfft.so >&2\nexit 127\n")
    program.chmod(0o755)
    first = check_worker(settings(tmp_path, worker=program))[0]
    assert first.state is State.FAIL
    assert "libfft.so" in first.finding


@pytest.mark.parametrize("name", ["asyncio_0", "waitpid"])
def test_a_self_test_that_gets_no_thread_fails_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    """The thread that makes the sine, or that in which asyncio waits for a child (up to Python 3.11)."""
    start = threading.Thread.start

    def refuse(thread: threading.Thread) -> None:
        if name in thread.name:
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refuse)
    check = check_self_test(WorkerCommand(FakeWorker(tmp_path).program))
    gc.collect()
    assert not caplog.records
    if name == "waitpid" and sys.version_info >= (3, 12):
        return
    assert check.state is State.FAIL
    assert check.finding.startswith("not done, the system allows no more processes or threads")
    assert "raise the limit" in (check.advice or "")


def test_a_missing_worker_fails(tmp_path: Path) -> None:
    first = check_worker(settings(tmp_path, worker=tmp_path / "gone"))[0]
    assert first.state is State.FAIL
    assert "gone does not exist" in first.finding


def test_a_missing_ffmpeg_is_a_warning_that_says_what_is_not_read(tmp_path: Path) -> None:
    check = check_ffmpeg(settings(tmp_path, ffmpeg="no-such-ffmpeg"), None)
    assert check.state is State.WARN
    assert "no-such-ffmpeg was not found: WavPack, Monkey's Audio" in check.finding
    assert check.advice is not None
    assert "install ffmpeg" in check.advice


def test_a_program_that_is_no_ffmpeg_is_a_warning(tmp_path: Path) -> None:
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\nexit 1\n")
    program.chmod(0o755)
    check = check_ffmpeg(settings(tmp_path, ffmpeg=str(program)), None)
    assert check.state is State.WARN
    assert "does not answer '-version'" in check.finding


def test_ffmpeg_switched_off_is_fine(tmp_path: Path) -> None:
    assert check_ffmpeg(settings(tmp_path), None).state is State.OK


def ready_with(**protections: bool) -> Ready:
    parts = {name: Protection(active, "on" if active else "missing") for name, active in protections.items()}
    return Ready(1, 1, "0.1.0", "release", ("flac",), sandbox=Sandbox(**parts))


def test_a_confined_worker_is_ok_and_a_missing_protection_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Linux")
    confined = check_sandbox(ready_with(no_new_privs=True, landlock=True, seccomp=True, limits=True))
    assert confined == Check(
        "sandbox", State.OK, "no new privs: on; landlock: on; seccomp: on; limits: on", None
    )
    without = check_sandbox(ready_with(no_new_privs=True, landlock=False, seccomp=True, limits=True))
    assert without.state is State.WARN
    assert "landlock: missing" in without.finding
    assert without.advice is not None
    assert without.advice.startswith("without landlock a hostile file can do more harm")


def test_where_no_protection_exists_there_is_nothing_to_do_about_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    check = check_sandbox(ready_with(no_new_privs=False, landlock=False, seccomp=False, limits=True))
    assert (check.state, check.advice) == (State.OK, None)


def test_a_worker_that_does_not_speak_of_its_sandbox_is_warned_of() -> None:
    assert check_sandbox(Ready(1, 1, "0.1.0", "release", ("flac",))).state is State.WARN
