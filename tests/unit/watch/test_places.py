"""Which watched folders are there, and which have gone or come back."""

import asyncio
import os
import stat as stat_module
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from auralis_cli.watch.places import WatchedPlaces


def test_an_empty_mount_point_is_gone_until_something_is_in_it(tmp_path: Path) -> None:
    """What is hidden or the system's does not count, as in a scan."""
    disk, other = tmp_path / "disk", tmp_path / "other"
    (disk / "lost+found").mkdir(parents=True)
    (disk / ".keep").touch()
    (other / "album").mkdir(parents=True)
    places = WatchedPlaces([str(disk), str(other)])

    async def look() -> tuple[list[str], list[str]]:
        return await places.look()

    with asyncio.Runner() as runner:
        runner.run(look())
        assert (places.present, places.absent) == ([str(other)], [str(disk)])
        (disk / "album").mkdir()
        assert runner.run(look()) == ([], [str(disk)])
        (disk / "album").rmdir()
        assert runner.run(look()) == ([str(disk)], [])
    places.close()


def test_a_folder_whose_inode_changes_is_the_same_until_it_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Some file systems give a folder another inode at each look."""
    disk = tmp_path / "disk"
    (disk / "album").mkdir(parents=True)
    places = WatchedPlaces([str(disk)])
    looks: Iterator[int] = count(1)
    real = os.stat

    def stat(path: str) -> os.stat_result:
        fields = list(real(path))
        fields[stat_module.ST_INO] = next(looks)
        times = {name: getattr(real(path), name) for name in ("st_mtime_ns", "st_ctime_ns")}
        return os.stat_result(fields, times)

    async def look() -> tuple[list[str], list[str]]:
        return await places.look()

    with asyncio.Runner() as runner:
        monkeypatch.setattr("auralis_cli.watch.places.os.stat", stat)
        assert runner.run(look()) == ([], [str(disk)])
        assert runner.run(look()) == ([], [])
        disk.rename(tmp_path / "former")
        (disk / "album").mkdir(parents=True)
        assert runner.run(look()) == ([], [str(disk)])
    places.close()
