"""The page of tracks as a file: safe, without requests, with all that a reader needs as text."""

import base64
import hashlib
import re

import pytest
from support.report_cache import HOSTILE, unpacked
from support.seen_tracks import encoded, limited, master, silent

pytest.importorskip("bokeh")

from auralis_cli.model.dimensions import dimensions
from auralis_cli.model.tags import Tags
from auralis_cli.report.track_page.make import MATCHED, make_track_page

NASTY = "/music/</script><img src=x onerror=window.attacked=2>\udcff.mp3"


@pytest.fixture(scope="module")
def html() -> str:
    tags = Tags(title=HOSTILE[0], artist=HOSTILE[5])
    return make_track_page([master(), limited(tags=tags), encoded(NASTY)], folder="/music/pages")


def markup(html: str) -> str:
    return re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)


def test_scripts_go_by_hash_and_none_may_evaluate_text(html: str) -> None:
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    rules = dict(rule.split(" ", 1) for rule in policy.replace("&#39;", "'").split("; "))
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts
    ]
    assert len(scripts) == 2
    assert rules["script-src"].split() == hashes
    assert (rules["default-src"], rules["connect-src"], rules["media-src"]) == ("'none'", "'none'", "file:")


def test_hostile_names_are_text_and_links_are_relative_and_encoded(html: str) -> None:
    shown = markup(html)
    assert "attacked" in shown
    assert "<script" not in shown
    assert "<img" not in shown
    assert "\u202e" not in shown
    assert "\\xff.mp3" in shown
    links = re.findall(r'(?:href|data-link)="([^"]*)"', shown)
    assert {link for link in links if link != "#content"} == {
        "../master.flac",
        "../limited.flac",
        "../%3C/script%3E%3Cimg%20src%3Dx%20onerror%3Dwindow.attacked%3D2%3E%FF.mp3",
    }


def test_without_paths_nothing_tells_where_the_files_are() -> None:
    html = make_track_page([master(), encoded()], folder=None)
    told = markup(html) + repr(unpacked(html))
    assert "master" not in told
    assert "/music" not in told
    assert "data-link" not in told
    assert "Track A" in told


def test_a_url_is_named_and_not_linked() -> None:
    shown = markup(make_track_page([master("https://music.example/a%20b.flac")], folder="/music"))
    assert "<h1>a b.flac</h1>" in shown
    assert "https://music.example/a%20b.flac</div>" in shown
    assert re.findall(r'(?:href|data-link)="([^"]*)"', shown) == ["#content"]


def test_levels_have_two_views_and_all_else_one(html: str) -> None:
    figures = unpacked(html)["figures"]
    doubled = {name.removesuffix(MATCHED) for name in figures if name.endswith(MATCHED)}
    assert doubled == {"loudness", "peaks", "spectrum", "difference"}
    assert doubled | {"correlation", "width", "balance-db", "onsets-a", "onsets-b", "onsets-c"} < set(figures)
    for name in figures:
        (words,) = re.findall(rf'id="{name}" role="img" tabindex="-1" aria-label="([^"]*)"', html)
        assert len(words) > 20
    assert unpacked(html)["volumes"] == pytest.approx([1, 10 ** (-4.2 / 20), 1])


def test_a_single_track_has_no_switch_and_no_difference() -> None:
    html = make_track_page([master()], folder="/music")
    assert 'id="matched"' not in html
    assert not any(name.endswith(MATCHED) for name in unpacked(html)["figures"])
    assert "difference" not in unpacked(html)["figures"]
    assert "What it is like" in html
    assert "<title>master.flac</title>" in html


def test_the_table_has_every_value_and_what_differs(html: str) -> None:
    html = html.replace("\N{MINUS SIGN}", "-")
    rows = dict(re.findall(r'<tr><th scope="row"[^>]*>([^<]*)</th>(.*?)</tr>', html))
    assert {dimension.label for dimension in dimensions()} < set(rows)
    cells = [
        re.sub("<[^>]*>", "", cell).split() for cell in re.findall(r"<td[^>]*>.*?</td>", rows["loudness"])
    ]
    assert cells[:3] == [["-14.0"], ["-9.8", "+4.2"], ["-14.0", "0.0"]]
    assert re.findall(r"<td[^>]*>(\d+)", rows["clipped runs"]) == ["0", "143", "0"]


def test_silence_has_a_page_too() -> None:
    html = make_track_page([silent(), master(number=1)], folder=None)
    assert "no loudness" in html
    assert 'id="matched"' not in html
    assert "ranges" in unpacked(make_track_page([silent()], folder=None))["figures"]
