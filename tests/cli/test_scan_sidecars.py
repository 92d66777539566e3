"""Sidecars that known tracks lack: a scan writes them from the cache, without an analysis."""

import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.made_records import see
from support.scanned_library import ScannedLibrary, counts

from auralis_cli.commands.run_scan import run_scan
from auralis_cli.model.errors import CacheError, ExitCode
from auralis_cli.scan.missing_sidecars import MissingSidecars
from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.sidecars import Sidecars
from auralis_cli.upkeep.sidecar_tracks import write_sidecars


@pytest.fixture
def library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ScannedLibrary:
    """Three tracks and a failure, scanned without sidecars."""
    made = ScannedLibrary(tmp_path, capsys)
    for name in ("a/1.flac", "a/2.flac", "b/3.flac"):
        made.add(name)
    made.add("a/bad.flac", "fail skip")
    assert counts(made.scan(code=ExitCode.SOME_FAILED)) == {"analysed": 3, "failed": 1}
    return made


def sidecars_below(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*.auralis.json"))


BESIDE = ["a/1.flac.auralis.json", "a/2.flac.auralis.json", "b/3.flac.auralis.json"]


@pytest.mark.parametrize("json_lines", [True, False])
def test_sidecars_turned_on_later_are_written_from_the_cache(
    library: ScannedLibrary, json_lines: bool
) -> None:
    settings = library.settings(sidecars=SidecarMode.BESIDE)
    run_scan([str(library.music)], settings, json=json_lines)
    report = library.capture.readouterr().err
    assert sidecars_below(library.music) == BESIDE
    assert "3 written from the cache" in report
    assert " 0 analysed, 3 cached" in report
    content = json.loads((library.music / BESIDE[0]).read_bytes())
    assert content["source"]["name"] == "1.flac"
    assert len(content["source"]["file_key"]) == 32


def test_sidecars_that_were_deleted_are_written_again_and_the_others_left_alone(
    library: ScannedLibrary,
) -> None:
    settings = library.settings(sidecars=SidecarMode.BESIDE)
    library.scan(settings=settings)
    (library.music / BESIDE[1]).unlink()
    for name in (BESIDE[0], BESIDE[2]):
        os.utime(library.music / name, ns=(1, 1))
    assert counts(library.scan(settings=settings)) == {"cached": 3, "failed": 1}
    assert "1 written from the cache" in library.report
    assert sidecars_below(library.music) == BESIDE
    assert [(library.music / name).stat().st_mtime_ns == 1 for name in BESIDE] == [True, False, True]
    library.scan(settings=settings)
    assert "from the cache" not in library.report


def test_sidecars_moved_to_a_mirror_are_written_there(library: ScannedLibrary) -> None:
    library.scan(settings=library.settings(sidecars=SidecarMode.BESIDE))
    mirror = library.music / "mirror"  # inside the library, where it is in nobody's way
    settings = library.settings(sidecars=SidecarMode.MIRROR, sidecar_dir=mirror)
    assert counts(library.scan(settings=settings)) == {"cached": 3, "failed": 1}
    below = str(library.music).lstrip("/")
    assert sidecars_below(mirror) == [f"{below}/{name}" for name in BESIDE]
    assert counts(library.scan(settings=settings)) == {"cached": 3, "failed": 1}


def test_a_dry_run_says_how_many_and_writes_none(library: ScannedLibrary) -> None:
    settings = library.settings(sidecars=SidecarMode.BESIDE)
    run_scan([str(library.music)], settings, dry_run=True)
    assert "3 to be written from the cache" in library.capture.readouterr().err
    assert sidecars_below(library.music) == []


def test_a_library_that_cannot_be_written_to_is_one_line_and_none_where_only_news_is_told(
    library: ScannedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    access: Callable[..., bool] = os.access
    monkeypatch.setattr(os, "access", lambda path, *mode: "/music" not in str(path) and access(path, *mode))
    settings = library.settings(sidecars=SidecarMode.BESIDE)
    assert counts(library.scan(settings=settings)) == {"cached": 3, "failed": 1}
    (line,) = [line for line in library.report.splitlines() if "cannot write" in line]
    assert line.startswith("  sidecars cannot write 3 sidecars, such as ")
    run_scan([str(library.music)], settings, quiet=True)
    assert library.capture.readouterr().err == ""
    assert sidecars_below(library.music) == []


def test_a_mirror_whose_disk_is_not_mounted_is_not_begun_anew(
    library: ScannedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    nas = library.home / "nas"
    nas.mkdir()
    monkeypatch.setattr("auralis_cli.files.presence.may_be_mount_point", lambda folder: folder == str(nas))
    settings = library.settings(sidecars=SidecarMode.MIRROR, sidecar_dir=nas / "sidecars")
    library.add("new.flac", size=1234)
    assert counts(library.scan(settings=settings)) == {"analysed": 1, "cached": 3, "failed": 1}
    assert f"cannot write 3 sidecars, such as {nas}/sidecars" in library.report
    assert f"nothing is mounted at {nas}; the results are in the cache; mount it" in library.report
    assert list(nas.iterdir()) == []
    assert write_sidecars([str(library.music)], settings).written == 4
    assert counts(library.scan(settings=settings)) == {"cached": 4, "failed": 1}
    assert "nothing is mounted" not in library.report


def test_a_cache_that_fails_meanwhile_ends_the_scan(
    library: ScannedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise CacheError("the cache cannot be read")

    monkeypatch.setattr("auralis_cli.scan.missing_sidecars.MissingSidecars._read", fail)
    with pytest.raises(CacheError, match="cannot be read"):
        run_scan([str(library.music)], library.settings(sidecars=SidecarMode.BESIDE))


def test_two_scans_at_once_write_each_missing_sidecar_whole(library: ScannedLibrary) -> None:
    for number in range(300):
        library.add(f"c/{number}.flac", size=1000 + number)
    library.scan()
    command = [sys.executable, "-m", "auralis_cli", "scan", str(library.music), "--sidecars", "beside"]
    command += ["--cache", str(library.cache)]
    variables = {
        "WORKER": str(library.worker.program),
        "CONFIG": str(library.home / "none"),
        "FFMPEG": "none",
    }
    environment = os.environ | {f"AURALIS_{name}": value for name, value in variables.items()}
    scans = [subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) for _ in "12"]
    reports = [scan.communicate(timeout=60)[1] for scan in scans]
    assert [scan.returncode for scan in scans] == [0, 0], reports
    assert sum(int(n) for report in reports for n in re.findall(r"sidecars (\d+) written", report)) >= 303
    sidecars = Sidecars(SidecarMode.BESIDE, None)
    tracks = [see(path) for path in library.music.rglob("*.flac") if path.name != "bad.flac"]
    assert len(tracks) == 303
    assert all(sidecars.read(track) is not None for track in tracks)
    assert not list(library.music.rglob(".*"))


def test_ctrl_c_leaves_the_rest_for_the_next_scan(
    library: ScannedLibrary, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(300):
        library.add(f"c/{number}.flac", size=1000 + number)
    library.scan()
    settings = library.settings(sidecars=SidecarMode.BESIDE)
    write = MissingSidecars._write_share
    first = threading.Lock()

    def interrupt(missing: MissingSidecars, known: Any) -> int:
        if first.acquire(blocking=False):
            os.kill(os.getpid(), signal.SIGINT)
        return write(missing, known)

    monkeypatch.setattr(MissingSidecars, "_write_share", interrupt)
    assert run_scan([str(library.music)], settings, quiet=True) is ExitCode.INTERRUPTED
    assert 0 < len(sidecars_below(library.music)) < 303
    assert counts(library.scan(settings=settings)) == {"cached": 303, "failed": 1}
    assert len(sidecars_below(library.music)) == 303
