"""The same music at another time is found by its loudness, and drawn at one time."""

import random

import msgspec
import pytest
from support.seen_tracks import limited, master

from auralis_cli.model.trace import Series
from auralis_cli.plots.figure import Figure, Line, Points
from auralis_cli.report.track_page.alignment import aligned, lag_s
from auralis_cli.report.track_page.figures import figures_of
from auralis_cli.report.track_page.seen import SeenTrack
from auralis_cli.report.track_page.sentences import differences


def curve(seed: int) -> list[float | None]:
    """Three minutes of loudness."""
    noise = random.Random(seed)
    return [-20 + 4 * noise.uniform(-1, 1) for _ in range(1600)]


def with_loudness(track: SeenTrack, values: list[float | None]) -> SeenTrack:
    series = Series("momentary_lufs", "LUFS", 0.4, 0.1, tuple(values))
    trace = msgspec.structs.replace(track.trace, series=(*track.trace.series, series))
    return msgspec.structs.replace(track, trace=trace)


@pytest.mark.parametrize("steps", [0, 14, 150, -14])
def test_a_lag_is_found_whatever_the_level(steps: int) -> None:
    music = curve(1)
    silence: list[float | None] = [None] * abs(steps)
    louder = [value + 6 for value in music if value is not None]
    a = with_loudness(master(), [*silence, *music] if steps < 0 else music)
    b = with_loudness(limited(), [*silence, *louder] if steps > 0 else [*louder])
    assert lag_s(a, b) == pytest.approx(steps / 10)


def test_other_music_has_no_lag() -> None:
    assert lag_s(with_loudness(master(), curve(1)), with_loudness(limited(), curve(2))) == 0
    assert lag_s(master(), limited()) == 0  # without a series
    assert lag_s(*[with_loudness(track, [-20.0] * 1600) for track in (master(), limited())]) == 0


def test_all_of_a_late_track_is_drawn_earlier_and_that_is_told() -> None:
    silence: list[float | None] = [None] * 15
    tracks = aligned([with_loudness(master(), curve(1)), with_loudness(limited(), [*silence, *curve(1)])])
    assert [track.lag_s for track in tracks] == [0.0, 1.5]
    loudness: Figure = next(each for each in figures_of(tracks, matched=False) if each.name == "loudness")
    starts = [layer.x[0] for layer in loudness.layers if isinstance(layer, Line)]
    assert starts == [3.0, 1.5]
    clipped = [layer for layer in loudness.layers if isinstance(layer, Points)][-1]
    assert clipped.x[0] == 29.5
    assert (loudness.x.low, loudness.x.high) == (-1.5, 180.0)
    assert "The music of B comes about 1.5 s later; its curves are drawn that much earlier." in differences(
        *tracks
    )
