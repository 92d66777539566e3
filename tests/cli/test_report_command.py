"""`auralis report`: where it writes, what it says, and what it refuses."""

import importlib.util
import webbrowser
from pathlib import Path
from typing import Any

import pytest
from support.in_process import run_on
from support.report_cache import fill_report_cache, unpacked
from typer.testing import Result

pytest.importorskip("bokeh")
pytest.importorskip("matplotlib")

from auralis_cli.library.fingerprints import Fingerprints
from auralis_cli.library.layout_names import Layout
from auralis_cli.report.places import Places, find_places
from auralis_cli.report.tracks import ReportTracks


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return fill_report_cache(tmp_path / "cache.db", tracks=30)


def run(cache: Path, *arguments: str, code: int = 0) -> Result:
    done = run_on(cache, "report", "--map", "pca", *arguments, code=code)
    assert done.stdout == ""
    return done


def test_it_writes_a_page_and_says_so(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(cache.parent)
    done = run(cache, "--title", "Mine & yours")
    html = (cache.parent / "library.html").read_text("utf-8")
    assert "<h1>Mine &amp; yours</h1>" in html
    assert done.stderr.startswith("30 tracks in library.html (")
    assert "the map by PCA" in done.stderr
    assert run(cache, "--limit", "10").stderr.startswith("10 tracks of 30, a random sample, in library.html")


def test_the_name_of_the_page_is_told_on_one_line(cache: Path) -> None:
    done = run(cache, "-o", str(cache.parent / "a\nb.html"))
    assert "a\\nb.html (" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_query_chooses_the_tracks(cache: Path) -> None:
    target = cache.parent / "some.html"
    run(cache, "key:8A", "-o", str(target))
    data = unpacked(target.read_text("utf-8"))
    assert len(data["name"]) == 6
    assert {data["meta"]["keys"][key]["name"] for key in data["key"]} == {"A minor"}


def test_open_shows_it_in_the_browser(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    target = cache.parent / "a b.html"
    run(cache, "-o", str(target), "--open")
    assert opened == [target.as_uri()]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["path:nowhere", "-o", "{}/x.html"], "the query finds no analysed track; 'auralis list'"),
        (["--where", "lufs > 5", "-o", "{}/x.html"], "the query finds no analysed track; 'auralis list'"),
        (["--analyzer", "reference", "-o", "{}/x.html"], "the library has no analysed track; 'auralis scan"),
        (["-o", "{}/x.pdf"], "its name has to end with .html"),
        (["-o", "{}/none/x.html"], "none; make it, or name another file"),
        (["-o", "{}/folder.html"], "it is not a file"),
        (["-o", "{}/notes.html"], "it exists and is no page of auralis"),
    ],
)
def test_what_cannot_be_is_refused(cache: Path, arguments: list[str], reason: str) -> None:
    (cache.parent / "folder.html").mkdir()
    (cache.parent / "notes.html").write_text("my notes")
    done = run(cache, *(each.format(cache.parent) for each in arguments), code=2)
    assert reason in done.stderr
    assert not (cache.parent / "x.html").exists()


def test_pictures_are_written_in_place_of_the_page_or_with_it(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(cache.parent)
    done = run(cache, "--svg", "all")
    assert done.stderr == "33 pictures in all\n"
    assert {"map.svg", "lufs.svg", "dimensions.svg"} < {file.name for file in Path("all").iterdir()}
    run(cache, "--figure", "keys", "--png", "k.png", "--svg", "some", "--wide", "--dark", "-o", "page.html")
    assert {file.name for file in Path("some").iterdir()} == {"keys.svg"}
    assert Path("k.png").read_bytes().startswith(b"\x89PNG")
    assert Path("page.html").exists()
    assert not Path("library.html").exists()


def test_page_and_pictures_are_of_one_map(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out: list[int] = []

    def counted(tracks: ReportTracks, library: Fingerprints, layout: Layout) -> Places:
        laid_out.append(len(tracks))
        return find_places(tracks, library, layout)

    monkeypatch.setattr("auralis_cli.report.library.find_places", counted)
    run(cache, "--figure", "map", "--svg", str(cache.parent), "-o", str(cache.parent / "page.html"))
    assert laid_out == [30]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--figure", "map"], "are about pictures: add --svg DIR or --png DIR"),
        (["--svg", "{}/all.svg"], "cannot write all figures into one file"),
        (["--svg", "{}", "--figure", "mpa"], "there is no figure 'mpa'; there are map, keys, tempo"),
        (["--svg", "{}", "--figure", "true-peak"], "cannot draw the figure 'true-peak': no track has what"),
    ],
)
def test_pictures_that_cannot_be_are_refused(cache: Path, arguments: list[str], reason: str) -> None:
    assert reason in run(cache, *(each.format(cache.parent) for each in arguments), code=2).stderr
    assert not list(cache.parent.glob("*.svg"))


@pytest.mark.parametrize(
    ("missing", "arguments", "advice"),
    [
        ("bokeh", [], "'.[report]'"),
        ("matplotlib", ["--svg", "x"], "'.[report]'"),
        ("umap", ["--map", "umap"], "'.[map]'"),
    ],
)
def test_a_missing_package_is_named_with_its_extra(
    cache: Path, monkeypatch: pytest.MonkeyPatch, missing: str, arguments: list[str], advice: str
) -> None:
    find: Any = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == missing else find(name))
    done = run(cache, "-o", str(cache.parent / "x.html"), *arguments, code=2)
    assert advice in done.stderr
