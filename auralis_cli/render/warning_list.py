"""The warnings about analysed files: what each means and what to do; as text by kind, or as JSON lines."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Annotated, Final, NamedTuple

import msgspec
from msgspec import Meta

from auralis_cli.model.record import AnalyzerName
from auralis_cli.render.json_types import AnalyzerText, Count, PathBase64, PathText, Printed
from auralis_cli.render.output import Whole
from auralis_cli.render.safe_text import base64_unless_utf8, safe_text, utf8_text
from auralis_cli.upkeep.warnings import StoredWarning


class _Words(NamedTuple):
    """About one file and about several, after their number; and what to do."""

    one: str
    several: str
    advice: str


_AGAIN: Final = "get it again: the next scan analyses the new file"
WORDS: Final[Mapping[str, _Words]] = {
    "truncated": _Words(
        "is cut short; its values cover only what could be read",
        "are cut short; their values cover only what could be read",
        _AGAIN,
    ),
    "damaged": _Words(
        "has damaged parts; its values leave them out",
        "have damaged parts; their values leave them out",
        _AGAIN,
    ),
    "format_change": _Words(
        "changes its format midway; its values cover all of it",
        "change their format midway; their values cover all of it",
        "nothing, if it is a recorded stream; else get it again",
    ),
    "non_finite_samples": _Words(
        "has samples that are no sound, such as infinite ones; they count as silence",
        "have samples that are no sound, such as infinite ones; they count as silence",
        "export it again, from a program that does not overflow",
    ),
    "polarity": _Words(
        "has one channel upside down: on one loudspeaker it cancels out",
        "have one channel upside down: on one loudspeaker they cancel out",
        "nothing, if it is meant; else invert one channel",
    ),
}
_OTHER: Final = _Words("has a remark", "have a remark", "see the message")


def warning_text(code: str, count: int) -> str:
    """`1 file is cut short; its values cover only what could be read`."""
    words = WORDS.get(code, _OTHER)
    return f"1 file {words.one}" if count == 1 else f"{count:,} files {words.several}"


class WarningLine(Printed, frozen=True):
    """One line of `warnings list --json`."""

    path: PathText
    path_b64: PathBase64
    code: str
    message: str
    count: Annotated[Count, Meta(description="How often, as the message says: packets, samples …")]
    advice: Annotated[str, Meta(description="What to do, for a person.")]
    when: Annotated[str, Meta(description="When the file was analysed: ISO 8601, UTC.")]
    analyzer: AnalyzerText


def warning_lines(warnings: Iterable[StoredWarning]) -> bytes:
    """A line of JSON for each warning."""
    return msgspec.json.Encoder().encode_lines([_line(warning) for warning in warnings])


def warning_list(warnings: Sequence[StoredWarning]) -> Iterator[str]:
    """Each kind with its code and what to do, and below it each file with its message."""
    for code, group in groupby(warnings, key=attrgetter("code")):
        files = list(group)
        advice = WORDS.get(code, _OTHER).advice
        yield f"{warning_text(code, len(files))} ({safe_text(code)}): {advice}"
        for warning in files:
            by = "" if warning.analyzer == AnalyzerName.WORKER else f"  [{safe_text(warning.analyzer)}]"
            yield Whole(f"  {safe_text(warning.path)}{by}")
            yield f"      {safe_text(warning.message)}"


def _line(warning: StoredWarning) -> WarningLine:
    return WarningLine(
        path=utf8_text(warning.path),
        path_b64=base64_unless_utf8(warning.path),
        code=warning.code,
        message=utf8_text(warning.message),
        count=warning.count,
        advice=WORDS.get(warning.code, _OTHER).advice,
        when=warning.when,
        analyzer=warning.analyzer,
    )
