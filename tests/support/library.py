"""A small library of music: files on disk, and what a cache knows about them."""

import os
import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path

from auralis_cli.files.file_key import file_key
from auralis_cli.lookup.lookup import Lookup
from auralis_cli.lookup.results import LookupResult
from auralis_cli.model.record import AnalyzerVersion, Record, Track, TrackError
from auralis_cli.settings.values import SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.store.rows import RowHeader
from auralis_cli.store.sidecars import Sidecars
from support.made_records import ANALYZER, MTIME_NS, make_record, see, write_file


def never() -> str | None:
    """For what a look-up must not ask for: ffmpeg's version, or a file's key."""
    raise AssertionError("was asked for")


def look_up(
    cache: Cache,
    tracks: Iterable[Track],
    *,
    analyzer: AnalyzerVersion = ANALYZER,
    sidecars: Sidecars | None = None,
    ffmpeg: Callable[[], str | None] = lambda: None,
    rescan: bool = False,
    with_records: bool = True,
) -> list[LookupResult]:
    """What a scan by this analyzer would find; without sidecars, unless they are given."""
    lookup = Lookup(
        cache,
        analyzer,
        sidecars=sidecars or Sidecars(SidecarMode.NONE, None),
        ffmpeg=ffmpeg,
        rescan=rescan,
        with_records=with_records,
    )
    return lookup.look_up(list(tracks))


class Library:
    """A folder of music under `home`, and a cache beside it, opened by each call for as long as it takes.

    `ScannedLibrary` is one that scans fill; `CacheCommands` has one for `auralis cache` to work on.
    """

    def __init__(self, home: Path, sidecars: SidecarMode = SidecarMode.NONE) -> None:
        self.home = home
        self.music = home / "music"
        self.music.mkdir()
        self.cache = home / "cache.db"
        self.sidecars = Sidecars(sidecars, None)

    def write(self, name: str, content: bytes = b"audio", mtime_ns: int = MTIME_NS) -> Track:
        """A file that nothing is known about."""
        return write_file(self.music / name, content, mtime_ns)

    def see(self, name: str) -> Track:
        """The track as discovery sees it now."""
        return see(self.music / name)

    def analyse(
        self,
        name: str,
        outcome: Record | TrackError | None = None,
        content: bytes = b"audio",
        ffmpeg: str | None = None,
    ) -> Track:
        """A file with its row in the cache, as a scan leaves both."""
        track = self.write(name, content)
        self.remember([(track, outcome or make_record())], ffmpeg)
        return track

    def remember(
        self, outcomes: Iterable[tuple[Track, Record | TrackError]], ffmpeg: str | None = None
    ) -> None:
        """Rows for tracks whose files are there."""
        with Cache(self.cache) as cache:
            for track, outcome in outcomes:
                cache.note_result(track, file_key(track.path, track.size), outcome, ANALYZER, ffmpeg)

    def look_up(
        self,
        *names: str,
        analyzer: AnalyzerVersion = ANALYZER,
        ffmpeg: Callable[[], str | None] = lambda: None,
        rescan: bool = False,
        with_records: bool = True,
    ) -> list[LookupResult]:
        """What a scan would find for these files as they are now."""
        with Cache(self.cache) as cache:
            return look_up(
                cache,
                map(self.see, names),
                analyzer=analyzer,
                sidecars=self.sidecars,
                ffmpeg=ffmpeg,
                rescan=rescan,
                with_records=with_records,
            )

    def kinds(
        self,
        *names: str,
        analyzer: AnalyzerVersion = ANALYZER,
        ffmpeg: Callable[[], str | None] = lambda: None,
    ) -> list[type]:
        """The kind of each answer."""
        return [type(answer) for answer in self.look_up(*names, analyzer=analyzer, ffmpeg=ffmpeg)]

    def headers(self, *tracks: Track) -> dict[str, RowHeader]:
        """The rows of these tracks by path, but for those that have none."""
        with Cache(self.cache) as cache:
            return cache.headers([track.path for track in tracks])

    def rows(self) -> dict[str, str | None]:
        """missing_since by path, below the music folder where it is."""
        with sqlite3.connect(self.cache) as connection:
            rows = connection.execute("SELECT path, missing_since FROM tracks").fetchall()
        return {os.fsdecode(path).removeprefix(f"{self.music}/"): since for path, since in rows}
