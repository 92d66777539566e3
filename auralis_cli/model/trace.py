"""The trace of a track: its series over time and its spectra, for pictures. Never stored."""

from typing import Annotated, Final

import msgspec

from auralis_cli.model.record import MAX_DURATION_S

MAX_POINTS: Final = 2_000
"""Values of a series, for a track of any length."""

_Value = Annotated[float, msgspec.Meta(ge=-1e6, le=1e6)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]


class Series(msgspec.Struct, frozen=True):
    """Value i is of the time from `start_s` + i · `step_s` to `step_s` later; None where undefined.

    `unit` is empty for ratios. Each series has a step of its own.
    """

    name: Annotated[str, msgspec.Meta(pattern="^[a-z][a-z_]{0,39}$")]
    unit: Annotated[str, msgspec.Meta(pattern="^[A-Za-z]{0,10}$")]
    start_s: Annotated[float, msgspec.Meta(ge=-1, le=MAX_DURATION_S)]
    step_s: Annotated[float, msgspec.Meta(gt=0, le=MAX_DURATION_S)]
    values: Annotated[tuple[_Value | None, ...], msgspec.Meta(max_length=MAX_POINTS)]


class Band(msgspec.Struct, frozen=True):
    """A third of an octave, by its nominal mid-frequency. The level is None where there is nothing."""

    centre_hz: Annotated[float, msgspec.Meta(gt=0, le=1e6)]
    level_dbfs: _Value | None = None


class Beats(msgspec.Struct, frozen=True):
    """Beats at `phase_s` + k · `period_s`, and the share of the tempo envelope that lies around them."""

    period_s: Annotated[float, msgspec.Meta(gt=0, le=60)]
    phase_s: Annotated[float, msgspec.Meta(ge=0, le=60)]
    share: Share


class Traced(msgspec.Struct, frozen=True):
    """All that was traced of the audio with this content key.

    `third_octave`: the long-term spectrum of (L + R)/2, lowest band first. `chroma`: shares of the pitch
    classes, C first. FINGERPRINTING_ARCHITECTURE.md defines each series.
    """

    content_key: str
    duration_s: float
    series: tuple[Series, ...]
    third_octave: tuple[Band, ...]
    chroma: tuple[float, ...] | None = None
    beats: Beats | None = None
