"""The files below a folder of a store, as its listings tell of them; nothing is read.

S3 lists all below a prefix in pages of 1,000, whatever the folders; the other stores list folder by folder.
Either way no more than one page or folder is in memory.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from auralis_cli.files.remote.store import Store
from auralis_cli.files.remote.trouble import StoreError, Trouble
from auralis_cli.files.skipped import Refused
from auralis_cli.files.urls import is_web

LISTING_S: Final = 300.0
"""How long one listing may take: a folder with 100,000 files on a slow server."""
MOST_LEVELS: Final = 64
"""Folders within folders. Some servers show one in each folder without end."""

_NO_LISTING: Final = Trouble("read_error", "what the server sent is no listing of S3", "check the server")
_NO_END: Final = Trouble("read_error", "the server begins its listing again and again", "check the server")
_TOO_DEEP: Final = Trouble(
    "read_error",
    f"it lies {MOST_LEVELS} folders deep, where a server may show folders without end",
    "name it to scan it",
)


class Listed(NamedTuple):
    """A file or folder in a listing."""

    url: str
    info: Mapping[str, Any]

    @property
    def is_folder(self) -> bool:
        """Whether it is one."""
        return self.info.get("type") == "directory"


def list_below(store: Store, wants: Callable[[str], bool]) -> Iterator[Listed | Refused]:
    """The files below the store's path, in the order of their names, folder by folder.

    `wants` is asked before a folder is listed, by its URL. A folder that cannot be listed or lies too deep is
    `Refused`; so is the rest of an S3 listing that breaks off.
    """
    if store.scheme in ("s3", "s3a"):
        yield from _pages(store)
        return
    pending = [(store.path, 0)]
    while pending:
        folder, level = pending.pop()
        too_deep = level > MOST_LEVELS
        found = (
            _unlisted(store.url_of(folder), StoreError(_TOO_DEEP)) if too_deep else list_folder(store, folder)
        )
        if isinstance(found, Refused):
            yield found
            continue
        yield from (each for each in found if not each.is_folder)
        folders = [each for each in found if each.is_folder and wants(each.url)]
        pending += [(str(each.info["name"]), level + 1) for each in reversed(folders)]


def list_folder(store: Store, folder: str) -> list[Listed] | Refused:
    """What stands in one folder, by name; never the folder itself, nor what lies outside of it."""
    try:
        entries = store.ask_twice(lambda: store.files.ls(folder, detail=True), LISTING_S)
    except StoreError as error:
        return _unlisted(store.url_of(folder), error)
    top = store.url_of(folder).rstrip("/") + "/"
    listed = [Listed(store.url_of(str(info["name"])), info) for info in entries]
    inside = [each for each in listed if each.url.startswith(top) and each.url.rstrip("/") + "/" != top]
    return sorted((each for each in inside if _is_plain(each.url)), key=lambda each: each.url)


def _pages(store: Store) -> Iterator[Listed | Refused]:
    bucket, key, _ = store.files.split_path(store.path)
    question: dict[str, str] = {"Bucket": bucket, "Prefix": f"{key.rstrip('/')}/" if key else ""}
    while True:
        try:
            page = store.ask_twice(lambda: store.files.call_s3("list_objects_v2", **question), LISTING_S)
        except StoreError as error:
            yield _unlisted(store.url, error)
            return
        try:
            listed = [
                Listed(store.url_of(f"{bucket}/{item['Key']}"), {**item, "size": item["Size"]})
                for item in page.get("Contents", ())
                if item["Key"].startswith(question["Prefix"])
                and not item["Key"].endswith("/")  # what S3's own console makes for a folder
            ]
            following = page["NextContinuationToken"] if page.get("IsTruncated") else None
        except KeyError:
            yield _unlisted(store.url, StoreError(_NO_LISTING))
            return
        yield from listed
        if following is None:
            return
        if following == question.get("ContinuationToken"):
            yield _unlisted(store.url, StoreError(_NO_END))
            return
        question["ContinuationToken"] = following


def _is_plain(url: str) -> bool:
    """Not a link with parameters, with which web servers sort their listings, nor one that leads up."""
    return not is_web(url) or not ("?" in url or "#" in url or "/../" in f"{unquote(url)}/")


def _unlisted(url: str, error: StoreError) -> Refused:
    failure = error.about(url, "list")
    why = failure.message.replace("; ", "; what is in it was not scanned; ", 1)
    return Refused(url, type(failure)(failure.code, why))
