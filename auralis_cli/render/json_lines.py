"""The documented JSON of `scan`, `show` and `compare`: a scan prints a start line, tracks, a summary."""

import asyncio
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import msgspec

from auralis_cli.model.dimensions import keys
from auralis_cli.model.record import AnalyzerVersion, Record, TrackError, TrackWarning
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.render.safe_text import base64_unless_utf8, utf8_text
from auralis_cli.scan.tally import ScanTally
from auralis_cli.similarity.distance import Comparison

OUTPUT_VERSION = 1
"""Version of these lines; a field may be added without changing it, none goes or changes its meaning."""

if TYPE_CHECKING:

    class Fingerprint(msgspec.Struct, frozen=True):
        """All 25 dimensions in order, each a number or null."""

        def __init__(self, **values: float | None) -> None: ...

else:
    Fingerprint = msgspec.defstruct(
        "Fingerprint",
        [(key, float | None) for key in keys()],
        frozen=True,
        kw_only=True,
        namespace={"__doc__": "All 25 dimensions in order, each a number or null."},
    )


class StartLine(msgspec.Struct, frozen=True, tag_field="event", tag="start"):
    """First line: what makes the results."""

    schema: int
    analysis_version: int
    worker_version: str
    analyzer: str


class ErrorObject(msgspec.Struct, frozen=True):
    """Why a track failed. `known`: it failed in an earlier run and nothing has changed since."""

    code: str
    message: str
    known: bool


class TrackLine(msgspec.Struct, frozen=True, tag_field="event", tag="track"):
    """One track; a field that does not apply to its status is null.

    `path` is absolute; where its bytes are not UTF-8 it is a printable stand-in and `path_b64` holds the
    bytes in base64. `analyzer`, `fingerprint`, `nulls` (reason by key), `details` and `warnings` are there
    for analysed, cached and moved tracks, `error` for failed ones, `reason` for skipped ones, `from` for
    moved ones and cached copies. In a dry run a track that would be analysed has the status `analysed` and no
    fingerprint.
    """

    path: str
    path_b64: str | None
    status: Status
    analyzer: str | None
    fingerprint: Fingerprint | None
    nulls: dict[str, str] | None
    details: dict[str, Any] | None
    warnings: tuple[TrackWarning, ...] | None
    error: ErrorObject | None
    reason: str | None
    taken_from: str | None = msgspec.field(name="from")
    taken_from_b64: str | None = msgspec.field(name="from_b64")


class SummaryLine(msgspec.Struct, frozen=True, tag_field="event", tag="summary"):
    """Last line: how many of each, wall time, length of the analysed audio, whether it was cut short."""

    analysed: int
    cached: int
    moved: int
    failed: int
    skipped: int
    seconds: float
    audio_seconds: float
    interrupted: bool


def start_line(analyzer: AnalyzerVersion) -> StartLine:
    """The line before all others."""
    return StartLine(OUTPUT_VERSION, analyzer.analysis_version, analyzer.worker_version, analyzer.name)


def track_line(result: TrackResult) -> TrackLine:
    """The line, or object, of one track."""
    record = result.record
    return TrackLine(
        path=utf8_text(result.path),
        path_b64=base64_unless_utf8(result.path),
        status=result.status,
        analyzer=None if record is None else record.analyzer,
        fingerprint=None if record is None else _fingerprint(record),
        nulls=None if record is None else record.nulls,
        details=None if record is None else record.details,
        warnings=None if record is None else record.warnings,
        error=None if result.error is None else _error(result.error, known=result.remembered),
        reason=result.reason,
        taken_from=None if result.taken_from is None else utf8_text(result.taken_from),
        taken_from_b64=None if result.taken_from is None else base64_unless_utf8(result.taken_from),
    )


def summary_line(tally: ScanTally) -> SummaryLine:
    """The line after all others."""
    return SummaryLine(
        **{status.value: tally.counts[status] for status in Status},
        seconds=round(tally.seconds, 3),
        audio_seconds=round(tally.audio_s, 3),
        interrupted=tally.interrupted,
    )


def _fingerprint(record: Record) -> Fingerprint:
    return Fingerprint(**record.fingerprint)


def _error(error: TrackError, *, known: bool) -> ErrorObject:
    return ErrorObject(error.code, utf8_text(error.message), known)


class JsonLines:
    """Writes lines to stdout from a thread, so that a slow reader never stops the event loop."""

    def __init__(self) -> None:
        self._encoder = msgspec.json.Encoder()
        self._thread = ThreadPoolExecutor(1, "auralis-output")

    async def tracks(self, results: Sequence[TrackResult]) -> None:
        """One line per result. Raises BrokenPipeError when the reader has gone."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._write_tracks, results)

    def write(self, line: StartLine | SummaryLine) -> None:
        """The first or the last line; blocks."""
        self._write(self._encoder.encode(line) + b"\n")

    def close(self) -> None:
        """Ends the thread."""
        self._thread.shutdown(wait=False)

    def _write_tracks(self, results: Sequence[TrackResult]) -> None:
        self._write(self._encoder.encode_lines(list(map(track_line, results))))

    @staticmethod
    def _write(lines: bytes) -> None:
        sys.stdout.buffer.write(lines)
        sys.stdout.buffer.flush()


def comparison_line(comparison: Comparison, a: str, b: str) -> str:
    """Similarity, distance, both paths, and the dimensions."""
    line = {
        "similarity": comparison.similarity,
        "distance": comparison.distance,
        "a_path": utf8_text(a),
        "a_path_b64": base64_unless_utf8(a),
        "b_path": utf8_text(b),
        "b_path_b64": base64_unless_utf8(b),
        "dimensions": comparison.dimensions,
    }
    return msgspec.json.encode(line).decode()
