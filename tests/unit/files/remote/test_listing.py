"""Listings of S3 servers that lie: what is no listing is told, and what lies elsewhere is not taken."""

import inspect
import sys
from collections.abc import Iterable
from typing import Any

import pytest

from auralis_cli.files.remote.deadline import CancelledError
from auralis_cli.files.remote.discover import discover_urls
from auralis_cli.files.remote.listing import MOST_LEVELS, Listed, list_below
from auralis_cli.files.remote.store import Store
from auralis_cli.files.selection import Selection
from auralis_cli.files.skipped import Refused
from auralis_cli.model.record import Track

ITEM = {"Key": "music/a.flac", "Size": 5}


class Bucket:
    """What s3fs needs to be, for a listing: pages as a script says, the last one again and again."""

    def __init__(self, pages: Iterable[dict[str, Any]]) -> None:
        self._pages = list(pages)

    def split_path(self, path: str) -> tuple[str, str, None]:
        bucket, _, key = path.partition("/")
        return bucket, key, None

    def call_s3(self, method: str, **_: str) -> dict[str, Any]:
        assert method == "list_objects_v2"
        return self._pages.pop(0) if len(self._pages) > 1 else self._pages[0]


def listed(monkeypatch: pytest.MonkeyPatch, *pages: dict[str, Any]) -> list[Listed | Refused]:
    monkeypatch.setattr(
        "auralis_cli.files.remote.store._open", lambda url: (Bucket(pages), url.removeprefix("s3://"))
    )
    return list(list_below(Store("s3://vault/music"), lambda _: True))


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ({"Contents": [ITEM], "IsTruncated": True}, "no listing of S3"),
        ({"Contents": [{"Key": "music/a.flac"}]}, "no listing of S3"),
        ({"Contents": [{"Size": 5}]}, "no listing of S3"),
        ({"IsTruncated": True, "NextContinuationToken": "again"}, "again and again"),
    ],
)
def test_what_is_no_listing_is_told(monkeypatch: pytest.MonkeyPatch, page: dict[str, Any], why: str) -> None:
    (refused,) = listed(monkeypatch, page)
    assert isinstance(refused, Refused)
    assert (refused.path, refused.error.code, why in refused.error.message) == (
        "s3://vault/music",
        "read_error",
        True,
    )


def test_what_lies_elsewhere_is_not_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    outside = [{"Key": key, "Size": 5} for key in ("../a.flac", "other/a.flac", "music", "music/folder/")]
    page = {"Contents": [*outside, ITEM], "IsTruncated": True, "NextContinuationToken": "2"}
    found = listed(monkeypatch, page, {"Contents": [{"Key": "music/b.flac", "Size": 5}]})
    assert [item.url for item in found if isinstance(item, Listed)] == [
        "s3://vault/music/a.flac",
        "s3://vault/music/b.flac",
    ]


class Endless:
    """A store in which each folder has a track and a folder, without end."""

    def ls(self, folder: str, *, detail: bool) -> list[dict[str, Any]]:
        assert detail
        return [
            {"name": f"{folder}/d", "type": "directory"},
            {"name": f"{folder}/a.flac", "type": "file", "size": 5},
        ]


def test_folders_without_end_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auralis_cli.files.remote.store._open", lambda _: (Endless(), "/m"))
    *files, last = list_below(Store("memory://m"), lambda _: True)
    assert len(files) == MOST_LEVELS + 1
    assert isinstance(last, Refused)
    assert f"{MOST_LEVELS} folders deep" in last.error.message


def test_an_end_is_heard_between_quick_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auralis_cli.files.remote.store._open", lambda _: (Endless(), "/m"))
    ended: list[bool] = []
    found = list_below(Store("memory://m", lambda: bool(ended)), lambda _: True)
    assert isinstance(next(found), Listed)
    ended.append(True)
    with pytest.raises(CancelledError):
        list(found)


def test_a_key_of_hundreds_of_folders_is_a_track(monkeypatch: pytest.MonkeyPatch) -> None:
    key = "music/" + "d/" * 508 + "a.flac"  # S3 takes keys of 1,024 bytes
    bucket = Bucket([{"Contents": [{"Key": key, "Size": 5}]}])
    bucket.info = lambda _: {"type": "directory"}  # type: ignore[attr-defined]
    monkeypatch.setattr(
        "auralis_cli.files.remote.store._open", lambda url: (bucket, url.removeprefix("s3://"))
    )
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 100)
    try:
        (found,) = discover_urls(["s3://vault/music"], Selection(()))
    finally:
        sys.setrecursionlimit(limit)
    assert isinstance(found, Track)
    assert found.path == f"s3://vault/{key}"
