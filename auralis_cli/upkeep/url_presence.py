"""Whether what known URLs lead to is still there: their folders are listed, and no file is read."""

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from auralis_cli.files.presence import is_within, outermost
from auralis_cli.files.remote.listing import Listed, list_below, list_folder
from auralis_cli.files.remote.store import Store
from auralis_cli.files.remote.trouble import StoreError
from auralis_cli.files.skipped import Refused
from auralis_cli.files.urls import is_web
from auralis_cli.upkeep.absent_disks import Presence


def presence_of_urls(
    urls: Sequence[str], roots: Sequence[str], progress: Callable[[int], None] = lambda _: None
) -> dict[str, Presence]:
    """By URL. Each scanned folder of `roots` is listed once, and so is the folder of each other URL.
    A web server is asked for each URL that no listing shows: its pages need not link to all that is there.

    What a listing that fails does not show is unknown. `progress` gets the number of URLs that are told.
    """
    found: dict[str, Presence] = {}
    left = sorted(urls)
    for root in outermost(list(roots)):
        below = {url for url in left if is_within(url, root)}
        if below:
            found |= _by_listing(below, root, lambda store: list_below(store, lambda _: True))
            if is_web(root):
                found |= _by_question({url for url in below if found[url] is Presence.GONE})
            progress(len(found))
    others = [url for url in left if url not in found]
    for folder, group in groupby(others, os.path.dirname):
        some = set(group)
        found |= _by_question(some) if is_web(folder) else _by_folder(some, folder)
        progress(len(found))
    return found


def _by_folder(urls: set[str], folder: str) -> dict[str, Presence]:
    def entries(store: Store) -> Iterator[Listed | Refused]:
        listed = list_folder(store, store.path)
        yield from [listed] if isinstance(listed, Refused) else listed

    return _by_listing(urls, folder, entries)


def _by_listing(
    urls: set[str], folder: str, entries: Callable[[Store], Iterator[Listed | Refused]]
) -> dict[str, Presence]:
    """What a listing shows of these URLs, which lie below the folder."""
    seen: set[str] = set()
    broken: list[str] = []
    try:
        for each in entries(Store(folder)):
            if isinstance(each, Refused):
                if each.error.code != "not_found":
                    broken.append(each.path)
            elif each.url in urls:
                seen.add(each.url)
    except StoreError as error:
        if error.trouble.code != "not_found":
            broken.append(folder)
    return {
        url: Presence.HERE
        if url in seen
        else Presence.UNKNOWN
        if any(is_within(url, each) for each in broken)
        else Presence.GONE
        for url in urls
    }


def _by_question(urls: set[str]) -> dict[str, Presence]:
    """What the store says of each."""
    found = {}
    for url in urls:
        try:
            store = Store(url)
            store.info(store.path)
            found[url] = Presence.HERE
        except StoreError as error:
            found[url] = Presence.GONE if error.trouble.code == "not_found" else Presence.UNKNOWN
    return found
