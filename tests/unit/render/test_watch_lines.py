"""The lines of a watch for a person."""

import pytest

from auralis_cli.model.record import TrackError
from auralis_cli.model.result import Status, TrackResult
from auralis_cli.render.watch_lines import result_text

ERROR = TrackError("nothing_decoded", "nothing of the audio decodes")


@pytest.mark.parametrize(
    ("result", "text"),
    [
        (TrackResult("/m/a.mp3", Status.ANALYSED), "analysed  /m/a.mp3"),
        (TrackResult("/m/a.mp3", Status.MOVED, taken_from="/m/b.mp3"), "moved     /m/b.mp3 → /m/a.mp3"),
        (TrackResult("/m/a.mp3", Status.RETAGGED), "retagged  /m/a.mp3"),
        (TrackResult("/m/a.mp3", Status.RETAGGED, taken_from="/m/b.mp3"), "retagged  /m/b.mp3 → /m/a.mp3"),
        (
            TrackResult("/m/a.mp3", Status.CACHED, taken_from="/m/b.mp3"),
            "copy      /m/a.mp3 has the audio of /m/b.mp3",
        ),
        (
            TrackResult("/m/a.mp3", Status.FAILED, error=ERROR),
            "failed    /m/a.mp3: nothing of the audio decodes (nothing_decoded)",
        ),
    ],
)
def test_news_are_one_line(result: TrackResult, text: str) -> None:
    line = result_text(result)
    assert line is not None
    assert line[9:] == text


def test_what_is_known_is_no_news() -> None:
    assert result_text(TrackResult("/m/a.mp3", Status.CACHED)) is None
    assert result_text(TrackResult("/m/a.mp3", Status.FAILED, error=ERROR, remembered=True)) is None
    assert result_text(TrackResult("/m/a.mp3", Status.SKIPPED, reason="hidden")) is None
