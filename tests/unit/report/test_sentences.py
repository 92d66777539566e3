"""The five sentences about a library: true, and silent about what no track has."""

from typing import Any

import numpy as np
import pytest

from auralis_cli.model.dimensions import dimensions, keys
from auralis_cli.report.sentences import sentences, share_text
from auralis_cli.report.tracks import DETAILS, NUMBERS, TEXTS, ReportTracks


def tracks_of(count: int, **columns: Any) -> ReportTracks:
    """Tracks in the middle of what is usual, but for these columns."""
    middles = [(d.usual_low + d.usual_high) / 2 for d in dimensions()]
    values = np.tile(np.array(middles, dtype=np.float32), (count, 1))
    none = np.full(count, np.nan, dtype=np.float32)
    numbers = dict.fromkeys((*NUMBERS, *DETAILS), none)
    texts: dict[str, list[str | None]] = {name: [None] * count for name in TEXTS}
    for name, column in columns.items():
        if name in keys():
            values[:, keys().index(name)] = column
        elif name in texts:
            texts[name] = column
        else:
            numbers[name] = np.array(column, dtype=np.float32)
    return ReportTracks([f"/m/{number}.flac" for number in range(count)], texts, numbers, values, count)


def told(count: int, start: str, **columns: Any) -> str:
    (found,) = [each for each in sentences(tracks_of(count, **columns)) if each.startswith(start)]
    return found.replace("\N{NO-BREAK SPACE}", " ").replace("\N{MINUS SIGN}", "-")


def test_lengths_and_years() -> None:
    seconds = [60 * minute for minute in range(1, 6)]
    assert told(5, "Half", duration_s=seconds) == (
        "Half of the tracks last between 2:00 and 4:00; the median is 3:00."
    )
    years = [1980, 1980, 1990, 2000, 2000]
    assert told(5, "Half", duration_s=seconds, year=years).endswith(
        "the median is 3:00, and nine of ten dated ones are from 1980 to 2000."
    )


def test_loudness() -> None:
    levels = np.linspace(-24, -4, 101)
    assert told(101, "The median loudness", lufs=levels) == (
        "The median loudness is -14.0 LUFS and nine of ten tracks lie between -23.0 and -5.0; 50 % are "
        "louder than -14 LUFS, so most streaming services would turn them down."
    )


def test_tempo() -> None:
    assert told(5, "The median tempo", tempo_bpm=[121, 125, 139.9, 90, np.nan]) == (
        "The median tempo is 123 BPM and the commonest range 120 to 140, with 75 % of the tracks that have a "
        "tempo; 20 % of all have none."
    )


def test_keys() -> None:
    names = ["A minor", "A minor", "C major", "E minor", None]
    assert told(5, "The commonest", key=names) == (
        "The commonest estimated key is A minor (8A), with 50 % of the tracks that have one; 75 % of "
        "those are in a minor key."
    )


def test_what_is_beyond_the_usual_is_told() -> None:
    found = told(10, "Compared", stereo_width=[0.9] * 4 + [0.2] * 6, crest_db=[1.0] * 2 + [15.0] * 8)
    assert found == (
        "Compared with music at large, 40 % of the tracks lie above 0.483 in stereo width and 20 % of the "
        "tracks lie below 12.8 dB in crest factor; 5 % would be expected."
    )


def test_a_library_without_extremes() -> None:
    assert told(10, "In no dimension").endswith("the library has no one-sided sound.")


def test_nothing_is_told_of_what_no_track_has() -> None:
    empty = tracks_of(3, **dict.fromkeys(keys(), np.nan))
    assert sentences(empty) == []


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0 %"), (1, "100 %"), (0.004, "0.4 %"), (1e-9, "0.1 %"), (0.9999, "99.9 %"), (0.374, "37 %")],
)
def test_only_none_is_0_and_only_all_are_100_percent(share: float, text: str) -> None:
    assert share_text(share).replace("\N{NO-BREAK SPACE}", " ") == text
