"""Whether watched folders are there: a disk may be unmounted and come back."""

import asyncio
import contextlib
import os
from collections.abc import Sequence

from auralis_cli.files.presence import folder_trouble
from auralis_cli.system.background_threads import BackgroundThreads
from auralis_cli.system.mounts import mounts_below

CHECK_INTERVAL_S = 2.0
PATIENCE_S = 10.0
"""A folder that does not answer for this long counts as gone: its network mount hangs."""

Place = tuple[int, int, int]
"""Device, inode, and time of the last change (ns)."""


class WatchedPlaces:
    """The watched folders and where each of them lies now, None while it is gone."""

    def __init__(self, roots: Sequence[str]) -> None:
        self._roots = roots
        self._threads = {root: BackgroundThreads("auralis-places") for root in roots}
        self._asked: dict[str, asyncio.Task[Place | None]] = {}
        self._mounts: dict[str, str] | None = None
        self.places: dict[str, Place | None] = dict.fromkeys(roots)

    @property
    def present(self) -> list[str]:
        """The folders that are there, in the order in which they were named."""
        return [root for root in self._roots if self.places[root] is not None]

    @property
    def absent(self) -> list[str]:
        """The folders that are not."""
        return [root for root in self._roots if self.places[root] is None]

    async def look(self) -> tuple[list[str], list[str]]:
        """Looks at all folders; returns those that went and those that came, or lie elsewhere now.

        Mounts below the folders count too, after the first look.
        """
        found = dict(zip(self._roots, await asyncio.gather(*map(self._place, self._roots)), strict=True))
        gone = [root for root, place in found.items() if place is None and self.places[root] is not None]
        came = [
            root
            for root, place in found.items()
            if place is not None and not _is_same(self.places[root], place)
        ]
        self.places = found
        mounts = {point: number for root in self._roots for point, number in mounts_below(root).items()}
        before, self._mounts = mounts if self._mounts is None else self._mounts, mounts
        gone += [point for point in before if point not in mounts]
        came += [point for point, number in mounts.items() if before.get(point) != number]
        return gone, came

    def close(self) -> None:
        """Ends the threads, without waiting for one that hangs."""
        for thread in self._threads.values():
            thread.close()

    async def _place(self, root: str) -> Place | None:
        """Each folder has a thread of its own: a mount that hangs costs no other folder its answer."""
        if root not in self._asked:
            self._asked[root] = asyncio.create_task(self._threads[root].run(_place_of, root))
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE_S):
                place = await asyncio.shield(self._asked[root])
                del self._asked[root]
                return place
        return None


def _place_of(root: str) -> Place | None:
    """A folder with nothing in it counts as gone: it is what an unmounted disk leaves behind."""
    if folder_trouble(root) is not None:
        return None
    try:
        status = os.stat(root)
    except OSError:
        return None
    return (status.st_dev, status.st_ino, status.st_ctime_ns)


def _is_same(before: Place | None, now: Place) -> bool:
    """Some file systems give a folder another inode at each look: that alone is no other folder."""
    return before is not None and before[0] == now[0] and (before[1] == now[1] or before[2] == now[2])
