"""The JSON of `scan` and `show`: a scan prints a start line, a line per track, and a summary line."""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta

from auralis_cli.model.dimensions import Dimension, dimensions
from auralis_cli.model.record import AnalyzerVersion, Record, TrackError, TrackWarning
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.render.json_types import (
    AnalyzerText,
    Count,
    PathBase64,
    PathText,
    Printed,
    Seconds,
    TagsOrNull,
)
from auralis_cli.render.output import write_json
from auralis_cli.render.safe_text import base64_unless_utf8, utf8_text
from auralis_cli.render.standard_streams import OutputError, discard_output
from auralis_cli.scan.tally import ScanTally

OUTPUT_VERSION: Final = 2
"""Version of these lines. New fields do not change it; no field is removed or gets a new meaning."""

if TYPE_CHECKING:

    class Fingerprint(Printed, frozen=True):
        """All 25 dimensions in order, each a number or null."""

        def __init__(self, **values: float | None) -> None: ...

else:

    def _value_type(dimension: Dimension) -> Any:
        unit = f" ({dimension.unit})" if dimension.unit else ""
        number = Annotated[float, Meta(ge=dimension.minimum, le=dimension.maximum)]
        meaning = f"{dimension.label}{unit}: {dimension.meaning}"
        return Annotated[number | None, Meta(description=meaning)]

    Fingerprint = msgspec.defstruct(
        "Fingerprint",
        [(dimension.key, _value_type(dimension)) for dimension in dimensions()],
        bases=(Printed,),
        frozen=True,
        kw_only=True,
        namespace={"__doc__": "All 25 dimensions in order, each a number or null."},
    )


class StartLine(Printed, frozen=True, tag_field="event", tag="start"):
    """First line of `scan --json`: who makes the results."""

    schema: Annotated[Literal[2], Meta(description="Version of this output.")]
    analysis_version: Count
    worker_version: str
    analyzer: AnalyzerText


class WarningObject(Printed, frozen=True):
    """Something wrong with a file that was analysed all the same."""

    code: str
    message: str
    count: Count


class ErrorObject(Printed, frozen=True):
    """Why a track failed. `known`: it failed in an earlier run and nothing has changed since."""

    code: str
    message: str
    known: bool


class TrackLine(Printed, frozen=True, tag_field="event", tag="track"):
    """One line of `scan --json` per file, and the whole output of `show --json`.

    A field that does not apply to the status is null. `analyzer` and all down to `warnings` are set for
    analysed, cached, moved and retagged tracks, `error` for failed ones, `reason` for skipped ones, `from`
    for moved ones, for retagged ones that had another path, and for cached copies. In a dry run a track that
    would be analysed, or first be compared by its audio, has the status `analysed` and no fingerprint.
    """

    path: PathText
    path_b64: PathBase64
    status: Status
    analyzer: Annotated[AnalyzerText | None, Meta(description="Who made the numbers.")]
    analysis_version: Annotated[
        Count | None, Meta(description="Of the numbers; less than the start line's where they are old.")
    ]
    worker_version: Annotated[str | None, Meta(description="The program that made the numbers.")]
    content_key: Annotated[str | None, Meta(description="A hash of the decoded samples.")]
    audio_key: Annotated[
        str | None, Meta(description="A hash of the encoded audio, without tags; null where there is none.")
    ]
    fingerprint: Fingerprint | None
    nulls: Annotated[
        dict[str, str] | None, Meta(description="The reason of each dimension that is null, by its key.")
    ]
    details: dict[str, Any] | None
    tags: TagsOrNull
    warnings: tuple[WarningObject, ...] | None
    error: ErrorObject | None
    reason: Annotated[str | None, Meta(description="Why the file was skipped.")]
    taken_from: Annotated[
        str | None,
        Meta(
            description="Former path of a moved or retagged file; of a cached copy, the file with that audio."
        ),
    ] = msgspec.field(name="from")
    taken_from_b64: PathBase64 = msgspec.field(name="from_b64")


class SummaryLine(Printed, frozen=True, tag_field="event", tag="summary"):
    """Last line of `scan --json`: files by status, wall time, length of the analysed audio."""

    analysed: Count
    cached: Count
    moved: Count
    retagged: Count
    failed: Count
    skipped: Count
    seconds: Seconds
    audio_seconds: Seconds
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
        analysis_version=None if record is None else record.analysis_version,
        worker_version=None if record is None else record.worker_version,
        content_key=None if record is None else record.content_key,
        audio_key=None if record is None else record.audio_key,
        fingerprint=None if record is None else _fingerprint(record),
        nulls=None if record is None else record.nulls,
        details=None if record is None else record.details,
        tags=None if record is None else record.tags,
        warnings=None if record is None else tuple(map(_warning, record.warnings)),
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


def _warning(warning: TrackWarning) -> WarningObject:
    return WarningObject(warning.code, warning.message, warning.count)


def _error(error: TrackError, *, known: bool) -> ErrorObject:
    return ErrorObject(error.code, utf8_text(error.message), known)


class JsonLines:
    """Writes lines to stdout from a thread, so that a slow reader never stops the event loop."""

    def __init__(self) -> None:
        self._encoder = msgspec.json.Encoder()
        self._thread = ThreadPoolExecutor(1, "auralis-output")

    async def tracks(self, results: Sequence[TrackResult]) -> None:
        """Writes a line per result. Raises BrokenPipeError when the reader has closed the pipe."""
        await asyncio.get_running_loop().run_in_executor(self._thread, self._write_tracks, results)

    def write(self, line: Printed) -> None:
        """Writes a line that is not a track's, and waits until it is written."""
        self._write(self._encoder.encode(line) + b"\n")

    def end(self, line: Printed) -> OutputError | None:
        """Writes the last line and ends the thread. Returns why the line could not be written.

        Whatever ended the scan is to be told first. A reader that has closed the pipe has seen enough.
        """
        self._thread.shutdown(wait=False)
        try:
            self.write(line)
        except BrokenPipeError:
            discard_output()
        except OutputError as error:
            discard_output()
            return error
        return None

    def _write_tracks(self, results: Sequence[TrackResult]) -> None:
        self._write(self._encoder.encode_lines(list(map(track_line, results))))

    @staticmethod
    def _write(lines: bytes) -> None:
        write_json(lines, end=b"")
