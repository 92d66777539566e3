"""Which watched folders are there, and which have gone or come back."""

import asyncio
from pathlib import Path

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
