"""The remembered failures: grouped by kind for a reader, one JSON object a line for a program."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

import msgspec

from auralis_cli.model.record import AnalyzerName
from auralis_cli.render.failure_advice import advice_about
from auralis_cli.render.safe_text import base64_unless_utf8, safe_text, utf8_text
from auralis_cli.upkeep.failures import StoredFailure


class FailureLine(msgspec.Struct, frozen=True):
    """One failure; `path_b64` has the bytes of a path that is not UTF-8, `when` is UTC."""

    path: str
    path_b64: str | None
    code: str
    message: str
    advice: str
    when: str
    size: int
    analyzer: str
    worker_version: str
    depends_on_ffmpeg: bool


def failure_lines(failures: Iterable[StoredFailure]) -> bytes:
    """JSON lines."""
    return msgspec.json.Encoder().encode_lines([_line(failure) for failure in failures])


def failure_text(failures: Sequence[StoredFailure]) -> Iterator[str]:
    """Each kind with its number and what to do, and under it each file with its time and message."""
    for code, group in groupby(failures, key=attrgetter("code")):
        files = list(group)
        yield f"{len(files):,} {safe_text(code)}: {advice_about(code)}"
        for failure in files:
            by = "" if failure.analyzer == AnalyzerName.WORKER else f"  [{safe_text(failure.analyzer)}]"
            yield f"  {_local_time(failure.when)}  {safe_text(failure.path)}{by}"
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
