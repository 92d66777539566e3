"""The figures of tracks: what lies where, before anybody draws it."""

from itertools import pairwise

import msgspec
import pytest
from support.seen_tracks import CENTRES_HZ, CLIPPING, GAIN_LU, encoded, limited, master, silent

from auralis_cli.model.trace import Series
from auralis_cli.plots.figure import Figure, Line, Points, Rule, Segments, Tone, Wedges
from auralis_cli.report.track_page.figures import figure_names, figures_of
from auralis_cli.report.track_page.pictures import track_pictures
from auralis_cli.report.track_page.seen import SeenTrack
from auralis_cli.report.track_page.smoothing import slower, smoothed


def figure(name: str, *tracks: SeenTrack, matched: bool = False) -> Figure:
    (found,) = (each for each in figures_of(tracks, matched=matched) if each.name == name)
    return found


def lines(found: Figure) -> dict[str, Line]:
    return {layer.name: layer for layer in found.layers if isinstance(layer, Line)}


def test_the_names_are_those_of_the_figures() -> None:
    for tracks in ([master()], [master(), limited(), encoded()]):
        assert [each.name for each in figures_of(tracks, matched=False)] == figure_names(len(tracks))


def test_loudness_is_shown_as_it_is_or_at_the_level_of_the_first() -> None:
    a, b = master(), limited()
    plain, matched = (figure("loudness", a, b, matched=matched) for matched in (False, True))
    for found, gain in ((plain, 0.0), (matched, -GAIN_LU)):
        series = b.series("short_term_lufs")
        assert series is not None
        assert list(lines(found)["B"].y) == pytest.approx(
            [value + gain for value in series.values if value], abs=0.006
        )
        assert list(lines(found)["B"].x) == b.times(series)
    assert [layer.at for layer in plain.layers if isinstance(layer, Rule)] == [-14.0, pytest.approx(-9.8)]
    assert [layer.at for layer in matched.layers if isinstance(layer, Rule)] == [-14.0]


def test_silences_and_clipped_runs_are_marked_below_the_curves() -> None:
    found = figure("loudness", master(), limited())
    lowest = min(value for line in lines(found).values() for value in line.y if value is not None)
    strips = [layer for layer in found.layers if isinstance(layer, Segments)]
    assert list(zip(strips[0].x0, strips[0].x1, strict=True)) == [(0.0, 1.5), (176.0, 180.0), (88.0, 90.0)]
    assert all(place < lowest for strip in strips for place in strip.y0)
    marks = [layer for layer in found.layers if isinstance(layer, Points)]
    assert [list(layer.x) for layer in marks] == [[], CLIPPING["times_s"]]
    assert {layer.colour for layer in marks} == {Tone.ALARM}
    assert [text for _, text in found.y.ticks or []][:2] == ["A", "B"]


def test_what_is_too_quiet_for_the_figure_is_left_out() -> None:
    track = master()
    quiet = [
        msgspec.structs.replace(each, values=(*each.values[:-1], -80.0))
        if each.name == "short_term_lufs"
        else each
        for each in track.trace.series
    ]
    track = msgspec.structs.replace(track, trace=msgspec.structs.replace(track.trace, series=tuple(quiet)))
    found = figure("loudness", track)
    assert lines(found)["A"].y[-1] is None
    assert found.y.low > -40


def test_spectra_lie_over_each_other_and_end_where_nothing_is() -> None:
    spectrum = lines(figure("spectrum", master(), encoded()))
    assert list(spectrum["A"].x) == CENTRES_HZ
    assert [x for x, y in zip(spectrum["C"].x, spectrum["C"].y, strict=True) if y is None] == CENTRES_HZ[-1:]
    gained, matched = (figure("difference", master(), limited(), matched=on) for on in (False, True))
    assert lines(gained)["B"].y[-1] == pytest.approx(GAIN_LU)
    assert lines(matched)["B"].y[-1] == pytest.approx(0)
    assert lines(matched)["B"].y[0] == pytest.approx(2)


def test_the_wheel_has_a_part_for_each_pitch_class_and_track() -> None:
    found = figure("pitches", master(), limited())
    wheels = [layer for layer in found.layers if isinstance(layer, Wedges) and layer.name]
    assert [(layer.name, len(layer.outer)) for layer in wheels] == [("A", 12), ("B", 12)]
    assert max(wheels[0].outer) == wheels[0].outer[0] == 1.0  # C, on top
    spans = [(start, end) for layer in wheels for start, end in zip(layer.start, layer.end, strict=True)]
    ordered = sorted(spans)
    assert all(end <= start + 1e-9 for (_, end), (start, _) in pairwise(ordered))
    assert found.legend() == [("A", 0), ("B", 1)]


def test_a_grid_is_drawn_only_where_onsets_lie_on_it() -> None:
    track = master()
    grid = [layer for layer in figure("onsets-a", track).layers if isinstance(layer, Segments)]
    assert list(grid[0].x0[:3]) == [0.0, 0.5, 1.0]
    assert track.trace.beats is not None
    loose = msgspec.structs.replace(track.trace.beats, share=0.2)
    track = msgspec.structs.replace(track, trace=msgspec.structs.replace(track.trace, beats=loose))
    assert not [layer for layer in figure("onsets-a", track).layers if isinstance(layer, Segments)]


def test_an_excerpt_of_the_onsets_is_preferred_where_there_is_one() -> None:
    track = master()
    excerpt = Series("onset_excerpt", "", 80.0, 0.01, (0.5,) * 2000)
    trace = msgspec.structs.replace(track.trace, series=(*track.trace.series, excerpt))
    found = figure("onsets-a", msgspec.structs.replace(track, trace=trace))
    assert (found.x.first, found.x.last) == (80.0, 100.0)
    assert (found.x.low, found.x.high) == (84, 96)


def test_values_beyond_the_usual_range_lie_outside_of_it() -> None:
    found = figure("ranges", master(), limited())
    places = {layer.name: layer for layer in found.layers if isinstance(layer, Points)}
    outside = [x for x in places["B"].x if x > 1]
    assert len(outside) == 1
    assert "B is beyond it in" in found.words
    assert "loudness" in found.words


def test_what_is_too_short_for_short_term_loudness_is_not_called_so() -> None:
    assert figure("loudness", master()).y.label == "short-term loudness, LUFS"
    track = master()
    renamed = [
        msgspec.structs.replace(each, name=each.name.replace("short_term", "momentary"))
        for each in track.trace.series
    ]
    trace = msgspec.structs.replace(track.trace, series=tuple(renamed))
    short = figure("loudness", msgspec.structs.replace(track, trace=trace))
    assert short.y.label == "momentary loudness, LUFS"
    assert short.words.startswith("Momentary loudness over time")


def test_the_words_at_full_scale_have_room_above_it() -> None:
    track = master()
    quiet = [
        msgspec.structs.replace(each, values=tuple(-20.0 for _ in each.values))
        if each.name == "peak_dbfs"
        else each
        for each in track.trace.series
    ]
    trace = msgspec.structs.replace(track.trace, series=tuple(quiet))
    found = figure("peaks", msgspec.structs.replace(track, trace=trace))
    assert found.y.high >= 0.09 * (found.y.high - found.y.low)


def test_a_series_of_one_value_is_no_curve() -> None:
    """0.1 s has one; a figure of it would be empty."""
    track = master()
    first = tuple(msgspec.structs.replace(each, values=each.values[:1]) for each in track.trace.series)
    track = msgspec.structs.replace(track, trace=msgspec.structs.replace(track.trace, series=first))
    assert not {"correlation", "width", "balance-db"} & {
        each.name for each in figures_of([track], matched=False)
    }


def test_the_legend_of_a_picture_names_tracks_once() -> None:
    tracks = [master(), limited()]
    for paths, names in ((True, ["A: master.flac", "B: limited.flac"]), (False, ["Track A", "Track B"])):
        spectrum = next(
            each for each in track_pictures(tracks, matched=False, paths=paths) if each.name == "spectrum"
        )
        assert [name for name, _ in spectrum.legend()] == names


def test_silence_has_the_figures_that_it_can_have() -> None:
    assert [each.name for each in figures_of([silent()], matched=False)] == ["ranges"]


def test_slower_series_keep_their_largest_values() -> None:
    series = Series("peak_dbfs", "dBFS", 0.0, 0.25, (-3.0, None, -1.0, -2.0, None, None, None, None, -5.0))
    assert slower(series, 1.0).values == (-1.0, None, -5.0)
    assert slower(series, 1.0).step_s == 1.0


def test_a_running_mean_is_of_what_is_known() -> None:
    series = Series("width", "", 0.0, 1.0, (0.0, 3.0, None, 6.0, 6.0))
    assert smoothed(series, 3.0) == [1.5, 1.5, None, 6.0, 6.0]
