"""Disks that are full, read-only or not ours to write: what can be kept is kept, nothing is half written."""

import json
import os
import random
import resource
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from support.made_records import see
from support.random_fingerprints import draw_record, fill_with
from support.scripted_tracks import FakeWorker, write_track

from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.sidecars import Sidecars

Limits = Callable[[], None]
PROGRAM = (sys.executable, "-m", "auralis_cli")


def scan(
    music: Path,
    cache: Path,
    worker: Path,
    *flags: str,
    limits: Limits | None = None,
    prefix: Sequence[str] = (),
) -> subprocess.CompletedProcess[str]:
    """`auralis scan --json` as a process of its own; never raises."""
    environment = {
        **os.environ,
        "AURALIS_WORKER": str(worker),
        "AURALIS_FFMPEG": "none",
        "AURALIS_CONFIG": "/nonexistent/config.toml",
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    return subprocess.run(
        [*prefix, *PROGRAM, "scan", str(music), "--cache", str(cache), "--json", *flags],
        env=environment,
        cwd="/",
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        preexec_fn=limits,
    )


def no_file_above(size: int) -> Limits:
    """What a full disk is to a program: writes end with an error."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


def statuses(run: subprocess.CompletedProcess[str]) -> dict[str, int]:
    summary: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return {name: summary[name] for name in ("analysed", "cached", "failed") if summary[name]}


def stored(cache: Path) -> int:
    """Rows of a cache that must be sound."""
    with sqlite3.connect(cache) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        return int(connection.execute("SELECT count(*) FROM tracks").fetchone()[0])


def good_sidecars(music: Path) -> int:
    """Sidecars that answer; any other file that is left beside the music fails the test."""
    tracks = list(music.rglob("*.flac"))
    sidecars = Sidecars(SidecarMode.BESIDE, None)
    answers = sum(sidecars.read(see(path)) is not None for path in tracks)
    assert sidecars.warnings == []
    names = {path.name for path in music.rglob("*") if path.is_file()}
    assert names <= {path.name for path in tracks} | {f"{path.name}.auralis.json" for path in tracks}
    return answers


@pytest.fixture
def worker(tmp_path: Path) -> Path:
    return FakeWorker(tmp_path).program


@pytest.fixture
def music(tmp_path: Path) -> Path:
    for number in range(30):
        write_track(tmp_path / "music", f"{number:02}.flac", "slow 0.05")
    return tmp_path / "music"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of one megabyte."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mount.returncode != 0:
        pytest.skip(f"cannot mount a file system here: {mount.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def test_no_room_for_sidecars_costs_no_result(music: Path, tmp_path: Path, worker: Path) -> None:
    cache = tmp_path / "cache.db"
    disk = tmp_path / "mirror"
    disk.write_text("a file where the folder of sidecars should be")
    run = scan(music, cache, worker, "--sidecars", "mirror", "--sidecar-dir", str(disk))
    assert (run.returncode, statuses(run)) == (0, {"analysed": 30})
    assert "cannot write 30 sidecars, such as" in run.stderr
    assert "results are in the cache" in run.stderr
    assert stored(cache) == 30


def test_a_full_disk_under_the_sidecars_costs_no_result(
    music: Path, tmp_path: Path, worker: Path, small_disk: Path
) -> None:
    (small_disk / "filler").write_bytes(bytes((1 << 20) - 40_000))
    mirror = small_disk / "mirror"
    cache = tmp_path / "cache.db"
    run = scan(music, cache, worker, "--sidecars", "mirror", "--sidecar-dir", str(mirror))
    assert (run.returncode, statuses(run)) == (0, {"analysed": 30})
    assert "No space left on device" in run.stderr
    assert stored(cache) == 30
    written = [path for path in mirror.rglob("*") if path.is_file()]
    assert 0 < len(written) < 30
    assert all(path.name.endswith(".flac.auralis.json") for path in written)
    assert all(json.loads(path.read_bytes())["format"] == 2 for path in written)
    (small_disk / "filler").unlink()
    run = scan(music, cache, worker, "--sidecars", "mirror", "--sidecar-dir", str(mirror))
    assert statuses(run) == {"cached": 30}
    assert len([path for path in mirror.rglob("*") if path.is_file()]) == 30


def test_a_full_disk_under_the_cache_stops_the_scan_and_keeps_what_is_done(
    music: Path, worker: Path, small_disk: Path
) -> None:
    cache = small_disk / "cache.db"
    assert statuses(scan(music / "00.flac", cache, worker)) == {"analysed": 1}
    filler = small_disk / "filler"
    free = os.statvfs(small_disk)
    filler.write_bytes(bytes(free.f_bavail * free.f_bsize - 80_000))
    run = scan(music, cache, worker)
    assert run.returncode == 2
    assert "free some space on its disk" in run.stderr
    kept = good_sidecars(music)
    assert kept >= 1
    filler.unlink()
    assert stored(cache) >= 1
    run = scan(music, cache, worker)
    assert run.returncode == 0
    assert statuses(run)["cached"] >= kept
    assert stored(cache) == good_sidecars(music) == 30


@pytest.mark.parametrize("limit", [0, 4096, 40_000])
def test_a_cache_that_may_not_grow_stops_the_scan_and_keeps_what_is_done(
    music: Path, tmp_path: Path, worker: Path, limit: int
) -> None:
    cache = tmp_path / "cache.db"
    run = scan(music, cache, worker, limits=no_file_above(limit))
    assert run.returncode == 2, run.stderr
    assert "Traceback" not in run.stderr
    kept = good_sidecars(music)
    run = scan(music, cache, worker)
    assert run.returncode == 0, run.stderr
    assert statuses(run).get("cached", 0) >= kept
    assert stored(cache) == good_sidecars(music) == 30


@pytest.mark.parametrize("what", ["music", "cache"])
def test_a_folder_that_may_not_be_written_to(music: Path, tmp_path: Path, worker: Path, what: str) -> None:
    cache = tmp_path / "cache" / "cache.db"
    cache.parent.mkdir()
    closed = music if what == "music" else cache.parent
    closed.chmod(0o555)
    run = scan(music, cache, worker, prefix=without_root_s_privilege())
    closed.chmod(0o755)
    assert "Traceback" not in run.stderr
    if what == "music":
        assert (run.returncode, statuses(run)) == (0, {"analysed": 30}), run.stderr
        assert run.stderr.count("cannot write 30 sidecars") == 1
        assert stored(cache) == 30
    else:
        assert run.returncode == 2, run.stderr
        assert "check the permissions of the file and its folder" in run.stderr


def without_root_s_privilege() -> list[str]:
    """What makes modes of files count for root too; nothing for other users."""
    if os.geteuid() != 0:
        return []
    if shutil.which("setpriv") is None:
        pytest.skip("root may write everywhere, and setpriv is not there")
    return ["setpriv", "--bounding-set", "-dac_override,-dac_read_search"]


def test_a_full_disk_under_temporary_files_is_no_full_disk_under_the_cache(
    tmp_path: Path, small_disk: Path
) -> None:
    """From some 20,000 tracks on SQLite sorts in files."""
    cache, generator = tmp_path / "cache.db", random.Random(9)
    folder = "/music/" + "/".join(["a folder with a long name" * 8] * 5)
    fill_with(cache, [(f"{folder}/{number}", draw_record(generator, number)) for number in range(3_000)])
    environment = {**os.environ, "SQLITE_TMPDIR": str(small_disk), "PYTHONPATH": os.pathsep.join(sys.path)}
    run = subprocess.run(
        [*PROGRAM, "list", "--sort", "lufs", "--paths", "--cache", str(cache)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (run.returncode, run.stdout) == (2, "")
    assert "database or disk is full; free some space in /var/tmp or /tmp" in run.stderr
