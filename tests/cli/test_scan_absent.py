"""What is left out must not look like success: missing disks, unreadable folders, failures of before."""

import errno
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from support.scanned_library import ScannedLibrary, by_name, counts

from auralis_cli.commands.run_scan import run_scan
from auralis_cli.model.errors import ConfigError, ExitCode

FAILED, BROKEN = ExitCode.SOME_FAILED, ExitCode.BROKEN


@pytest.fixture
def library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ScannedLibrary:
    return ScannedLibrary(tmp_path, capsys)


@pytest.mark.parametrize("loss", ["gone", "empty", "only a sentinel left"])
@pytest.mark.parametrize("dry_run", [False, True])
def test_a_known_folder_that_is_gone_or_empty_is_refused(
    library: ScannedLibrary, loss: str, dry_run: bool
) -> None:
    library.add("1.flac")
    library.add("album/2.flac")
    library.scan()
    shutil.rmtree(library.music)
    if loss != "gone":
        library.music.mkdir()
    if loss == "only a sentinel left":
        (library.music / ".keep").touch()
        (library.music / "lost+found").mkdir()
    events = library.scan(code=FAILED, dry_run=dry_run)
    failed = by_name(events)["music"]["error"]
    assert failed["code"] == "absent"
    assert failed["message"].startswith(
        f"{library.music} is {'not there' if loss == 'gone' else 'empty'}, but 2 tracks below it are known; "
        "is it mounted?"
    )
    assert failed["message"] in library.report


def test_a_folder_nobody_knows_is_wrong_usage_if_gone_and_nothing_if_empty(
    library: ScannedLibrary, tmp_path: Path
) -> None:
    assert counts(library.scan(tmp_path / "typo", code=BROKEN)) == {"failed": 1}
    (tmp_path / "new").mkdir()
    assert counts(library.scan(tmp_path / "new")) == {"skipped": 1}


def test_one_missing_disk_does_not_keep_the_others_from_being_scanned(library: ScannedLibrary) -> None:
    library.add("1.flac")
    other = library.add("../usb/2.flac").parent
    library.scan(library.music, other)
    shutil.rmtree(other)
    library.add("3.flac")
    assert counts(library.scan(library.music, other, code=FAILED)) == {
        "analysed": 1,
        "cached": 1,
        "failed": 1,
    }
    # Without a path the folders of before are scanned, and those that are away are told.
    assert counts(library.scan_again(code=FAILED)) == {"cached": 2, "failed": 1}


def test_a_scan_without_a_path_needs_a_folder_of_before(library: ScannedLibrary) -> None:
    with pytest.raises(ConfigError, match="nothing to scan: name a folder or a file"):
        run_scan([], library.settings())
    library.add("album/1.flac")
    library.scan(library.music / "album")
    library.scan()
    shutil.rmtree(library.music / "album")
    library.add("2.flac")
    library.scan()
    assert counts(library.scan_again()) == {"cached": 1}


def test_failures_of_before_are_told_once_unless_strict(library: ScannedLibrary) -> None:
    broken = library.add("old.flac", "fail skip")
    assert run_scan([str(library.music)], library.settings(), quiet=True) is FAILED
    assert str(broken) in library.capture.readouterr().err
    assert run_scan([str(library.music)], library.settings(), quiet=True) is ExitCode.OK
    assert library.capture.readouterr().err == ""
    assert run_scan([str(library.music)], library.settings(), quiet=True, strict=True) is FAILED
    assert str(broken) in library.capture.readouterr().err
    new = library.add("new.flac", "fail skip")
    assert run_scan([str(library.music)], library.settings(), quiet=True) is FAILED
    said = library.capture.readouterr().err
    assert "1 nothing_decoded" in said
    assert str(new) in said
    assert str(broken) not in said


@pytest.mark.parametrize(
    ("number", "code"),
    [(errno.EACCES, "permission_denied"), (errno.ESTALE, "read_error"), (errno.EIO, "read_error")],
)
def test_a_folder_that_cannot_be_listed_is_a_failure(
    library: ScannedLibrary, monkeypatch: pytest.MonkeyPatch, number: int, code: str
) -> None:
    library.add("shut/1.flac")
    library.add("2.flac")
    real = os.scandir

    def scandir(path: str) -> object:
        if str(path).endswith("shut"):
            raise OSError(number, os.strerror(number))
        return real(path)

    monkeypatch.setattr(os, "scandir", scandir)
    events = library.scan(code=FAILED)
    assert counts(events) == {"analysed": 1, "failed": 1}
    assert by_name(events)["shut"]["error"]["code"] == code
    assert f"cannot list the folder {library.music}/shut: {os.strerror(number)}" in library.report


def test_a_folder_whose_path_is_too_long_is_a_failure(library: ScannedLibrary) -> None:
    library.add("1.flac")
    here = os.getcwd()
    os.chdir(library.music)
    try:
        for _ in range(22):
            os.mkdir("n" * 200)
            os.chdir("n" * 200)
    finally:
        os.chdir(here)
    try:
        events = library.scan(code=FAILED)
    finally:
        subprocess.run(["rm", "-rf", str(library.music / ("n" * 200))], check=True)
    assert counts(events) == {"analysed": 1, "failed": 1}
    assert "File name too long" in library.report
    assert "shorten the names of the folders above it" in library.report


MOUNTED = """
import subprocess, sys
from pathlib import Path
music, disk, *auralis = sys.argv[1:]
inner = Path(music, "inner")
subprocess.run(["mount", "-t", "tmpfs", "none", str(inner)], check=True)
(inner / "album").mkdir()
for name in ("1.flac", "2.flac"):
    (inner / "album" / name).write_bytes(b"ok " + name.encode())
print(subprocess.run([*auralis, "scan", music], capture_output=True, text=True).returncode)
subprocess.run(["umount", str(inner)], check=True)
"""


def may_mount() -> bool:
    try:
        trial = ["unshare", "-rm", "mount", "-t", "tmpfs", "none", "/mnt"]
        done = subprocess.run(trial, check=False, capture_output=True)
    except OSError:
        return False
    return done.returncode == 0


@pytest.mark.skipif(not may_mount(), reason="needs a namespace of its own to mount in")
def test_a_disk_mounted_below_a_folder_is_remembered_when_it_is_away(
    library: ScannedLibrary, tmp_path: Path
) -> None:
    for number in range(4):
        library.add(f"{number}.flac")
    (library.music / "inner").mkdir()
    settings = ["--cache", str(library.cache), "--sidecars", "none"]
    environment = os.environ | {"AURALIS_WORKER": str(library.worker.program), "AURALIS_FFMPEG": "none"}
    environment["AURALIS_CACHE"] = str(library.cache)
    environment["AURALIS_SIDECARS"] = "none"
    auralis = [sys.executable, "-m", "auralis_cli"]
    mounted = subprocess.run(
        ["unshare", "-rm", sys.executable, "-c", MOUNTED, str(library.music), str(tmp_path), *auralis],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert mounted.stdout == "0\n", mounted.stderr
    events = library.scan(code=FAILED)
    assert counts(events) == {"cached": 4, "failed": 1}
    assert "inner is empty, but 2 tracks below it are known; is it mounted?" in library.report
    prune = subprocess.run(
        [*auralis, "cache", "prune", "--now", *settings[:2]],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert prune.returncode == 1, prune.stderr
    assert f"2 missing below {library.music}/inner: the folder is empty; mount it" in prune.stdout
    assert "removed" not in prune.stdout
