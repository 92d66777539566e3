"""The JSON of `show --trace`: the series and spectra that pictures of a track are made of."""

from typing import Annotated

import msgspec
from msgspec import Meta

from auralis_cli.model.trace import Traced
from auralis_cli.render.json_types import PathBase64, PathText, Printed, Seconds
from auralis_cli.render.safe_text import base64_unless_utf8, utf8_text


class SeriesObject(Printed, frozen=True):
    """At most 2,000 values at equal steps. Value i is of start_s + i * step_s to step_s later."""

    name: str
    unit: Annotated[str, Meta(description="Empty for ratios.")]
    start_s: float
    step_s: Annotated[float, Meta(gt=0)]
    values: Annotated[tuple[float | None, ...], Meta(description="Null where there is none.")]


class BandObject(Printed, frozen=True):
    """A third of an octave, by its nominal mid-frequency; null where there is nothing."""

    centre_hz: float
    level_dbfs: float | None


class BeatsObject(Printed, frozen=True):
    """Beats at phase_s + k * period_s, and the share of the onsets that lies around them."""

    period_s: float
    phase_s: float
    share: float


class TraceLine(Printed, frozen=True, tag_field="event", tag="trace"):
    """The line of `show --json --trace` after that of its track."""

    path: PathText
    path_b64: PathBase64
    content_key: Annotated[str, Meta(description="A hash of the decoded samples.")]
    duration_s: Seconds
    series: tuple[SeriesObject, ...]
    third_octave: Annotated[
        tuple[BandObject, ...], Meta(description="The long-term spectrum of (L + R)/2, lowest band first.")
    ]
    chroma: Annotated[tuple[float, ...] | None, Meta(description="Shares of the 12 pitch classes, C first.")]
    beats: Annotated[BeatsObject | None, Meta(description="Null without a tempo.")]


def trace_line(path: str, traced: Traced) -> TraceLine:
    """The line of one track."""
    fields = msgspec.to_builtins(traced)
    place = {"event": "trace", "path": utf8_text(path), "path_b64": base64_unless_utf8(path)}
    return msgspec.convert(fields | place, TraceLine)
