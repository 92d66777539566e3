"""From URLs to tracks: what stands in a store, by its listings, under the same rules as files on a disk.

No `.auralisignore` file counts in a store: to look for one in each folder is what a listing saves.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple

from auralis_cli.files.names import has_audio_extension, is_system_folder
from auralis_cli.files.presence import outermost
from auralis_cli.files.remote.deadline import CancelledError
from auralis_cli.files.remote.listing import Listed, list_below
from auralis_cli.files.remote.store import Store
from auralis_cli.files.remote.trouble import StoreError
from auralis_cli.files.remote.version import track_from_info
from auralis_cli.files.selection import Selection
from auralis_cli.files.skipped import Refused, Skipped, SkipReason
from auralis_cli.files.urls import name_of
from auralis_cli.model.record import Track
from auralis_cli.model.stamps import BY_SIZE

_MAX_FOLDERS: Final = 10_000
"""Folders whose verdicts are remembered; listings go through one after the other."""


class _Entry(NamedTuple):
    name: str
    path: str


def discover_urls(
    urls: Sequence[str], selection: Selection, *, cancelled: Callable[[], bool] = lambda: False
) -> Iterator[Track | Skipped | Refused]:
    """Yields, while listing, what is found at `urls`: files as named, folders with all below them.

    The URLs are as `checked_url` returns them. A named file is a track whatever its name. URLs of folders are
    added to `selection.mounts`.
    """
    seen: set[str] = set()
    may_meet_twice = len(outermost(list(urls))) < len(urls)
    for url in urls:
        doubtful = 0
        try:
            for item in _at(url, selection, cancelled):
                if not isinstance(item, Track):
                    yield item
                    continue
                doubtful += item.version == BY_SIZE
                if item.path in seen:
                    yield Skipped(item.path, SkipReason.DUPLICATE)
                else:
                    if may_meet_twice:
                        seen.add(item.path)
                    yield item
        except CancelledError:
            return
        except StoreError as error:
            yield Refused(url, error.about(url))
        if doubtful:
            tracks = "1 track" if doubtful == 1 else f"{doubtful:,} tracks"
            selection.warnings.append(
                f"the server of {url} tells neither an ETag nor a time of {tracks}: a change that keeps the "
                "size is not seen; --rescan analyses all again"
            )


def is_folder(url: str) -> bool:
    """Whether a URL leads to a folder. What cannot be told is none."""
    try:
        return _is_folder(Store(url))
    except StoreError:
        return False


def _is_folder(store: Store) -> bool:
    if store.is_http:
        return store.url.endswith("/")
    return store.info(store.path).get("type") == "directory"


def _at(url: str, selection: Selection, cancelled: Callable[[], bool]) -> Iterator[Track | Skipped | Refused]:
    store = Store(url, cancelled)
    if selection.excludes(url, os.path.dirname(url)):
        yield Skipped(url, SkipReason.EXCLUDED)
    elif _is_folder(store):
        selection.mounts.append(url)
        folders = _Folders(url, selection)
        found_some = False
        for listed in list_below(store, folders.wants):
            found_some = True
            if isinstance(listed, Refused):
                yield listed
                continue
            yield from folders.track(store, listed)
            yield from folders.take_skipped()
        yield from folders.take_skipped()
        if not found_some:
            yield Skipped(url, SkipReason.EMPTY_FOLDER)
    else:
        yield track_from_info(url, store.info(store.path))


class _Folders:
    """Which folders below a URL are wanted, by their names and the patterns of the user."""

    def __init__(self, root: str, selection: Selection) -> None:
        self._root = root.rstrip("/")
        self._selection = selection
        self._wanted: dict[str, bool] = {}
        self._skipped: list[Skipped] = []

    def track(self, store: Store, listed: Listed) -> Iterator[Track | Skipped | Refused]:
        """What becomes of a listed file; nothing where its name is not that of audio."""
        url, name = listed.url, name_of(listed.url)
        if not has_audio_extension(name) or not self.wants(os.path.dirname(url)):
            return
        left_out = self._selection.left_out(_Entry(name, url), self._root, None)
        if left_out is not None:
            yield left_out
        elif listed.info.get("size") is not None:
            yield track_from_info(url, listed.info)
        else:  # a list of links says nothing about the files
            try:
                yield track_from_info(url, store.info(url))
            except StoreError as error:
                yield Refused(url, error.about(url))

    def wants(self, folder: str) -> bool:
        """Whether what is in a folder below the root is wanted."""
        if len(self._wanted) > _MAX_FOLDERS:
            self._wanted.clear()
        folder, asked = folder.rstrip("/"), []
        while len(folder) > len(self._root) and folder not in self._wanted:
            asked.append(folder)
            folder = os.path.dirname(folder).rstrip("/")
        wanted = self._wanted.get(folder, True)
        for each in reversed(asked):
            wanted = self._wanted[each] = wanted and self._is_wanted(each)
        return wanted

    def take_skipped(self) -> list[Skipped]:
        """The folders that were left out since the last call."""
        skipped, self._skipped = self._skipped, []
        return skipped

    def _is_wanted(self, folder: str) -> bool:
        name = name_of(folder)
        left_out = (
            Skipped(folder, SkipReason.SYSTEM_FOLDER)
            if is_system_folder(name)
            else self._selection.left_out(_Entry(name, folder), self._root, None, is_folder=True)
            if name
            else None
        )
        if left_out is not None:
            self._skipped.append(left_out)
        return left_out is None
