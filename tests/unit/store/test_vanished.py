"""A cache that is moved or deleted while it is open: nothing is lost, or the scan stops and says so."""

import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from support.filled_cache import fill, record, survivors, track
from support.made_records import ANALYZER, make_record, record_at

from auralis_cli.model.errors import CacheError
from auralis_cli.store import vanished
from auralis_cli.store.cache import Cache
from auralis_cli.store.damage import set_aside


def unlink(path: Path) -> None:
    path.unlink()


def unlink_all(path: Path) -> None:
    for file in path.parent.glob("cache.db*"):
        file.unlink()


def rename(path: Path) -> None:
    path.rename(path.with_name("moved.db"))


def replace_by_another(path: Path) -> None:
    """As a restored backup, or another scan, puts another cache in its place."""
    with Cache(path.with_name("other.db")) as other:
        other.note_result(track(7000), "e" * 32, record(7000), ANALYZER, None)
    set_aside(path)
    path.with_name("other.db").rename(path)


ACTS = [unlink, unlink_all, rename, replace_by_another]


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize("more", [True, False], ids=["then it goes on", "then it ends"])
def test_all_that_was_in_it_is_in_the_new_one(
    tmp_path: Path, act: Callable[[Path], None], more: bool
) -> None:
    path = tmp_path / "cache.db"
    fill(path, 100)
    with Cache(path) as cache:
        cache.note_roots(["/music"])
        for number in range(200, 300):
            cache.note_result(track(number), f"{number:032x}", record(number), ANALYZER, None)
        cache.commit()
        act(path)
        if more:
            cache.note_result(track(300), "d" * 32, record(300), ANALYZER, None)
    with Cache(path) as after:
        assert survivors(after, 7001) == 100 + 100 + more + (act is replace_by_another)
        assert not after.warnings
    (warning,) = cache.warnings
    assert f"the cache {path} was moved or deleted during the scan: 201 rows were taken over" in warning
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT path FROM roots").fetchall() == [(b"/music",)]
    assert not list(tmp_path.glob("*taken-over*"))


def test_the_later_row_of_two_stays(tmp_path: Path) -> None:
    path = tmp_path / "cache.db"
    with Cache(path) as cache:
        cache.note_result(track(1), "a" * 32, make_record(lufs=-1.0), ANALYZER, None)
        cache.note_result(track(2), "b" * 32, make_record(lufs=-2.0), ANALYZER, None)
        cache.commit()
        set_aside(path)
        with Cache(path) as other:
            for number in (1, 2):
                other.note_result(track(number), "c" * 32, make_record(lufs=-9.0), ANALYZER, None)
            other.commit()
            times = {1: "2001-01-01T00:00:00+00:00", 2: "2261-01-01T00:00:00+00:00"}
            for number, time in times.items():
                where = (time, track(number).path.encode())
                other._connection.execute("UPDATE tracks SET analysed_at = ? WHERE path = ?", where)
    with Cache(path) as after:
        assert record_at(after, track(1).path) == make_record(lufs=-1.0)
        assert record_at(after, track(2).path) == make_record(lufs=-9.0)


@pytest.mark.parametrize("replaced", [True, False], ids=["another folder", "no folder"])
def test_a_folder_that_is_gone_stops_the_scan(tmp_path: Path, replaced: bool) -> None:
    """As when a disk is pulled out: an empty place for it may stay, on another disk."""
    folder = tmp_path / "disk"
    cache = Cache(folder / "cache.db")
    cache.note_result(track(1), "a" * 32, record(1), ANALYZER, None)
    cache.commit()
    shutil.rmtree(folder)
    if replaced:
        folder.mkdir()
        assert isinstance(cache._place, tuple)
        cache._place = (cache._place[0] + 1, cache._place[1])
    cache.note_result(track(2), "b" * 32, record(2), ANALYZER, None)
    with pytest.raises(CacheError, match=r"has vanished with its folder.*not all results are stored"):
        cache.close()
    assert not (folder / "cache.db").exists()


def test_an_old_one_that_cannot_be_read_any_more_stops_the_scan(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("disk I/O error")

    monkeypatch.setattr(vanished, "_copy", fail)
    path = tmp_path / "cache.db"
    cache = Cache(path)
    path.unlink()
    with pytest.raises(CacheError, match=r"cannot be read any more \(disk I/O error\): not all results"):
        cache.close()
