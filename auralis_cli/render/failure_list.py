"""The remembered failures and what to do about each: as text by kind, or as JSON lines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter
from typing import Annotated, Final

import msgspec
from msgspec import Meta

from auralis_cli.model.record import AnalyzerName
from auralis_cli.render.json_types import AnalyzerText, Count, PathBase64, PathText, Printed
from auralis_cli.render.output import Whole
from auralis_cli.render.safe_text import base64_unless_utf8, safe_text, utf8_text
from auralis_cli.upkeep.failures import StoredFailure

ADVICE: Final[Mapping[str, str]] = {
    "timed_out": "play the file; if it is good, use 'auralis failures retry --timeout SECONDS'",
    "out_of_memory": "play the file; if it is good, use 'auralis failures retry --max-memory MIB'",
    "worker_crashed": "'auralis failures retry' tries it again; if it fails again, please report it",
    "invalid_result": "please report it with the file; a newer auralis tries the file again by itself",
    "internal_error": "please report it with the file; a newer auralis tries the file again by itself",
    "unsupported_codec": "install ffmpeg (see 'auralis doctor'): the next scan then tries the file again",
    "ffmpeg_failed": "play the file, replace it if it is damaged; a scan with another ffmpeg tries it again",
    "empty_file": "the file has no content: get it again or delete it",
    "unrecognised_format": "the file is not audio: get it again, delete it, or leave it out with --exclude",
    "no_audio_stream": "there is no sound in it: leave it out with --exclude",
    "video": "it is a film: scans leave it out; 'auralis failures retry --code video' analyses its sound",
    "nothing_decoded": "the file is damaged: get it again",
    "unsupported_format": "only another version of the file can help",
    "not_a_file": "leave it out with --exclude",
}
DEFAULT_ADVICE: Final = "see the message; 'auralis failures retry' tries it again"


def advice_about(code: str) -> str:
    """What to do, in one sentence; a code of another version of auralis gets the default."""
    return ADVICE.get(code, DEFAULT_ADVICE)


class FailureLine(Printed, frozen=True):
    """One line of `failures list --json`."""

    path: PathText
    path_b64: PathBase64
    code: str
    message: str
    advice: Annotated[str, Meta(description="What to do, for a person.")]
    when: Annotated[str, Meta(description="ISO 8601, UTC.")]
    size: Annotated[Count, Meta(description="Bytes, when it failed.")]
    analyzer: AnalyzerText
    worker_version: str
    depends_on_ffmpeg: Annotated[bool, Meta(description="Another ffmpeg makes the next scan try again.")]


def failure_lines(failures: Iterable[StoredFailure]) -> bytes:
    """A line of JSON for each failure."""
    return msgspec.json.Encoder().encode_lines([_line(failure) for failure in failures])


def failure_text(failures: Sequence[StoredFailure]) -> Iterator[str]:
    """Each kind with its count and what to do, and below it each file with its time and message."""
    for code, group in groupby(failures, key=attrgetter("code")):
        files = list(group)
        yield f"{len(files):,} {safe_text(code)}: {advice_about(code)}"
        for failure in files:
            by = "" if failure.analyzer == AnalyzerName.WORKER else f"  [{safe_text(failure.analyzer)}]"
            yield Whole(f"  {_local_time(failure.when)}  {safe_text(failure.path)}{by}")
            yield f"                    {safe_text(failure.message)}"


def _line(failure: StoredFailure) -> FailureLine:
    return FailureLine(
        path=utf8_text(failure.path),
        path_b64=base64_unless_utf8(failure.path),
        code=failure.code,
        message=utf8_text(failure.message),
        advice=advice_about(failure.code),
        when=failure.when,
        size=failure.size,
        analyzer=failure.analyzer,
        worker_version=failure.worker_version,
        depends_on_ffmpeg=failure.depends_on_ffmpeg,
    )


def _local_time(when: str) -> str:
    try:
        return datetime.fromisoformat(when).astimezone().strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return f"{safe_text(when):16.16}"
