"""Scans of a bucket on an S3 server, without a worker: what is listed, what is analysed, what stays known."""

import asyncio
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
import pytest
from support.made_records import ANALYZER, make_record
from support.scripted_engine import ScriptedEngine
from support.stores import BUCKET, Bucket, forget_connections, s3_server

from auralis_cli.model.record import Record, Track, TrackError
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.scan.dry_run import DryRun
from auralis_cli.scan.scan import Scan, ScanOptions
from auralis_cli.settings.values import Settings, SidecarMode
from auralis_cli.store.cache import Cache
from auralis_cli.upkeep.verify import verify_cache

ROOT = f"s3://{BUCKET}/music"


@pytest.fixture(scope="module")
def server() -> Iterator[Bucket]:
    with s3_server() as running:
        yield running


@pytest.fixture
def bucket(server: Bucket) -> Bucket:
    server.clear()
    return server


class Urls:
    """A cache and what scans of URLs find."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(cache=home / "cache.db", jobs=1, sidecars=SidecarMode.BESIDE, ffmpeg="none")
        self.analysed: list[Track] = []

    def scan(
        self, *urls: str, rescan: bool = False, outcome: Record | TrackError | None = None, dry: bool = False
    ) -> dict[str, TrackResult]:
        """Results by what follows the root."""
        results: list[TrackResult] = []
        engine = ScriptedEngine(lambda _: outcome or make_record())
        options = ScanOptions(rescan=rescan, count_unchanged=False, fill_sidecars=True)

        async def emit(found: Sequence[TrackResult]) -> None:
            results.extend(found)

        async def run() -> None:
            if dry:
                await DryRun(self.settings, ANALYZER, options).run(list(urls or [ROOT]), emit)
            else:
                await Scan(self.settings, ANALYZER, engine, options).run(list(urls or [ROOT]), emit)

        asyncio.run(run())
        self.analysed = engine.seen
        assert not engine.probed, "a probe would fetch the whole file"
        return {result.path.removeprefix(f"{ROOT}/"): result for result in results}

    def statuses(self, *urls: str, rescan: bool = False, dry: bool = False) -> dict[str, str]:
        found = self.scan(*urls, rescan=rescan, dry=dry).items()
        return {name: result.reason or str(result.status) for name, result in found}


@pytest.fixture
def urls(tmp_path: Path) -> Urls:
    return Urls(tmp_path)


def test_a_bucket_is_listed_and_known_the_next_time(bucket: Bucket, urls: Urls) -> None:
    bucket.put("music/a.flac", b"one")
    bucket.put("music/b/ü ?#%20.mp3", b"two")
    bucket.put("music/notes.txt", b"no track")
    bucket.put("music/b/", b"")
    bucket.put("musical/c.flac", b"of another folder")
    assert urls.statuses() == {"a.flac": "analysed", "b/ü ?#%20.mp3": "analysed"}
    assert [track.size for track in urls.analysed] == [3, 3]
    assert urls.statuses() == {"a.flac": "cached", "b/ü ?#%20.mp3": "cached"}
    assert not urls.analysed
    verified = verify_cache(urls.settings.cache)
    assert (verified.ok, verified.records) == (True, 2)


def test_new_content_is_analysed_again_although_it_has_the_same_size(bucket: Bucket, urls: Urls) -> None:
    bucket.put("music/a.flac", b"one")
    bucket.put("music/b.flac", b"two")
    urls.scan()
    bucket.put("music/a.flac", b"uno")
    bucket.put("music/b.flac", b"two")  # uploaded again, with the same ETag
    assert urls.statuses() == {"a.flac": "analysed", "b.flac": "cached"}
    assert urls.statuses() == {"a.flac": "cached", "b.flac": "cached"}


def test_a_rescan_and_a_dry_run(bucket: Bucket, urls: Urls) -> None:
    bucket.put("music/a.flac", b"one")
    assert urls.statuses(dry=True) == {"a.flac": "analysed"}
    assert urls.statuses() == {"a.flac": "analysed"}
    assert urls.statuses(rescan=True) == {"a.flac": "analysed"}
    assert urls.statuses(dry=True) == {"a.flac": "cached"}


def test_a_failure_is_remembered_for_this_version_alone(bucket: Bucket, urls: Urls) -> None:
    bucket.put("music/a.flac", b"one")
    error = TrackError("unsupported_format", "no audio")
    assert not urls.scan(outcome=error)["a.flac"].remembered
    assert urls.scan()["a.flac"].remembered
    bucket.put("music/a.flac", b"uno")
    assert urls.statuses() == {"a.flac": "analysed"}


def test_the_rules_for_names_hold(bucket: Bucket, urls: Urls) -> None:
    for key in ("music/.more/a.flac", "music/.b.flac", "music/@eaDir/c.flac", "music/d/._e.flac",
                "music/out/f.flac", "music/out/g/h.flac", "music/i.flac"):  # fmt: skip
        bucket.put(key, b"x")
    urls.settings = msgspec.structs.replace(urls.settings, exclude=("out",))
    assert urls.statuses() == {
        ".more": "hidden",
        ".b.flac": "hidden",
        "@eaDir": "system_folder",
        "d/._e.flac": "apple_double",
        "out": "excluded",
        "i.flac": "analysed",
    }


def test_one_object_a_whole_bucket_and_files_in_one_scan(bucket: Bucket, urls: Urls, tmp_path: Path) -> None:
    track = tmp_path / "disk" / "x.flac"
    track.parent.mkdir()
    track.write_bytes(b"local")
    bucket.put("music/a.flac", b"one")
    bucket.put("b.dat", b"two")
    found = urls.statuses(f"s3://{BUCKET}/b.dat", f"s3://{BUCKET}", str(track.parent))
    assert found == {f"s3://{BUCKET}/b.dat": "analysed", "a.flac": "analysed", str(track): "analysed"}
    assert sorted(path.name for path in track.parent.iterdir()) == ["x.flac", "x.flac.auralis.json"]


def test_a_url_that_is_named_twice_is_one_track(bucket: Bucket, urls: Urls) -> None:
    url = bucket.put("music/a.flac", b"one")
    assert len(urls.scan(ROOT, url)) == 1
    assert len(urls.analysed) == 1


def test_more_than_a_page(bucket: Bucket, urls: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    from s3fs import S3FileSystem

    pages: list[int] = []
    call = S3FileSystem.call_s3

    def small(self: S3FileSystem, method: str, *arguments: object, **options: object) -> dict[str, object]:
        page: dict[str, object] = call(self, method, *arguments, **{**options, "MaxKeys": 2})
        pages.append(len(page.get("Contents", ())))  # type: ignore[arg-type]
        return page

    monkeypatch.setattr(S3FileSystem, "call_s3", small)
    for number in range(5):
        bucket.put(f"music/{number}/{number}.flac", b"x")
    assert len(urls.scan()) == 5
    assert pages == [2, 2, 1]


def test_known_tracks_of_an_empty_folder_or_bucket_are_told_as_absent(bucket: Bucket, urls: Urls) -> None:
    url = bucket.put("music/a.flac", b"one")
    urls.scan()
    bucket.clear()
    for named in (ROOT, url):
        (result,) = urls.scan(named).values()
        assert result.status is Status.FAILED
        assert result.error is not None
        assert result.error.code == "absent"
        assert "mounted" not in result.error.message


@pytest.mark.usefixtures("bucket")
def test_wrong_credentials_and_no_bucket(urls: Urls, monkeypatch: pytest.MonkeyPatch) -> None:
    (result,) = urls.scan("s3://no-such-bucket/music").values()
    assert result.error is not None
    assert (result.error.code, "NoSuchBucket" in result.error.message) == ("not_found", True)
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    forget_connections()
    (result,) = urls.scan().values()
    assert result.error is not None
    assert result.error.code == "permission_denied"
    assert "no credentials" in result.error.message
    forget_connections()


def test_a_file_with_the_audio_of_a_url_takes_nothing_from_it(
    bucket: Bucket, urls: Urls, tmp_path: Path
) -> None:
    """Its row stays: that nothing is at a path of this name does not mean that the object is gone."""
    url = bucket.put("music/a.flac", b"one")
    urls.scan(outcome=make_record(audio_key="ab" * 16))
    track = tmp_path / "a.flac"
    track.write_bytes(b"three")
    urls.scan(str(track))
    with Cache(urls.settings.cache) as cache:
        headers = cache.headers([url, str(track)])
    assert headers[url].version is not None
    assert headers[str(track)].version is None
