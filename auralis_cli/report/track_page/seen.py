"""A track as a page shows it: its record, its trace, and the letter that it is called by."""

from collections.abc import Sequence
from typing import Any, Final, Self

import msgspec

from auralis_cli.model.record import Record
from auralis_cli.model.record_rules import Details
from auralis_cli.model.trace import Series, Traced
from auralis_cli.plots.figure import Gappy, Numbers
from auralis_cli.plots.palette import MAX_TRACKS
from auralis_cli.similarity.levels import LOUDNESS, loudness_gain_db

LETTERS: Final = "ABCDEF"[:MAX_TRACKS]


class SeenTrack(msgspec.Struct, frozen=True):
    """One of the tracks of a page, in the order in which the user named them."""

    number: int
    path: str
    record: Record
    details: Details
    trace: Traced
    lag_s: float = 0.0
    """How much later than in the first track its music comes; figures over time show it so much earlier."""

    @classmethod
    def of(cls, number: int, path: str, record: Record, trace: Traced) -> Self:
        """Of a record and the trace of the same audio."""
        return cls(number, path, record, msgspec.convert(record.details, Details), trace)

    @property
    def letter(self) -> str:
        """What figures and sentences call it."""
        return LETTERS[self.number]

    @property
    def lufs(self) -> float | None:
        """Integrated loudness."""
        return self.record.fingerprint[LOUDNESS]

    def series(self, name: str) -> Series | None:
        """A series in which anything was measured."""
        for each in self.trace.series:
            if each.name == name and any(value is not None for value in each.values):
                return each
        return None

    def times(self, series: Series, *, middle: bool = False) -> Numbers:
        """Where the values of a series are drawn, in s; `middle`: in the middle of their steps."""
        start = series.start_s - self.lag_s + (series.step_s / 2 if middle else 0.0)
        return [round(start + at * series.step_s, 3) for at in range(len(series.values))]

    def places(self, times_s: Sequence[float]) -> Numbers:
        """Where moments of this track are drawn."""
        return [round(time_s - self.lag_s, 3) for time_s in times_s]


def shifted(values: Sequence[float | None], gain_db: float, decimals: int = 2) -> Gappy:
    """Levels after a gain, as exact as a picture needs."""
    return [None if value is None else round(value + gain_db, decimals) for value in values]


def gains(tracks: Sequence[SeenTrack], *, matched: bool) -> list[float]:
    """What is added to the levels of each track, in dB: 0, or if `matched` what gives it the loudness
    of the first track. One without a loudness is left as it is.
    """
    if not matched:
        return [0.0] * len(tracks)
    return [loudness_gain_db(tracks[0].record, track.record) or 0.0 for track in tracks]


def drawn_as(number: int, count: int) -> dict[str, Any]:
    """How curves of one of so many tracks look: the first is broad and pale, not to be hidden by others."""
    look: dict[str, Any] = {"colour": number, "name": LETTERS[number]}
    return {**look, "width": 3.6, "opacity": 0.55} if number == 0 and count > 1 else {**look, "width": 1.6}
