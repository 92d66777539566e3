"""The lines of `auralis watch`: one per event, as text for a person or a journal, or as JSON."""

import time
from typing import Annotated

from msgspec import Meta

from auralis_cli.model.result import Status, TrackResult
from auralis_cli.render.json_types import PathBase64, PathText, Printed
from auralis_cli.render.safe_text import base64_unless_utf8, safe_text, utf8_text
from auralis_cli.watch.notice import Notice, NoticeKind


class WatchLine(Printed, frozen=True, tag_field="event", tag="watch"):
    """A line of `watch --json` about the watch itself; tracks have the lines of `scan --json`."""

    kind: NoticeKind
    message: str
    path: Annotated[PathText | None, Meta(description="The folder or program that it is about.")]
    path_b64: PathBase64


def watch_line(notice: Notice) -> WatchLine:
    """The notice as JSON."""
    path = notice.path
    return WatchLine(
        notice.kind,
        utf8_text(notice.message),
        None if path is None else utf8_text(path),
        None if path is None else base64_unless_utf8(path),
    )


def notice_text(notice: Notice) -> str:
    """`12:01:33 watching  all that is there was looked at`."""
    return _line(notice.kind.replace("_", " "), notice.message)


def result_text(result: TrackResult) -> str | None:
    """`12:01:33 analysed  /music/a.flac`; None for what is no news."""
    if result.status is Status.ANALYSED:
        return _line("analysed", result.path)
    if result.status is Status.MOVED:
        return _line("moved", f"{result.taken_from} → {result.path}")
    if result.status is Status.RETAGGED:
        former = f"{result.taken_from} → " if result.taken_from else ""
        return _line("retagged", f"{former}{result.path}")
    if result.status is Status.CACHED and result.taken_from is not None:
        return _line("copy", f"{result.path} has the audio of {result.taken_from}")
    if result.status is Status.FAILED and result.error is not None and not result.remembered:
        return _line("failed", f"{result.path}: {result.error.message} ({result.error.code})")
    return None


def _line(what: str, text: str) -> str:
    return f"{time.strftime('%H:%M:%S')} {what:<9} {safe_text(text)}"
