"""`auralis watch`: what changes in the folders is in the cache within seconds."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.processes import seconds_until
from support.running_watch import LIMIT_S, RunningWatch
from support.scripted_tracks import write_track

from auralis_cli.commands.run_watch import run_watch
from auralis_cli.model.errors import ConfigError
from auralis_cli.settings.values import Settings


@pytest.fixture(params=["", "1"], ids=["events", "poll"])
def watch(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningWatch]:
    watch = RunningWatch(tmp_path, request.param)
    watch.start()
    yield watch
    watch.kill()


def test_changes_are_stored_and_told(watch: RunningWatch) -> None:
    """New, changed, moved and failing files, folders that appear with files in them."""
    new = watch.music / "new.flac"
    write_track(watch.music, "new.flac", size=1001)
    write_track(watch.music, "later/deep/new.flac", size=1002)
    write_track(watch.music, "album/broken.flac", "fail", size=1003)
    watch.wait_for(path="/music/new.flac", status="analysed")
    watch.wait_for(path="/later/deep/new.flac", status="analysed")
    assert watch.wait_for(path="/album/broken.flac", status="failed")["error"]["known"] is False
    (watch.music / "album/known.flac").rename(watch.music / "moved.flac")
    moved = watch.wait_for(path="/music/moved.flac")
    assert (moved["status"], Path(moved["from"]).name) == ("moved", "known.flac")
    write_track(watch.music, "new.flac", size=2001)
    seconds_until(lambda: [event.get("path") for event in watch.events].count(str(new)) == 2, LIMIT_S)
    assert watch.end() == 0
    kinds = [event["event"] for event in watch.events]
    assert (kinds[0], kinds[-1]) == ("start", "summary")
    assert watch.events[-1]["analysed"] == 4


def test_a_track_with_new_tags_keeps_its_values_under_its_name_and_a_new_one(watch: RunningWatch) -> None:
    known = watch.music / "album/known.flac"
    watch.wait_for(path="/album/known.flac", status="analysed")
    known.write_bytes(known.read_bytes() + b"tags: new")
    assert watch.wait_for(path="/album/known.flac", status="retagged")["from"] is None
    new = watch.music / "Album/01 Known.flac"
    new.parent.mkdir()
    known.write_bytes(known.read_bytes() + b" and newer")
    known.rename(new)
    assert watch.wait_for(path="/Album/01 Known.flac", status="retagged")["from"] == str(known)
    assert watch.end() == 0
    assert watch.worker.started() == ["known.flac"]


def test_a_growing_file_waits_until_it_is_whole(watch: RunningWatch) -> None:
    file = watch.music / "album/copied.flac"
    with file.open("wb") as copy:
        for _ in range(8):
            copy.write(b"fail\n".ljust(500, b"."))  # what it says while it is not whole
            copy.flush()
            time.sleep(0.4)
        copy.seek(0)
        copy.write(b"ok\n...")
    event = watch.wait_for(path="/copied.flac")
    assert event["status"] == "analysed"
    assert watch.worker.started().count("copied.flac") == 1
    assert watch.end() == 0


def test_a_folder_that_goes_and_comes_back_is_watched_again(watch: RunningWatch) -> None:
    watch.wait_for(path="/album/known.flac", status="analysed")
    away = watch.music.with_name("away")
    watch.music.rename(away)
    watch.wait_for(kind="folder_gone")
    write_track(away, "meanwhile.flac", size=1004)
    away.rename(watch.music)
    watch.wait_for(kind="folder_back")
    watch.wait_for(path="/meanwhile.flac", status="analysed")
    write_track(watch.music, "after.flac", size=1005)
    watch.wait_for(path="/after.flac", status="analysed")
    assert watch.end() == 0
    assert watch.worker.started().count("known.flac") == 1


def test_a_linked_folder_is_watched_where_it_is(watch: RunningWatch, tmp_path: Path) -> None:
    write_track(tmp_path / "elsewhere", "a.flac", size=1006)
    (watch.music / "link").symlink_to(tmp_path / "elsewhere")
    write_track(watch.music, "wakes.flac", size=1007)
    watch.wait_for(path="/music/link/a.flac", status="analysed")
    write_track(tmp_path / "elsewhere/deeper", "b.flac", size=1008)
    watch.wait_for(path="/music/link/deeper/b.flac", status="analysed")
    assert watch.end() == 0


def test_a_watch_with_sidecars_writes_those_that_known_tracks_lack(tmp_path: Path) -> None:
    first, second = RunningWatch(tmp_path), RunningWatch(tmp_path, "sidecars")
    first.start()
    first.wait_for(path="/known.flac", status="analysed")
    assert first.end() == 0
    sidecar = first.music / "album/known.flac.auralis.json"
    assert not sidecar.exists()
    second.start()
    seconds_until(sidecar.exists, LIMIT_S)
    assert second.end() == 0
    assert second.count(status="analysed") == 0


def test_a_path_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    missing = str(tmp_path / "nowhere")
    with pytest.raises(ConfigError, match="not a folder"):
        run_watch([missing], Settings(cache=tmp_path / "results.db", jobs=1), poll_s=None, json=False)
