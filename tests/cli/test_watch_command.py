"""`auralis watch`: what changes in the folders is in the cache within seconds."""

import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.processes import seconds_until
from support.scripted_tracks import FakeWorker, write_track

from auralis_cli.commands.run_watch import WORKER_CHECK_S, run_watch
from auralis_cli.model.errors import ConfigError
from auralis_cli.settings.values import Settings

WATCH = """
import signal
import sys
from pathlib import Path
from auralis_cli.commands.run_watch import run_watch
from auralis_cli.settings.values import Settings, SidecarMode
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, signal.SIG_DFL)
music, cache, worker, poll = sys.argv[1:]
if poll == "limit":
    from auralis_cli.watch import folder_events, intake

    async def awatch(*paths, **options):
        raise OSError("OS file watch limit reached.")
        yield

    folder_events.awatch, intake.POLL_INTERVAL_S, poll = awatch, 1.0, ""
if poll == "full":
    import os
    from auralis_cli.commands import run_watch as module
    from auralis_cli.render.standard_streams import guard_standard_streams
    from auralis_cli.watch.notice import NoticeKind

    guard_standard_streams()
    line_of, poll = module.watch_line, "1"

    def watch_line(notice):
        if notice.kind is NoticeKind.FOLDER_GONE:
            os.dup2(os.open("/dev/full", os.O_WRONLY), 1)
        return line_of(notice)

    module.watch_line = watch_line
mode = SidecarMode.NONE
if poll == "sidecars":
    mode, poll = SidecarMode.BESIDE, ""
settings = Settings(cache=Path(cache), jobs=2, sidecars=mode, worker=Path(worker), ffmpeg="none")
sys.exit(run_watch([music], settings, poll_s=float(poll) if poll else None, json=True))
"""
LIMIT_S = 20.0
"""A change has to be seen within it. Two seconds of settling, and a loaded machine."""


class RunningWatch:
    """A watch in its own process."""

    def __init__(self, root: Path, poll: str = "") -> None:
        self.music, self.cache = root / "music", root / "results.db"
        self.worker = FakeWorker(root)
        write_track(self.music, "album/known.flac", size=1000)
        self._poll = poll
        self._reads = True
        self.events: list[dict[str, Any]] = []

    def start(self) -> None:
        arguments = [str(self.music), str(self.cache), str(self.worker.program), self._poll]
        self.process = subprocess.Popen(
            [sys.executable, "-c", WATCH, *arguments],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()
        self.wait_for(kind="watching")

    def wait_for(self, **wanted: str) -> dict[str, Any]:
        """The first event with these values, which may be the start of a path's end."""
        seconds_until(lambda: bool(self._found(wanted)) or self.process.poll() is not None, LIMIT_S)
        event = self.find(**wanted)
        assert event is not None, self.process.communicate()[1]
        return event

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(LIMIT_S)
        self._reader.join()
        return code

    def find(self, **wanted: str) -> dict[str, Any] | None:
        """The first event of those that have come."""
        return next(iter(self._found(wanted)), None)

    def count(self, **wanted: str) -> int:
        """How many events have come with these values."""
        return len(self._found(wanted))

    def close_output(self) -> None:
        """Reads no more of its lines."""
        self._reads = False
        write_track(self.music, "last.flac", size=1100)
        self._reader.join()

    def _found(self, wanted: dict[str, str]) -> list[dict[str, Any]]:
        return [
            event
            for event in list(self.events)
            if all(str(event.get(key, "")).endswith(value) for key, value in wanted.items())
        ]

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.events.append(json.loads(line))
            if not self._reads:
                self.process.stdout.close()
                return


@pytest.fixture(params=["", "1"], ids=["events", "poll"])
def watch(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[RunningWatch]:
    watch = RunningWatch(tmp_path, request.param)
    watch.start()
    yield watch
    if watch.process.poll() is None:
        watch.process.kill()
        watch.process.wait()
    watch._reader.join()


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


def test_a_new_worker_program_is_used_from_then_on(tmp_path: Path) -> None:
    watch = RunningWatch(tmp_path)
    watch.start()
    old = watch.worker.program
    newer = old.with_suffix(".new")
    newer.write_text(old.read_text().replace("exec", "AURALIS_TEST=new exec"))
    newer.chmod(0o755)
    newer.rename(old)
    watch.wait_for(kind="worker_changed")
    seconds_until(lambda: [event.get("kind") for event in watch.events].count("watching") == 2, LIMIT_S)
    write_track(watch.music, "after.flac", size=1009)
    watch.wait_for(path="/after.flac", status="analysed")
    assert watch.end() == 0
    assert watch.worker.started().count("known.flac") == 1


def test_a_worker_program_that_is_being_written_is_not_taken(tmp_path: Path) -> None:
    watch = RunningWatch(tmp_path)
    watch.start()
    ends = time.monotonic() + 2.2 * WORKER_CHECK_S
    while time.monotonic() < ends:
        with watch.worker.program.open("a") as program:
            program.write("# more of it\n")
        time.sleep(WORKER_CHECK_S / 10)
        assert watch.find(kind="worker_changed") is None
    watch.wait_for(kind="worker_changed")
    assert watch.end() == 0


def test_a_watch_ends_with_who_reads_its_lines(watch: RunningWatch) -> None:
    watch.close_output()
    watch.music.rename(watch.music.with_name("away"))
    assert watch.process.wait(LIMIT_S) == 0


def test_a_watch_whose_lines_cannot_be_written_ends_with_the_reason(tmp_path: Path) -> None:
    watch = RunningWatch(tmp_path, "full")
    watch.start()
    watch.music.rename(watch.music.with_name("away"))
    assert watch.process.wait(LIMIT_S) != 0
    assert "cannot write to standard output" in watch.process.communicate()[1]


def test_a_failure_that_lasts_is_told_once(tmp_path: Path) -> None:
    """Of a file that may work next time, of a link that cannot be followed: every look meets them anew."""
    watch = RunningWatch(tmp_path, "1")
    watch.start()
    track, link = watch.music / "bad.flac", watch.music / "link.flac"
    write_track(watch.music, track.name, "fail retry", size=1011)
    link.symlink_to("x" * 300)
    told = [{"path": f"/music/{path.name}", "status": "failed"} for path in (track, link)]
    for event in told:
        watch.wait_for(**event)
    seconds_until(lambda: watch.worker.started().count(track.name) == 2, LIMIT_S)
    assert [watch.count(**event) for event in told] == [1, 1]
    link.unlink()
    write_track(watch.music, track.name, "fail retry", size=1012)  # another file
    seconds_until(lambda: watch.count(**told[0]) == 2, LIMIT_S)
    seconds_until(lambda: watch.worker.started().count(track.name) == 4, LIMIT_S)
    link.symlink_to("x" * 300)
    seconds_until(lambda: watch.count(**told[1]) == 2, LIMIT_S)
    assert watch.count(**told[0]) == 2
    assert watch.end() == 0


def test_at_the_limit_of_the_system_everything_is_looked_at_again_and_again(tmp_path: Path) -> None:
    watch = RunningWatch(tmp_path, "limit")
    watch.start()
    assert "limit reached" in watch.wait_for(kind="polling")["message"]
    write_track(watch.music, "new.flac", size=1010)
    watch.wait_for(path="/new.flac", status="analysed")
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
