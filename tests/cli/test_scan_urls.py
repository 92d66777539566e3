"""`auralis scan URL` with the real worker: the same fingerprints as of files, and no secret anywhere."""

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.in_process import run_on
from support.stores import BUCKET, SECRET, Bucket, forget_connections, s3_server, web_server

ROOT = f"s3://{BUCKET}/music"
TRACKS = ("groove.flac", "groove.opus", "groove.m4a")


@pytest.fixture(scope="module")
def server() -> Iterator[Bucket]:
    with s3_server() as running:
        yield running


@pytest.fixture
def bucket(server: Bucket, fixture_audio: Path) -> Bucket:
    server.clear()
    for name in TRACKS:
        server.put(f"music/{name}", (fixture_audio / name).read_bytes())
    return server


def tracks(output: str) -> dict[str, dict[str, Any]]:
    """The lines of `--json` by file name, without what differs from one place to another."""
    lines = [json.loads(line) for line in output.splitlines()]
    return {
        line["path"].rpartition("/")[2]: {name: value for name, value in line.items() if name != "path"}
        for line in lines[1:-1]
    }


@pytest.mark.slow
@pytest.mark.parametrize("memory_mib", [64, 0])
@pytest.mark.usefixtures("bucket")
def test_urls_have_the_fingerprints_of_their_files(
    fixture_audio: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory_mib: int
) -> None:
    monkeypatch.setattr("auralis_cli.workers.remote_track.MAX_IN_MEMORY", memory_mib << 20)
    music = tmp_path / "music"
    music.mkdir()
    for name in TRACKS:
        shutil.copy(fixture_audio / name, music)
    local = run_on(tmp_path / "local.db", "scan", str(music), "--sidecars", "none", "--json")
    remote = run_on(tmp_path / "cache.db", "scan", ROOT, "--json")
    assert tracks(remote.stdout) == tracks(local.stdout)
    again = run_on(tmp_path / "cache.db", "scan", "--json")  # the folders that were scanned before
    assert {line["status"] for line in tracks(again.stdout).values()} == {"cached"}
    assert "sidecars" not in remote.stderr


@pytest.mark.needs("ffmpeg")
@pytest.mark.parametrize("memory_mib", [64, 0])
def test_ffmpeg_reads_what_was_fetched(
    fixture_audio: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, memory_mib: int
) -> None:
    """Its sandbox lets it open nothing but the track, which has no name."""
    monkeypatch.setattr("auralis_cli.workers.remote_track.MAX_IN_MEMORY", memory_mib << 20)
    track = tmp_path / "a.wv"
    subprocess.run(["ffmpeg", "-v", "error", "-i", fixture_audio / "groove.flac", track], check=True)
    local = run_on(tmp_path / "local.db", "scan", str(track), "--sidecars", "none", "--json")
    with web_server(track.read_bytes()) as server:
        remote = run_on(tmp_path / "cache.db", "scan", server.url("good/a.wv"), "--json")
    assert tracks(remote.stdout)["a.wv"]["status"] == "analysed"
    assert tracks(remote.stdout) == tracks(local.stdout)


def test_a_web_server_and_a_track_that_fails(fixture_audio: Path, tmp_path: Path) -> None:
    with web_server((fixture_audio / "groove.opus").read_bytes()) as server:
        server.listing = b'<a href="/good/a.opus">a</a>'
        good, drops = server.url("good/a.opus"), server.url("missing/a.opus")
        done = run_on(tmp_path / "cache.db", "scan", good, drops, "--json", code=2)
        (first, second) = [json.loads(line) for line in done.stdout.splitlines()][1:-1]
        assert {each["status"] for each in (first, second)} == {"analysed", "failed"}
        done = run_on(tmp_path / "cache.db", "scan", good, "--json")
        assert tracks(done.stdout)["a.opus"]["status"] == "cached"
        server.etag = '"two"'
        done = run_on(tmp_path / "cache.db", "scan", good, "--json")
        assert tracks(done.stdout)["a.opus"]["status"] == "analysed"


def test_a_store_that_lists_folder_by_folder(fixture_audio: Path, tmp_path: Path) -> None:
    """As all but S3 do; this one is a dictionary of fsspec."""
    fsspec = pytest.importorskip("fsspec", reason="needs auralis-cli[remote]")
    store, cache = fsspec.filesystem("memory"), tmp_path / "cache.db"
    content = (fixture_audio / "groove.opus").read_bytes()
    try:
        for name in ("a/b/one.opus", "a/two.opus", "a/.hidden/three.opus", "a/@eaDir/four.opus", "five.opus"):
            store.pipe(f"/music/{name}", content)
        done = run_on(cache, "scan", "memory://music", "--json")
        assert {name: line["status"] for name, line in tracks(done.stdout).items()} == {
            **dict.fromkeys(("one.opus", "two.opus", "five.opus"), "analysed"),
            **dict.fromkeys((".hidden", "@eaDir"), "skipped"),
        }
        store.pipe("/music/a/two.opus", (fixture_audio / "groove.mp3").read_bytes())
        done = run_on(cache, "scan", "memory://music/a", "--json")
        assert tracks(done.stdout)["two.opus"]["status"] == "analysed"
        assert tracks(done.stdout)["one.opus"]["status"] == "cached"
        store.rm("/music/five.opus")
        done = run_on(cache, "cache", "prune", "--json")
        assert json.loads(done.stdout)["newly_missing"] == 1
    finally:
        store.rm("/music", recursive=True)


def test_half_a_file_is_a_failure_and_nothing_is_stored(
    fixture_audio: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("auralis_cli.files.remote.fetch.PAUSES_S", (0.01, 0.01))
    with web_server((fixture_audio / "groove.flac").read_bytes()) as server:
        done = run_on(tmp_path / "cache.db", "scan", server.url("drop/a.flac"), "--json", code=1)
    error = tracks(done.stdout)["a.flac"]["error"]
    assert (error["code"], error["known"]) == ("read_error", False)
    with sqlite3.connect(tmp_path / "cache.db") as connection:
        assert connection.execute("SELECT count(*) FROM tracks").fetchone() == (0,)


@pytest.mark.usefixtures("bucket")
def test_no_secret_is_shown_or_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "cache.db"
    for url in (f"s3://AKIA:{SECRET}@{BUCKET}/music", f"https://host/a.flac?X-Amz-Signature={SECRET}"):
        done = run_on(cache, "scan", url, code=2)
        assert SECRET not in done.output
    done = run_on(cache, "scan", f"{ROOT}/groove.opus", "--json")
    assert SECRET not in done.output
    with web_server(b"") as server:
        done = run_on(cache, "scan", server.url("signed/a.flac"), code=1)
        assert SECRET not in done.output
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", f"http://anna:{SECRET}@127.0.0.1:1")
    forget_connections()
    monkeypatch.setattr("auralis_cli.files.remote.store.ANSWER_S", 2.0)
    done = run_on(cache, "scan", ROOT, code=1)
    forget_connections()
    assert SECRET not in done.output
    for file in tmp_path.iterdir():
        assert SECRET.encode() not in file.read_bytes(), file


def test_help_and_scans_of_files_import_no_library_of_stores(tmp_path: Path) -> None:
    show = (
        "import sys; from auralis_cli.commands.run_scan import run_scan; "
        "from auralis_cli.settings.resolve import resolve_settings; "
        f"settings = resolve_settings({{'cache': {str(tmp_path / 'c.db')!r}}}); "
        f"run_scan([{str(tmp_path)!r}], settings, quiet=True); "
        "libraries = {'fsspec', 's3fs', 'aiohttp', 'auralis_cli.files.remote'}; "
        "print(libraries & {*sys.modules, *(name.split('.')[0] for name in sys.modules)})"
    )
    run = subprocess.run([sys.executable, "-c", show], capture_output=True, text=True, check=True)
    assert run.stdout == "set()\n"
