"""The table of a page: levels and the 25 dimensions of each track, and how much more than the first has."""

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from auralis_cli.model.dimensions import dimensions
from auralis_cli.render.formats import clock, format_number, with_minus
from auralis_cli.report.track_page.seen import SeenTrack

_NONE: Final = "–"
_DETAILS: Final = (
    ("loudness_range_lu", "loudness range", "LU", 1),
    ("max_short_term_lufs", "loudest 3 s", "LUFS", 1),
    ("true_peak_dbtp", "true peak", "dBTP", 1),
    ("sample_peak_dbfs", "sample peak", "dBFS", 1),
    ("plr_lu", "peak to loudness", "LU", 1),
    ("bandwidth_hz", "bandwidth", "Hz", 0),
)


class Cell(msgspec.Struct, frozen=True):
    """A value as text, and in a table of several tracks how much more it is than that of the first."""

    text: str
    more: str = ""
    is_unusual: bool = False
    """Beyond the usual range."""


class Row(msgspec.Struct, frozen=True):
    """One line. `usual`: the range that nine of ten pieces of music have."""

    label: str
    unit: str
    cells: list[Cell]
    usual: str = ""
    meaning: str = ""


def measures(tracks: Sequence[SeenTrack]) -> list[Row]:
    """What is measured beside the 25; nothing that no track has."""
    rows = [Row("length", "", [Cell(clock(track.trace.duration_s)) for track in tracks])]
    for name, label, unit, decimals in _DETAILS:
        values = [getattr(track.details, name) for track in tracks]
        if any(value is not None for value in values):
            rows.append(Row(label, unit, list(_cells(values, decimals))))
    clipped = [0 if track.details.clipping is None else track.details.clipping.runs for track in tracks]
    rows.append(Row("clipped runs", "", list(_cells(clipped, 0))))
    keys = [track.details.key or _NONE for track in tracks]
    rows.append(Row("estimated key", "", [Cell(key) for key in keys]))
    return rows


def fingerprints(tracks: Sequence[SeenTrack]) -> list[Row]:
    """The 25 dimensions."""
    rows = []
    for dimension in dimensions():
        values = [track.record.fingerprint[dimension.key] for track in tracks]
        cells = [
            msgspec.structs.replace(
                cell,
                is_unusual=value is not None and not dimension.usual_low <= value <= dimension.usual_high,
            )
            for cell, value in zip(_cells(values, dimension.decimals), values, strict=True)
        ]
        usual = with_minus(f"{dimension.usual_low:g} to {dimension.usual_high:g}")
        rows.append(Row(dimension.label, dimension.unit, cells, usual, dimension.meaning))
    return rows


def _cells(values: Sequence[float | None], decimals: int) -> Iterator[Cell]:
    first = values[0]
    for at, value in enumerate(values):
        if value is None:
            yield Cell(_NONE)
            continue
        text = with_minus(format_number(value, decimals))
        if at == 0 or first is None:
            yield Cell(text)
            continue
        more = format_number(value - first, decimals)
        sign = "+" if value > first and more.strip("0.,") else ""
        yield Cell(text, with_minus(f"{sign}{more}"))
