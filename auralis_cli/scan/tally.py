"""What a scan has done so far: the numbers behind the progress display, the report and the summary line."""

import time
from collections import Counter
from typing import Final

import msgspec

from auralis_cli.model.record import Track, TrackError
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.scan.workload import Workload

MAX_EXAMPLES: Final = 5
"""Files of one kind that are remembered by name, so that a bad library costs no memory."""


class FailureKind(msgspec.Struct):
    """Failures with one code: how many, how many of them are known from before, and the first, if possible
    a new one.
    """

    count: int
    known: int
    example: str
    message: str

    @property
    def new(self) -> int:
        """Those that no earlier scan has told."""
        return self.count - self.known


class WarnedFiles(msgspec.Struct):
    """Analysed files with a warning of one code: how many, and the first of them."""

    count: int = 0
    examples: list[str] = []


class ScanTally(msgspec.Struct):
    """Counts of a scan, and the work of its analyses."""

    began: float = msgspec.field(default_factory=time.monotonic)
    counts: Counter[Status] = msgspec.field(default_factory=Counter)
    known_failures: int = 0
    may_be_retagged: int = 0
    """Of a dry run: tracks whose audio may be known, which only a worker can tell."""
    skipped: Counter[str] = msgspec.field(default_factory=Counter)
    failures: dict[str, FailureKind] = msgspec.field(default_factory=dict)
    warned: dict[str, WarnedFiles] = msgspec.field(default_factory=dict)
    """By the code of the warning."""
    warnings: tuple[str, ...] = ()
    waits_for: str | None = None
    """The other process that holds what this scan has left to do."""
    sidecars_written: int = 0
    """Of all kinds; known when the scan has ended."""
    tags_read: int = 0
    """Known tracks whose tags were read for the first time."""
    sidecars_from_cache: int = 0
    """Written for known tracks that had none."""
    sidecars_lacking: tuple[str, ...] = ()
    """Why known tracks have none, in words."""
    audio_s: float = 0.0
    open_tracks: int = 0
    """Tracks that wait for their analysis or are being analysed."""
    workload: Workload = msgspec.field(default_factory=Workload)
    discovering: bool = True
    interrupted: bool = False
    ended: float | None = None

    @property
    def seconds(self) -> float:
        """Wall time of the scan, so far or in all."""
        return (time.monotonic() if self.ended is None else self.ended) - self.began

    @property
    def tracks(self) -> int:
        """Tracks that have a result; skipped files are no tracks."""
        return self.counts.total() - self.counts[Status.SKIPPED]

    @property
    def new_failures(self) -> int:
        """Failures that are not remembered from an earlier scan."""
        return self.counts[Status.FAILED] - self.known_failures

    @property
    def known_tracks(self) -> int:
        """Tracks whose result was known, or was taken from another file, without an analysis."""
        recognised = sum(self.counts[status] for status in (Status.CACHED, Status.MOVED, Status.RETAGGED))
        return recognised + self.known_failures

    def expect(self, track: Track) -> None:
        """The track is to be analysed."""
        self.open_tracks += 1
        self.workload.expect(track)

    def finish(self, track: Track, status: Status) -> None:
        """A track that was expected has its result."""
        self.open_tracks -= 1
        self.workload.finish(track, status)

    def end(self) -> None:
        """Stops the clock."""
        self.ended = time.monotonic()
        self.workload.end()

    def add_unchanged(self, tracks: int) -> None:
        """Counts tracks that are cached and unchanged."""
        self.counts[Status.CACHED] += tracks

    def add(self, result: TrackResult) -> None:
        """Counts one result."""
        self.counts[result.status] += 1
        self.tags_read += result.tags_read
        if result.status is Status.SKIPPED:
            self.skipped[result.reason or ""] += 1
        if result.error is not None:
            self.known_failures += result.remembered
            self._add_failure(result.path, result.error, known=result.remembered)
        if result.status is Status.ANALYSED and result.record is not None:
            self.audio_s += float(result.record.details.get("duration_s") or 0.0)
            for code in dict.fromkeys(warning.code for warning in result.record.warnings):
                self._add_warning(code, result.path)

    def _add_warning(self, code: str, path: str) -> None:
        files = self.warned.setdefault(code, WarnedFiles())
        files.count += 1
        if len(files.examples) < MAX_EXAMPLES:
            files.examples.append(path)

    def _add_failure(self, path: str, error: TrackError, *, known: bool) -> None:
        kind = self.failures.setdefault(error.code, FailureKind(0, 0, path, error.message))
        if not known and not kind.new:
            kind.example, kind.message = path, error.message
        kind.count += 1
        kind.known += known
