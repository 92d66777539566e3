"""`auralis cache prune`: rows of files that are gone, and those that only seem to be."""

import os
import shutil
from pathlib import Path

import pytest
from support.cache_commands import CacheCommands, numbered
from support.library import look_up

from auralis_cli.lookup.results import Hit
from auralis_cli.store.cache import Cache


@pytest.fixture
def library(tmp_path: Path) -> CacheCommands:
    return CacheCommands(tmp_path)


def test_prune_buries_first_and_removes_only_later(library: CacheCommands) -> None:
    tracks = library.add(*numbered(10))
    for track in tracks[:3]:
        Path(track.path).unlink()
    assert library.json("prune", "--dry-run")["newly_missing"] == 3
    assert set(library.rows().values()) == {None}
    assert library.json("prune")["newly_missing"] == 3
    done = library.json("prune")
    assert (done["newly_missing"], done["waiting"], done["removed"], len(library.rows())) == (0, 3, 0, 10)
    library.age(29)
    assert library.json("prune")["removed"] == 0
    library.age(31)
    Path(tracks[0].path).write_bytes(b"0.flac")  # one is back
    done = library.json("prune")
    assert (done["found_again"], done["removed"]) == (1, 2)
    assert sorted(library.rows()) == sorted(["0.flac", *numbered(10)[3:]])
    assert set(library.rows().values()) == {None}


def test_prune_now_removes_at_once(library: CacheCommands) -> None:
    tracks = library.add(*numbered(10))
    Path(tracks[0].path).unlink()
    assert library.json("prune", "--now", "--dry-run")["removed"] == 1
    assert len(library.rows()) == 10
    assert library.json("prune", "--now")["removed"] == 1
    assert len(library.rows()) == 9


def test_a_scan_that_finds_the_file_again_takes_the_mark_away(library: CacheCommands) -> None:
    tracks = library.add(*numbered(4))
    away = library.home / "away"
    Path(tracks[0].path).rename(away)
    assert library.json("prune")["newly_missing"] == 1
    away.rename(tracks[0].path)
    with Cache(library.cache) as cache:
        assert isinstance(look_up(cache, tracks[:1], with_records=False)[0], Hit)
    assert set(library.rows().values()) == {None}


@pytest.mark.parametrize("loss", ["gone", "empty", "unlistable", "most"])
def test_prune_keeps_what_is_below_a_folder_that_is_not_there(library: CacheCommands, loss: str) -> None:
    other = library.home / "usb"
    library.add(*numbered(8))
    library.add(*numbered(6, "album/"), root=other)
    if loss == "most":
        for number in range(4):
            (other / f"album/{number}.flac").unlink()
    else:
        shutil.rmtree(other)
    if loss == "empty":
        other.mkdir()
    if loss == "unlistable":
        other.write_text("a file in the folder's place")
    (library.music / "0.flac").unlink()
    for flags in ([], ["--now"]):
        done = library.json("prune", *flags, code=1)
        assert done["newly_missing"] + done["removed"] == 1  # the other folder goes its way
        assert [held["folder"] for held in done["held_back"]] == [str(other)]
    assert len(library.rows()) == 13
    assert "kept" in library.run("prune", code=1).stdout
    forced = library.json("prune", "--now", "--force")
    assert forced["removed"] == (4 if loss == "most" else 6)


def test_half_may_go_and_one_more_may_not(library: CacheCommands) -> None:
    tracks = library.add(*numbered(10))
    for track in tracks[:5]:
        Path(track.path).unlink()
    assert library.json("prune")["newly_missing"] == 5
    Path(tracks[5].path).unlink()
    done = library.json("prune", code=1)
    assert (done["newly_missing"], done["held_back"][0]["rows"]) == (0, 6)
    assert "6 of its 10 tracks are gone" in done["held_back"][0]["reason"]


def test_a_scanned_folder_inside_another_may_go(library: CacheCommands) -> None:
    library.add(*numbered(10))
    library.add(*numbered(3, "album/"))
    library.add(root=library.music / "album")
    shutil.rmtree(library.music / "album")
    assert library.json("prune")["newly_missing"] == 3


def test_a_file_in_a_folder_that_may_not_be_entered_is_not_gone(library: CacheCommands) -> None:
    library.add("closed/a.flac", *numbered(4))
    closed = library.music / "closed"
    closed.chmod(0)
    try:
        if os.access(closed / "a.flac", os.F_OK):
            pytest.skip("this user may enter every folder")
        assert library.json("prune")["unknown"] == 1
    finally:
        closed.chmod(0o755)
    assert set(library.rows().values()) == {None}
