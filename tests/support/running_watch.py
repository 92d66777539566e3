"""A watch in a process of its own, with a fake worker."""

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from support.processes import seconds_until
from support.scripted_tracks import FakeWorker, write_track

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
        """Starts it, and waits until it has looked at everything."""
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
        """Ends it as a service manager does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(LIMIT_S)
        self._reader.join()
        return code

    def kill(self) -> None:
        """Ends it without a word, if it has not ended."""
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        self._reader.join()

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
