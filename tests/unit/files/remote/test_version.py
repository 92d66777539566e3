"""What tells one version of a file in a store from another, as stores write it."""

from datetime import UTC, datetime

import pytest

from auralis_cli.files.remote.version import MAX_CHARACTERS, track_from_info
from auralis_cli.model.stamps import BY_SIZE, UNKNOWN, same_stamp

TIME = datetime(2026, 11, 29, 17, 15, 31, 250_000, tzinfo=UTC)
TIME_NS = 1_795_972_531_250_000_000


@pytest.mark.parametrize(
    ("info", "version"),
    [
        ({"size": 5, "ETag": '"abc"', "LastModified": TIME}, 'etag "abc"'),
        ({"size": 5, "etag": "0x8D", "last_modified": TIME}, "etag 0x8D"),
        ({"size": 5, "ETag": 'W/"abc"'}, 'etag W/"abc"'),
        ({"size": 5, "ETag": "", "generation": 17}, "generation 17"),
        ({"size": 5, "md5": "ab"}, "hash ab"),
        ({"size": 5, "VersionId": "null", "LastModified": TIME}, f"time {TIME_NS}"),
        ({"size": 5, "mtime": TIME_NS / 1e9}, f"time {TIME_NS}"),
        ({"size": 5, "created": TIME}, f"time {TIME_NS}"),
        ({"size": 5, "created": TIME.isoformat()}, f"time {TIME_NS}"),
        ({"size": 5, "updated": "2026-11-29T17:15:31.25Z"}, f"time {TIME_NS}"),
        ({"size": 5, "Last-Modified": "Sun, 29 Nov 2026 17:15:31 GMT"}, "time 1795972531000000000"),
        ({"size": 5, "modify": "yesterday"}, "time yesterday"),
        ({"size": 5}, BY_SIZE),
        ({"size": None}, UNKNOWN),
        ({}, UNKNOWN),
        ({"ETag": '"abc"'}, 'etag "abc"'),
    ],
)
def test_versions(info: dict[str, object], version: str) -> None:
    assert track_from_info("s3://vault/a.flac", info).version == version


def test_a_version_is_short_and_text() -> None:
    long = track_from_info("s3://vault/a.flac", {"size": 5, "ETag": "x" * 5000}).version
    other = track_from_info("s3://vault/a.flac", {"size": 5, "ETag": "x" * 5001}).version
    assert long is not None
    assert len(long) < MAX_CHARACTERS
    assert long != other
    odd = track_from_info("s3://vault/a.flac", {"size": 5, "ETag": "\udcff"}).version
    assert odd == "etag \\udcff"


def test_what_is_known_of_nothing_is_never_the_same() -> None:
    unknown = track_from_info("https://host/a.flac", {})
    assert not same_stamp(unknown, unknown)
    by_size = track_from_info("https://host/a.flac", {"size": 5})
    assert same_stamp(by_size, by_size)
    assert not same_stamp(by_size, track_from_info("https://host/a.flac", {"size": 6}))
