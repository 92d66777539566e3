"""Scans of a folder of scripted tracks with a fake worker, in this process."""

import json
from pathlib import Path
from typing import Any

import pytest

from auralis_cli.commands.run_scan import run_scan
from auralis_cli.model.errors import ExitCode
from auralis_cli.settings.values import Settings, SidecarMode
from support.library import Library
from support.scripted_tracks import FakeWorker, write_track

Events = list[dict[str, Any]]


class ScannedLibrary(Library):
    """A library whose files script a fake worker, and which `run_scan` analyses; `report` is what it said."""

    def __init__(self, home: Path, capture: pytest.CaptureFixture[str]) -> None:
        super().__init__(home)
        self.cache = home / "cache" / "results.db"
        self.worker = FakeWorker(home)
        self.capture = capture
        self.report = ""

    def settings(self, **changes: Any) -> Settings:
        defaults: dict[str, Any] = {"jobs": 2, "sidecars": SidecarMode.NONE, "ffmpeg": "none"}
        return Settings(cache=self.cache, worker=self.worker.program, **(defaults | changes))

    def scan(self, *paths: Path, code: ExitCode = ExitCode.OK, **options: Any) -> Events:
        """The JSON lines of a scan of `paths`, or of the whole library."""
        settings = options.pop("settings", self.settings())
        named = [str(path) for path in paths] or [str(self.music)]
        return self._scan(named, settings, code, **options)

    def scan_again(self, code: ExitCode = ExitCode.OK) -> Events:
        """The JSON lines of a scan that names no path."""
        return self._scan([], self.settings(), code)

    def _scan(self, named: list[str], settings: Settings, code: ExitCode, **options: Any) -> Events:
        assert run_scan(named, settings, json=True, **options) is code
        captured = self.capture.readouterr()
        self.report = captured.err
        return [json.loads(line) for line in captured.out.splitlines()]

    def retag(self, name: str, tags: str, new_name: str | None = None) -> Path:
        """Writes tags behind the audio of a file, as a tag editor does, and renames it."""
        path = self.music / name
        content = path.read_bytes().split(b"tags: ")[0]
        path.write_bytes(content + b"tags: " + tags.encode())
        new = self.music / (new_name or name)
        new.parent.mkdir(parents=True, exist_ok=True)
        return path.rename(new)

    def add(self, name: str, script: str = "ok", size: int = 0) -> Path:
        """A file that tells the fake worker what to do."""
        return Path(write_track(self.music, name, script, size).path)


def counts(events: Events) -> dict[str, int]:
    """The summary's counts that are not zero."""
    names = ("analysed", "cached", "moved", "retagged", "failed", "skipped")
    return {name: events[-1][name] for name in names if events[-1][name]}


def by_name(events: Events) -> dict[str, dict[str, Any]]:
    """The track events by file name."""
    return {Path(event["path"]).name: event for event in events if event["event"] == "track"}
