"""What the cache knows of where tracks are, for commands that can do without a cache."""

import os
from pathlib import Path

import msgspec

from auralis_cli.files.presence import outermost
from auralis_cli.files.urls import is_url
from auralis_cli.store.cache_file import open_for_reading
from auralis_cli.upkeep.cache_info import read_roots


class KnownTracks(msgspec.Struct, frozen=True):
    """Paths of files, missing ones too, and the folders that were scanned or where disks are mounted."""

    paths: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()

    @property
    def outermost(self) -> list[str]:
        """The folders that lie in no other."""
        return sorted(outermost(list(self.roots)))


def known_tracks(cache: Path) -> KnownTracks:
    """Nothing where there is no cache. Raises CacheError for what is not a readable cache."""
    if not cache.exists():
        return KnownTracks()
    with open_for_reading(cache) as connection:
        roots = tuple(root for root in map(os.fsdecode, read_roots(connection)) if not is_url(root))
        rows = connection.execute("SELECT DISTINCT path FROM tracks WHERE typeof(path) = 'blob'")
        return KnownTracks(tuple(path for (each,) in rows if not is_url(path := os.fsdecode(each))), roots)
