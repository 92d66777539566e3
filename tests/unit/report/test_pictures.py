"""The pictures of a library: which there are, and that they show what is in the cache."""

import sqlite3
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
from support.report_cache import HOSTILE, KEYS, fill_report_cache

pytest.importorskip("matplotlib")

from auralis_cli.library.layout_names import Layout
from auralis_cli.library.selection import selection_of
from auralis_cli.model.dimensions import dimensions, keys
from auralis_cli.model.record import AnalyzerName
from auralis_cli.plots.figure import Bars, Figure, Points, Rule, Segments, Shade, Sheet, Texts
from auralis_cli.plots.look import Look
from auralis_cli.plots.picture import svg_of
from auralis_cli.report.figures.library_pictures import NAMES, library_pictures
from auralis_cli.report.library import ReportLibrary

LIBRARY = ("map", "keys", "tempo", "years", "loudness-range", "sample-peak", "albums", "dimensions")


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill_report_cache(tmp_path_factory.mktemp("pictures") / "cache.db")


def pictures(cache: Path, *, paths: bool = True, query: list[str] | None = None) -> dict[str, Figure | Sheet]:
    selection = selection_of(AnalyzerName.WORKER, query)
    library = ReportLibrary(cache, selection, limit=50_000, layout=Layout.PCA)
    made = library_pictures(library, paths=paths)
    return {one.name: one for one in made}


@pytest.fixture(scope="module")
def made(cache: Path) -> dict[str, Figure | Sheet]:
    return pictures(cache)


def figure(made: dict[str, Figure | Sheet], name: str) -> Figure:
    found = made[name]
    assert isinstance(found, Figure)
    return found


def test_there_is_a_picture_for_all_that_the_library_has(made: dict[str, Figure | Sheet]) -> None:
    assert list(made) == [*LIBRARY, *(key.replace("_", "-") for key in keys())]
    assert set(made) | {"true-peak"} == set(NAMES)  # which these tracks have not


def test_the_map_is_made_only_if_it_is_wanted(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("auralis_cli.report.library.find_places", None)
    selection = selection_of(AnalyzerName.WORKER, None)
    library = ReportLibrary(cache, selection, limit=50_000, layout=Layout.PCA)
    made = library_pictures(library, paths=True, names=["lufs"])
    assert "map" not in [one.name for one in made]


def test_histograms_count_each_track_once(made: dict[str, Figure | Sheet], cache: Path) -> None:
    with sqlite3.connect(cache) as connection:
        for dimension in dimensions():
            (known,) = connection.execute(f"SELECT count({dimension.key}) FROM tracks").fetchone()
            one = figure(made, dimension.key.replace("_", "-"))
            (bars,) = (layer for layer in one.layers if isinstance(layer, Bars))
            assert sum(bars.top) == known
            assert f" of {known} tracks: the median is " in one.words
        levels = [level for (level,) in connection.execute("SELECT lufs FROM tracks WHERE lufs IS NOT NULL")]
    (rule,) = (layer for layer in figure(made, "lufs").layers if isinstance(layer, Rule))
    assert rule.label == f"median {np.median(levels):.1f}".replace("-", "\N{MINUS SIGN}")


def test_the_wheel_counts_the_keys(made: dict[str, Figure | Sheet]) -> None:
    wheel = figure(made, "keys")
    chords, codes, counts = (layer.texts for layer in wheel.layers if isinstance(layer, Texts))
    assert len(chords) == len(codes) == 24
    assert {codes[at]: int(count) for at, count in enumerate(counts) if count} == dict.fromkeys(
        ("8A", "8B", "9A", "9B", "7A"), 130 // len(KEYS)
    )
    assert "A minor (8A) 26" in wheel.words


def test_the_map_has_each_track_and_a_legend_of_its_groups(made: dict[str, Figure | Sheet]) -> None:
    points, *legend = (layer for layer in figure(made, "map").layers if isinstance(layer, Points))
    assert 100 < len(points.x) == len(points.shades) <= 130
    assert {each.colour for each in legend} == set(map(Shade, points.shades))
    assert all(each.name.startswith(f"{at + 1}: ") for at, each in enumerate(legend))


def test_albums_go_from_their_quietest_to_their_loudest_track(
    made: dict[str, Figure | Sheet], cache: Path
) -> None:
    albums = figure(made, "albums")
    (spans,) = (layer for layer in albums.layers if isinstance(layer, Segments))
    with sqlite3.connect(cache) as connection:
        rows = connection.execute("SELECT path, lufs FROM tracks WHERE lufs IS NOT NULL").fetchall()
    levels: dict[bytes, list[float]] = {}
    for path, level in rows:
        levels.setdefault(path.rpartition(b"/")[0], []).append(level)
    widest = max(levels.values(), key=lambda each: max(each) - min(each))
    assert (spans.x0[0], spans.x1[0]) == pytest.approx((min(widest), max(widest)), abs=1e-4, rel=0)
    assert {label for _, label in albums.y.ticks or []} == {f"Album {at}" for at in range(13)}


def test_without_paths_no_folder_is_named(cache: Path) -> None:
    with sqlite3.connect(cache) as connection:
        connection.execute("UPDATE tracks SET album = NULL")
    told = [label for _, label in figure(pictures(cache), "albums").y.ticks or []]
    silent = [label for _, label in figure(pictures(cache, paths=False), "albums").y.ticks or []]
    assert set(told) == {f"Folder {at:02}" for at in range(13)}  # their names on the disk
    assert set(silent) == {f"Folder {at}" for at in range(1, 14)}  # numbers


def test_hostile_albums_are_text(cache: Path) -> None:
    with sqlite3.connect(cache) as connection:
        for at, name in enumerate(HOSTILE):
            connection.execute(
                "UPDATE tracks SET album = ? WHERE CAST(path AS TEXT) LIKE ?",
                (name, f"%/Folder {at:02}/%"),
            )
    root = ElementTree.fromstring(svg_of(figure(pictures(cache), "albums"), Look()))
    texts = {part.text for part in root.iter("{http://www.w3.org/2000/svg}text")}
    assert {"</script><script>window.attac…", "<img src=x onerror=window.att…", "=cmd|' /C calc'!A0"} <= texts
    assert not [part.tag for part in root.iter() if part.tag.endswith(("script", "foreignObject"))]


def test_a_library_of_one_track_has_pictures_too(cache: Path) -> None:
    made = pictures(cache, query=["title:=Song 50"])
    assert "albums" not in made  # which needs two tracks of one
    for one in made.values():
        assert "<svg" in svg_of(one, Look())
