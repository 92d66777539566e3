"""`show --html` and `compare --html`: what they write, say and refuse; `show --trace`."""

import importlib.util
import json
import shutil
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from support.in_process import run_on
from support.report_cache import unpacked
from support.stores import web_server
from typer.testing import Result

pytest.importorskip("bokeh")

from auralis_cli.model.trace import Traced
from auralis_cli.render.json_schema import output_schemas
from auralis_cli.scan import tracing
from auralis_cli.scan.tracing import trace_files
from auralis_cli.settings.values import Settings


@pytest.fixture
def folder(tmp_path: Path, fixture_audio: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two encodings of one groove, where the user is."""
    for name in ("groove.flac", "groove.mp3"):
        shutil.copyfile(fixture_audio / name, tmp_path / name)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(folder: Path, *arguments: str, code: int = 0) -> Result:
    return run_on(folder / "cache.db", *arguments, "--sidecars", "none", code=code)


def test_a_comparison_is_written_with_what_differs_on_top(folder: Path) -> None:
    done = run(folder, "compare", "groove.flac", "groove.mp3", "--html", "versions.html")
    assert done.stdout == ""
    assert done.stderr.startswith("2 tracks in versions.html (")
    html = (folder / "versions.html").read_text("utf-8")
    assert "<li>Above 16" in html
    assert "kHz B has nothing" in html
    assert 'href="groove.mp3"' in html
    figures = unpacked(html)["figures"]
    assert {"loudness", "loudness-matched", "spectrum", "difference", "onsets-a", "onsets-b"} < figures.keys()
    assert not (folder / "cache.db").exists()
    again = run(folder, "compare", "groove.flac", "groove.mp3", "--html", "versions.html", "--json")
    assert json.loads(again.stdout)["similarity"] > 70


def test_a_page_of_one_track_can_be_given_away_and_opened(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []
    monkeypatch.setattr(webbrowser, "open", opened.append)
    target = folder / "a b.html"
    done = run(folder, "show", "groove.flac", "--html", str(target), "--open", "--no-paths")
    assert (done.stdout, done.stderr.partition(" (")[0]) == ("", f"1 track in {target}")
    assert opened == [target.as_uri()]
    assert "groove" not in target.read_text("utf-8").partition("<script")[0]


def test_a_trace_is_the_second_line_of_json(folder: Path) -> None:
    track, trace = map(
        json.loads, run(folder, "show", "groove.flac", "--json", "--trace").stdout.splitlines()
    )
    jsonschema.Draft202012Validator(output_schemas()["trace"]).validate(trace)
    assert (trace["event"], trace["path"]) == ("trace", str(folder / "groove.flac"))
    assert trace["content_key"] == track["content_key"]
    peaks = next(each for each in trace["series"] if each["name"] == "peak_dbfs")
    highest = max(value for value in peaks["values"] if value is not None)
    assert highest == pytest.approx(track["details"]["sample_peak_dbfs"], abs=0.01)


def test_what_is_printed_and_what_is_drawn_are_of_one_trace(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    traced: list[str] = []

    def counted(paths: Sequence[str], settings: Settings) -> list[Traced]:
        traced.extend(paths)
        return trace_files(paths, settings)

    monkeypatch.setattr(tracing, "trace_files", counted)
    run(folder, "show", "groove.flac", "--json", "--trace", "--html", "x.html")
    assert traced == [str(folder / "groove.flac")]


def test_a_trace_of_other_audio_than_the_record_is_not_printed(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def replaced(paths: Sequence[str], settings: Settings) -> list[Traced]:
        shutil.copyfile(folder / "groove.mp3", paths[0])
        return trace_files(paths, settings)

    monkeypatch.setattr(tracing, "trace_files", replaced)
    done = run(folder, "show", "groove.flac", "--json", "--trace", code=1)
    assert [json.loads(line)["event"] for line in done.stdout.splitlines()] == ["track"]
    assert "has changed since it was analysed" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["show", "groove.flac", "--html", "page.txt"], "its name has to end with .html"),
        (["show", "groove.flac", "--html", "notes.html"], "it exists and is no page of auralis"),
        (["show", "groove.flac", "groove.mp3", "--html", "x.html"], "figures of 'show' have one track"),
        (["show", "groove.flac", "groove.mp3", "--svg", "x"], "figures of 'show' have one track"),
        (["show", "groove.flac", "--html", "none/x.html"], "there is no folder"),
        (["show", "groove.flac", "--open"], "--open is about a page: name it by --html FILE"),
        (["show", "groove.flac", "--trace"], "--trace is printed as JSON: add --json"),
        (["compare", *["groove.flac"] * 7, "--html", "x.html"], "at most 6 tracks"),
        (["compare", "groove.flac", "groove.mp3", "--no-paths"], "--no-paths is about a page"),
        (["show", "none.flac", "--svg", "x", "--figure", "difference"], "there is no figure 'difference'"),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_analysed(
    folder: Path, arguments: list[str], reason: str
) -> None:
    (folder / "notes.html").write_text("<p>mine</p>")
    assert reason in run(folder, *arguments, code=2).stderr
    assert (folder / "notes.html").read_text() == "<p>mine</p>"
    assert not (folder / "x.html").exists()


def test_without_bokeh_it_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    find: Any = importlib.util.find_spec
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None if name == "bokeh" else find(name))
    done = run(folder, "show", "groove.flac", "--html", "x.html", code=2)
    assert "pip install '.[report]' in the checkout, or leave out --html" in done.stderr


def test_a_file_that_cannot_be_decoded_leaves_no_page(folder: Path) -> None:
    (folder / "bad.flac").write_bytes(b"fLaC nothing")
    assert (
        "cannot analyse"
        in run(folder, "compare", "groove.flac", "bad.flac", "--html", "x.html", code=1).stderr
    )
    assert not (folder / "x.html").exists()


def test_a_track_of_a_web_server_has_a_page_that_does_not_ask_for_it(folder: Path) -> None:
    pytest.importorskip("fsspec")
    with web_server((folder / "groove.mp3").read_bytes()) as server:
        url = server.url("good/groove.mp3")
        run(folder, "show", url, "--html", "remote.html")
        lines = run(folder, "show", url, "--json", "--trace").stdout.splitlines()
        assert [json.loads(line)["path"] for line in lines] == [url, url]
    shown = (folder / "remote.html").read_text("utf-8").partition("<script")[0]
    assert f"{url}</div>" in shown
    assert "data-link" not in shown


def test_pictures_are_written_in_place_of_the_panel_and_name_the_tracks(folder: Path) -> None:
    pytest.importorskip("matplotlib")
    done = run(folder, "compare", "groove.flac", "groove.mp3", "--svg", "all", "--png", "all", "--wide")
    assert (done.stdout, done.stderr) == ("", "22 pictures in all and all\n")
    svg = (folder / "all" / "spectrum.svg").read_text("utf-8")
    assert ">A: groove.flac</text>" in svg
    assert ">B: groove.mp3</text>" in svg
    run(
        folder, "compare", "groove.flac", "groove.mp3", "--svg", "b.svg", "--figure", "loudness", "--no-paths"
    )
    assert ">Track B</text>" in (folder / "b.svg").read_text("utf-8")
    done = run(folder, "show", "groove.flac", "--html", "a.html", "--figure", "onsets-a", "--svg", "a.svg")
    assert (folder / "a.html").exists()
    assert "groove.flac" not in (folder / "a.svg").read_text("utf-8")  # a single track needs no legend
