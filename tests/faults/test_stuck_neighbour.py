"""A scan beside something that holds its locks and does nothing: it says so, and does not wait for ever."""

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from support.scanned_library import ScannedLibrary, by_name, counts

from auralis_cli.model.record import AnalyzerName
from auralis_cli.scan import patience
from auralis_cli.scan.patience import Patience
from auralis_cli.scan.pending import PendingTrack
from auralis_cli.store.content_locks import ContentLocks
from auralis_cli.system.file_locks import holder_of_byte

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="/proc and F_GETLK as Linux has them")
HOLD_ALL = "import fcntl, sys, time; f = open(sys.argv[1], sys.argv[2]); fcntl.lockf(f, int(sys.argv[3])); "
SAY = "print('held', flush=True); time.sleep(600)"


@pytest.fixture
def library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ScannedLibrary:
    return ScannedLibrary(tmp_path, capsys)


@pytest.fixture
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "SAY_AFTER_S", 0.5)
    monkeypatch.setattr(patience, "MAX_SILENCE_S", 2.0)


@contextmanager
def holding(claims: Path, *, mode: str = "r+b", how: int = 2, stopped: bool = False) -> Iterator[int]:
    """Another process with a lock on every byte of the file: exclusive (2), or shared (1)."""
    command = [sys.executable, "-c", HOLD_ALL + SAY, str(claims), mode, str(how)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        if stopped:
            process.send_signal(signal.SIGSTOP)
        try:
            yield process.pid
        finally:
            process.kill()


@LINUX
@pytest.mark.usefixtures("hasty")
@pytest.mark.parametrize(("mode", "how"), [("r+b", 2), ("rb", 1)], ids=["exclusive", "by a reader"])
@pytest.mark.parametrize("stopped", [True, False], ids=["stopped", "running"])
def test_a_scan_says_whom_it_waits_for_and_goes_on_after_a_while(
    library: ScannedLibrary, mode: str, how: int, stopped: bool
) -> None:
    for number in range(20):
        library.add(f"{number}.flac")
    library.cache.parent.mkdir()
    claims = library.cache.with_name("results.db.claims")
    claims.touch(0o600)
    began = time.monotonic()
    with holding(claims, mode=mode, how=how, stopped=stopped) as pid:
        assert counts(library.scan()) == {"analysed": 20}
    assert 2 < time.monotonic() - began < 60
    assert f"waits for process {pid} (python" in library.report
    assert f"waited 2 s for process {pid} (python" in library.report
    assert "may be stopped; these files were analysed here too" in library.report
    assert counts(library.scan()) == {"cached": 20}


@LINUX
@pytest.mark.usefixtures("hasty")
def test_a_scan_that_had_to_wait_takes_over_what_the_other_did_not_finish(library: ScannedLibrary) -> None:
    library.add("a.flac")
    library.cache.parent.mkdir()
    claims = library.cache.with_name("results.db.claims")
    claims.touch(0o600)
    hold = f"{HOLD_ALL} print('held', flush=True); time.sleep(1.5)"
    command = [sys.executable, "-c", hold, str(claims), "r+b", "2"]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert by_name(library.scan())["a.flac"]["status"] == "analysed"
    assert "waited for process" in library.report
    assert "analysed here too" not in library.report


def test_a_cache_that_changes_shows_life(monkeypatch: pytest.MonkeyPatch) -> None:
    now, changes = 100.0, 0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    waiting = Patience(lambda: changes, lambda _: False, lambda _: None)
    pending = PendingTrack(track=None, file_key="k")  # type: ignore[arg-type]
    for _ in range(100):
        assert not waiting.is_over(pending)
        now, changes = now + patience.MAX_SILENCE_S - 1, changes + 1
    now += 2
    assert not waiting.is_over(pending)
    now += patience.MAX_SILENCE_S + 1
    assert waiting.is_over(pending)
    assert "waited 60 s for another process" in waiting.warnings[0]


def test_only_the_owner_can_open_the_file_of_the_locks(tmp_path: Path) -> None:
    cache, claims = tmp_path / "cache.db", tmp_path / "cache.db.claims"
    for mode in (None, 0o644, 0o666):
        if mode is not None:
            claims.chmod(mode)  # of an earlier version
        locks = ContentLocks(cache, AnalyzerName.WORKER)
        locks.close()
        assert stat.S_IMODE(claims.stat().st_mode) == 0o600
        assert locks.warnings == []


def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    (tmp_path / "cache.db.claims").symlink_to(victim)
    locks = ContentLocks(tmp_path / "cache.db", AnalyzerName.WORKER)
    assert locks.lock("k")
    assert not victim.exists()
    (warning,) = locks.warnings
    assert "it is a symbolic link" in warning


def test_a_planted_pipe_is_not_used(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "cache.db.claims")
    locks = ContentLocks(tmp_path / "cache.db", AnalyzerName.WORKER)
    assert locks.lock("k")
    assert "it is not a file" in locks.warnings[0]


def test_a_second_name_of_another_file_keeps_that_file_s_mode(tmp_path: Path) -> None:
    (tmp_path / "other").touch(0o644)
    (tmp_path / "cache.db.claims").hardlink_to(tmp_path / "other")
    ContentLocks(tmp_path / "cache.db", AnalyzerName.WORKER).close()
    assert stat.S_IMODE((tmp_path / "other").stat().st_mode) == 0o644


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_the_user_is_warned_of_a_file_that_belongs_to_another(tmp_path: Path) -> None:
    (tmp_path / "cache.db.claims").touch(0o666)
    os.chown(tmp_path / "cache.db.claims", 65534, 65534)
    locks = ContentLocks(tmp_path / "cache.db", AnalyzerName.WORKER)
    assert "belongs to another user" in locks.warnings[0]


@LINUX
def test_the_holder_of_a_lock_is_known(tmp_path: Path) -> None:
    (tmp_path / "c").touch()
    with (tmp_path / "c").open("r+b") as file:
        assert holder_of_byte(file.fileno(), 7) is None
        with holding(tmp_path / "c") as pid:
            assert holder_of_byte(file.fileno(), 7) == pid
            assert holder_of_byte(file.fileno(), 1 << 61) == pid
