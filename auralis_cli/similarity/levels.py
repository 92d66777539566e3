"""The levels of two tracks, which an engineer asks for first, and one brought to the loudness of the other.

The other 24 dimensions do not change with gain (but for the share of silence where music fades under -90
dBFS), so a gain that is taken out is taken out of loudness and peak alone.
"""

from collections.abc import Mapping
from typing import NamedTuple

from auralis_cli.model.record import Record

LOUDNESS, CREST = "lufs", "crest_db"
RANGE, PEAK = "loudness_range_lu", "sample_peak_dbfs"


class Level(NamedTuple):
    """A level of both tracks, None where one has none. `key` is that of the dimension or the detail."""

    key: str
    label: str
    unit: str
    difference_unit: str
    a: float | None
    b: float | None

    @property
    def difference(self) -> float | None:
        """b - a in `difference_unit`; None where a or b is."""
        return None if self.a is None or self.b is None else self.b - self.a


def levels_of(a: Record, b: Record, gain_db: float = 0.0) -> tuple[Level, ...]:
    """Integrated loudness, loudness range, sample peak and crest factor; `gain_db` is added to b."""
    loudness_b = _plus(b.fingerprint[LOUDNESS], gain_db)
    return (
        Level(LOUDNESS, "loudness", "LUFS", "LU", a.fingerprint[LOUDNESS], loudness_b),
        Level(RANGE, "loudness range", "LU", "LU", _detail(a, RANGE), _detail(b, RANGE)),
        Level(PEAK, "sample peak", "dBFS", "dB", _detail(a, PEAK), _plus(_detail(b, PEAK), gain_db)),
        Level(CREST, "crest factor", "dB", "dB", a.fingerprint[CREST], b.fingerprint[CREST]),
    )


def loudness_gain_db(a: Record, b: Record) -> float | None:
    """The gain in dB that gives b the loudness of a; None where one has no loudness."""
    loudness_a, loudness_b = a.fingerprint[LOUDNESS], b.fingerprint[LOUDNESS]
    return None if loudness_a is None or loudness_b is None else loudness_a - loudness_b


def with_gain(fingerprint: Mapping[str, float | None], gain_db: float) -> dict[str, float | None]:
    """The fingerprint after a gain."""
    return {**fingerprint, LOUDNESS: _plus(fingerprint[LOUDNESS], gain_db)}


def _plus(value: float | None, gain_db: float) -> float | None:
    return None if value is None else value + gain_db


def _detail(record: Record, key: str) -> float | None:
    value = record.details.get(key)
    return float(value) if isinstance(value, int | float) else None
