"""Which texts are URLs, and that none with a secret is taken."""

import pytest

from auralis_cli.files.urls import checked_url, common_folder, is_stored_place, is_url, name_of, path_from
from auralis_cli.model.errors import ConfigError


@pytest.mark.parametrize("text", ["s3://vault/music", "https://host/x.flac", "zip://a::s3://b", "S3://vault"])
def test_urls(text: str) -> None:
    assert is_url(text)


@pytest.mark.parametrize("text", ["/music/a.flac", "a:b", "music", "./s3:/x", "://x", "/a://b", "", "1a://b"])
def test_paths(text: str) -> None:
    assert not is_url(text)


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("s3://vault/music/", "s3://vault/music"),
        ("S3://Vault/Über#1 ?.flac", "s3://Vault/Über#1 ?.flac"),
        ("HTTPS://Host.Example:8443/a b/Ü.flac#t=3", "https://host.example:8443/a%20b/%C3%9C.flac"),
        ("https://host/a%20b.flac", "https://host/a%20b.flac"),
        ("https://host/music/", "https://host/music/"),
        ("https://host", "https://host/"),
        ("sftp://anna@nas/music", "sftp://anna@nas/music"),
        ("file:///music/a%20b.flac", "/music/a b.flac"),
        ("file://localhost/music", "/music"),
    ],
)
def test_a_url_has_one_spelling_and_one_of_this_machine_is_a_path(typed: str, stored: str) -> None:
    assert checked_url(typed) == stored


@pytest.mark.parametrize(
    "url",
    [
        "s3://AKIA:hush@vault/music",
        "s3://hush@vault/music",
        "https://anna:hush@host/x.flac",
        "https://hush@host/x.flac",
        "ftp://anna:hush@host/x.flac",
        "sftp://anna:hush@host/x.flac",
        "https://host/x.flac?X-Amz-Credential=a&X-Amz-Signature=hush",
        "https://host/x.flac?v=hush",
        "s3://vault/x.flac?X-Amz-Signature=hush",
        "gs://vault/x.flac?x-goog-signature=hush",
        "abfs://box/x.flac?sv=1&sig=hush",
        "abfss://hush@account/x.flac",
        "zip://x.flac::https://anna:hush@host/a.zip",
    ],
)
def test_a_url_with_a_secret_is_refused_and_the_secret_not_repeated(url: str) -> None:
    with pytest.raises(ConfigError) as refused:
        checked_url(url)
    assert "hush" not in str(refused.value)


@pytest.mark.parametrize("url", ["s3://", "https:///x.flac", "file://nas/music"])
def test_a_url_that_leads_nowhere_is_refused(url: str) -> None:
    with pytest.raises(ConfigError):
        checked_url(url)


def test_names() -> None:
    assert name_of("s3://vault/a%20b.flac") == "a%20b.flac"
    assert name_of("https://host/a%20b.flac") == "a b.flac"


def test_what_is_written_into_a_file_keeps_urls_whole() -> None:
    assert path_from("s3://vault/a//b.flac", "/music") == "s3://vault/a//b.flac"
    assert path_from("/music/a.flac", "/music/lists") == "../a.flac"


@pytest.mark.parametrize(
    ("folders", "common"),
    [
        (["/music/a", "/music/b"], "/music"),
        (["s3://vault/a/x", "s3://vault/a/y"], "s3://vault/a"),
        (["s3://vault/a", "s3://other/a"], ""),
        (["s3://vault/a", "gs://vault/a"], ""),
        (["s3://vault/a", "/music/a", "/music"], "/music"),
        ([], ""),
    ],
)
def test_common_folders(folders: list[str], common: str) -> None:
    assert common_folder(folders) == common


@pytest.mark.parametrize(
    ("path", "version", "good"),
    [
        (b"/music/a.flac", None, True),
        (b"/music/a.flac", "etag 1", False),
        (b"music/a.flac", None, False),
        (b"s3://vault/a.flac", "etag 1", True),
        (b"s3://vault/a.flac", None, False),
        (b"s3://vault/a.flac", 5, False),
    ],
)
def test_a_row_has_a_path_or_a_url_with_its_version(path: bytes, version: object, good: bool) -> None:
    assert is_stored_place(path, version) is good
