"""File systems whose `stat` tells other things than a local disk's, as a whole scan meets them."""

import json
from pathlib import Path

import pytest
from support.program import Events, run_auralis
from support.scanned_library import ScannedLibrary, counts
from support.stat_shim import build_stat_shim

pytestmark = [pytest.mark.needs("cc"), pytest.mark.slow]


@pytest.fixture
def library(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> ScannedLibrary:
    """Two albums, the files of equal names in both."""
    library = ScannedLibrary(tmp_path, capsys)
    for number in range(6):
        library.add(f"album {number % 2}/{number // 2}.flac", size=3000 + number)
    return library


@pytest.fixture(scope="module")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_stat_shim(tmp_path_factory.mktemp("shim"))


def scan(library: ScannedLibrary, shim: Path, **variables: str) -> Events:
    """The JSON lines of a scan that sees the library as these variables of the shim say."""
    run = run_auralis(
        *("scan", library.music, "--cache", library.cache, "--sidecars", "none", "--json"),
        home=library.home,
        LD_PRELOAD=str(shim),
        SHIM_BELOW=str(library.music),
        AURALIS_WORKER=str(library.worker.program),
        AURALIS_FFMPEG="none",
        **variables,
    )
    assert run.returncode == 0, run.stderr
    return [json.loads(line) for line in run.stdout.splitlines()]


@pytest.mark.parametrize("inodes", ["collide", "change"])
def test_inodes_that_collide_or_change_lose_nothing_and_change_nothing(
    library: ScannedLibrary, shim: Path, inodes: str
) -> None:
    for expected in ({"analysed": 6}, {"cached": 6}):
        assert counts(scan(library, shim, SHIM_INODES=inodes)) == expected
    (library.music / "album 0/0.flac").rename(library.music / "new.flac")
    assert counts(scan(library, shim, SHIM_INODES=inodes)) == {"cached": 5, "moved": 1}
    assert counts(scan(library, shim)) == {"cached": 6}
    assert len(library.worker.started()) == 6


def test_links_and_loops_are_recognised_where_inodes_collide(library: ScannedLibrary, shim: Path) -> None:
    (library.music / "album 0/loop").symlink_to("..")
    (library.music / "album 0/z.flac").symlink_to("0.flac")
    (library.music / "album 1/z.flac").hardlink_to(library.music / "album 1/0.flac")
    (library.music / "linked").symlink_to("album 1")
    events = scan(library, shim, SHIM_INODES="collide")
    assert counts(events) == {"analysed": 6, "skipped": 4}
    reasons = {event["path"]: event["reason"] for event in events[1:-1] if event["reason"]}
    assert {path.removeprefix(f"{library.music}/"): reason for path, reason in reasons.items()} == {
        "album 0/loop": "symlink_loop",
        "album 0/z.flac": "duplicate",
        "album 1/z.flac": "duplicate",
        "linked": "duplicate",
    }


@pytest.mark.parametrize("step_ns", ["2000000000", "1000000000", "10000000", "1000", "100"])
def test_times_in_another_precision_change_nothing(library: ScannedLibrary, shim: Path, step_ns: str) -> None:
    assert counts(scan(library, shim)) == {"analysed": 6}
    for coarse in (True, True, False, False):
        variables = {"SHIM_STEP_NS": step_ns} if coarse else {}
        assert counts(scan(library, shim, **variables)) == {"cached": 6}
    assert len(library.worker.started()) == 6


def test_a_file_system_without_times_of_change_changes_nothing(library: ScannedLibrary, shim: Path) -> None:
    assert counts(scan(library, shim)) == {"analysed": 6}
    for file in library.music.rglob("*.flac"):
        file.chmod(0o640)
    for _ in range(2):
        assert counts(scan(library, shim, SHIM_NO_CTIME="1")) == {"cached": 6}
    assert len(library.worker.started()) == 6


def test_a_cache_where_inodes_change_is_refused_with_the_reason(library: ScannedLibrary, shim: Path) -> None:
    """SQLite does not write to a file that seems to be another one than it has opened."""
    run = run_auralis(
        *("scan", library.music, "--cache", library.cache),
        home=library.home,
        LD_PRELOAD=str(shim),
        SHIM_BELOW=str(library.home),
        SHIM_INODES="change",
        AURALIS_WORKER=str(library.worker.program),
    )
    assert run.returncode == 2
    assert "its file system changes inodes" in " ".join(run.stderr.split())
