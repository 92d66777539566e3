"""A cache with rows of URLs: every command reads them, and `cache prune` lists their folders."""

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.in_process import run_on
from support.made_records import ANALYZER, make_record
from support.stores import BUCKET, Bucket, forget_connections, s3_server, web_server

from auralis_cli.check.albums import AlbumBy, albums_of
from auralis_cli.check.reading import read_tracks
from auralis_cli.model.record import Track, TrackError
from auralis_cli.model.tags import Tags
from auralis_cli.store.cache import Cache
from auralis_cli.upkeep.known_folders import known_folders

ROOT = f"s3://{BUCKET}/music"
NOWHERE = "s3://elsewhere/music/Album"


@pytest.fixture(scope="module")
def server() -> Iterator[Bucket]:
    with s3_server() as running:
        yield running


@pytest.fixture
def bucket(server: Bucket) -> Bucket:
    server.clear()
    return server


def fill(cache: Path, urls: dict[str, str], *, root: str | None = ROOT, failed: str | None = None) -> None:
    """Rows of URLs by their versions."""
    with Cache(cache) as opened:
        for number, (url, version) in enumerate(urls.items()):
            track = Track(url, 1000 + number, 0, version=version)
            tags = Tags(title=f"Song {number}", album="Album", artist="Somebody")
            record = make_record(content_key=f"{number:032x}", tags=tags, tempo_bpm=90.0 + number)
            opened.note_result(track, "", record, ANALYZER, None)
        if failed is not None:
            error = TrackError("unsupported_format", "no audio")
            opened.note_result(Track(failed, 7, 0, version="etag x"), "", error, ANALYZER, None)
        opened.note_roots([root] if root else [])


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """Of a store that nobody reaches, and one file of the same album."""
    path = tmp_path / "cache.db"
    fill(path, {f"{NOWHERE}/{n}.flac": f"etag {n}" for n in range(6)}, root="s3://elsewhere/music",
         failed=f"{NOWHERE}/bad.flac")  # fmt: skip
    with Cache(path) as opened:
        tags = Tags(title="Song 7", album="Album", artist="Somebody")
        track = Track(str(tmp_path / "disk" / "7.flac"), 5, 5)
        opened.note_result(track, "ab" * 16, make_record(content_key="f" * 32, tags=tags), ANALYZER, None)
    return path


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The URLs of which a store is asked: it is out of reach."""
    urls: list[str] = []

    def refuse(url: str) -> None:
        urls.append(url)
        raise ConnectionError

    monkeypatch.setattr("auralis_cli.files.remote.store._open", refuse)
    monkeypatch.setattr("auralis_cli.files.remote.fetch.PAUSES_S", ())
    return urls


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("list", "--paths"), f"{NOWHERE}/0.flac"),
        (("list", NOWHERE, "--json"), f"{NOWHERE}/5.flac"),
        (("list", f"^{NOWHERE}", "--paths"), "7.flac"),
        (("list", "path:s3://elsewhere", "--paths"), f"{NOWHERE}/5.flac"),
        (("stats", NOWHERE), "6 tracks"),
        (("failures", "list", NOWHERE), f"{NOWHERE}/bad.flac"),
        (("failures", "list", f"{NOWHERE}/"), f"{NOWHERE}/bad.flac"),
        (("duplicates", "--exact"), "7 tracks"),
        (("cache", "info"), "s3://elsewhere/music"),
        (("cache", "verify"), "sound"),
        (("cache", "forget", NOWHERE, "--dry-run"), "7 tracks"),
        (("playlist", "--diverse", "--count", "3", "--paths"), NOWHERE),
    ],
)
def test_commands_read_rows_of_urls_and_ask_no_store(
    cache: Path, asked: list[str], arguments: tuple[str, ...], word: str
) -> None:
    done = run_on(cache, *arguments)
    assert word in done.output
    assert not asked


@pytest.mark.parametrize("name", ["library.csv", "library.jsonl", "library.m3u8"])
def test_what_is_written_names_the_urls(cache: Path, asked: list[str], tmp_path: Path, name: str) -> None:
    target = tmp_path / "out" / name
    target.parent.mkdir()
    run_on(cache, "export", str(target))
    text = target.read_text()
    assert f"{NOWHERE}/3.flac" in text
    assert "../disk/7.flac" in text or not name.endswith("m3u8")
    assert not asked


def test_what_cannot_be_reached_has_its_values_from_the_cache(cache: Path, asked: list[str]) -> None:
    done = run_on(cache, "similar", f"{NOWHERE}/1.flac", "--json")
    assert "cannot be read now" in done.stderr
    assert f"{NOWHERE}/2.flac" in done.stdout
    assert asked
    assert "no connection" in run_on(cache, "show", f"{NOWHERE}/1.flac", code=1).output


def test_an_album_of_files_and_urls_has_the_folder_of_its_files(cache: Path, tmp_path: Path) -> None:
    found = albums_of(read_tracks(cache, ANALYZER.name).tracks, AlbumBy.TAG)
    assert {album.place for album in found} == {str(tmp_path / "disk"), NOWHERE}  # bad.flac has no tags


@pytest.mark.parametrize(
    "arguments",
    [
        ("watch", ROOT),
        ("bench", f"{ROOT}/a.flac"),
        ("cache", "rebuild", ROOT),
        ("cache", "relocate", ROOT, "/tmp"),
        ("cache", "relocate", "/tmp", ROOT),
        ("sidecars", "write", ROOT),
        ("sidecars", "verify", ROOT),
        ("sidecars", "clean", ROOT),
        ("scan", ROOT, "--analyzer", "reference"),
    ],
)
def test_what_is_about_files_alone_says_so(cache: Path, arguments: tuple[str, ...]) -> None:
    assert "files" in run_on(cache, *arguments, code=2).output


def rows(cache: Path) -> dict[str, bool]:
    """Whether a row is marked as missing, by URL."""
    with sqlite3.connect(cache) as connection:
        found = connection.execute("SELECT path, missing_since IS NOT NULL FROM tracks").fetchall()
    return {path.decode(): bool(missing) for path, missing in found}


def test_prune_lists_the_folders_of_urls(bucket: Bucket, tmp_path: Path) -> None:
    cache = tmp_path / "cache.db"
    there = [bucket.put(f"music/{name}.flac", b"x") for name in "abc"]
    other = bucket.put("single/d.flac", b"x")  # in no scanned folder
    gone = [f"{ROOT}/gone.flac", f"s3://{BUCKET}/single/gone.flac"]
    fill(cache, dict.fromkeys([*there, other, *gone], "etag 1"))
    done = json.loads(run_on(cache, "cache", "prune", "--json").stdout)
    assert (done["checked"], done["newly_missing"], done["unknown"]) == (6, 2, 0)
    assert {url for url, missing in rows(cache).items() if missing} == {*gone}
    bucket.put("music/gone.flac", b"x")
    assert json.loads(run_on(cache, "cache", "prune", "--json").stdout)["found_again"] == 1
    run_on(cache, "cache", "prune", "--days", "0")
    assert sorted(rows(cache)) == sorted([*there, f"{ROOT}/gone.flac", other])


def test_prune_keeps_what_an_emptied_bucket_had_unless_it_is_forced(bucket: Bucket, tmp_path: Path) -> None:
    cache = tmp_path / "cache.db"
    url = bucket.put("music/a.flac", b"x")
    fill(cache, {url: "etag 1"})
    bucket.clear()
    done = run_on(cache, "cache", "prune", "--days", "0", code=1)
    assert "more than half" in done.output
    assert "mount" not in done.output
    assert list(rows(cache)) == [url]
    assert known_folders(cache) == [ROOT]
    run_on(cache, "cache", "prune", "--days", "0", "--force")
    assert not rows(cache)
    assert known_folders(cache) == []


def test_prune_asks_a_web_server_for_what_its_pages_do_not_link_to(tmp_path: Path) -> None:
    cache = tmp_path / "cache.db"
    with web_server(b"x") as server:
        server.listing = b'<a href="a.flac">a</a>'
        urls = [server.url(name) for name in ("listing/a.flac", "listing/no-link.flac", "missing/b.flac")]
        fill(cache, dict.fromkeys(urls, "etag 1"), root=server.url("listing/"))
        run_on(cache, "cache", "prune")
        assert ("HEAD", "/listing/a.flac") not in server.asked
    assert list(rows(cache).values()) == [False, False, True]


def test_prune_forces_away_no_folder_that_is_there(bucket: Bucket, tmp_path: Path) -> None:
    cache = tmp_path / "cache.db"
    fill(cache, {bucket.put("music/a.flac", b"x"): "etag 1"})
    run_on(cache, "cache", "prune", "--force")
    assert known_folders(cache) == [ROOT]


@pytest.mark.usefixtures("bucket")
def test_prune_removes_nothing_that_it_cannot_ask_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache.db"
    with web_server(b"x") as server:
        urls = [server.url(f"{fault}/a.flac") for fault in ("good", "forbidden", "broken", "missing")]
        fill(cache, dict.fromkeys([*urls, f"{ROOT}/a.flac"], "etag 1"))
        monkeypatch.setenv("AWS_ENDPOINT_URL_S3", "http://127.0.0.1:1")
        monkeypatch.setattr("auralis_cli.files.remote.listing.LISTING_S", 1.0)
        forget_connections()
        done = json.loads(run_on(cache, "cache", "prune", "--days", "0", "--force", "--json").stdout)
        forget_connections()
    assert (done["checked"], done["unknown"], done["removed"]) == (5, 3, 1)
    assert urls[3] not in rows(cache)
    assert len(rows(cache)) == 4
