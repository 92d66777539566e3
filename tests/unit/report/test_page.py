"""What a page is made of: its policy, its scripts, columns that hold no HTML."""

import base64
import hashlib
import json
import random
import re
import zlib
from pathlib import Path

import msgspec
import numpy as np
import pytest
from support.made_records import ANALYZER, MTIME_NS
from support.random_fingerprints import draw_record
from support.report_cache import FINDING_AT, HOSTILE, fill_report_cache, unpacked

pytest.importorskip("bokeh")

from auralis_cli.library.layout_names import Layout
from auralis_cli.library.selection import selection_of
from auralis_cli.model.dimensions import dimensions
from auralis_cli.model.record import AnalyzerName, Track
from auralis_cli.model.tags import Tags
from auralis_cli.report.columns import _link, track_columns
from auralis_cli.report.library import ReportLibrary
from auralis_cli.report.make import make_report
from auralis_cli.report.page import LIBRARY, TRACKS
from auralis_cli.report.scales import BINS
from auralis_cli.report.tracks import DETAILS, NUMBERS, TEXTS, ReportTracks
from auralis_cli.store.cache import Cache


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return fill_report_cache(tmp_path_factory.mktemp("report") / "cache.db")


def page(
    cache: Path,
    *,
    title: str = "Music",
    limit: int = 50_000,
    folder: str | None = "/music",
    query: list[str] | None = None,
) -> str:
    selection = selection_of(AnalyzerName.WORKER, query)
    library = ReportLibrary(cache, selection, limit=limit, layout=Layout.PCA)
    return make_report(library, title=title, folder=folder).html


@pytest.fixture(scope="module")
def html(cache: Path) -> str:
    return page(cache, title=HOSTILE[1])


def test_every_script_is_allowed_by_its_hash_and_nothing_else_is(html: str) -> None:
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', html)
    rules = dict(rule.split(" ", 1) for rule in policy.replace("&#39;", "'").split("; "))
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    hashes = [
        f"'sha256-{base64.b64encode(hashlib.sha256(one.encode()).digest()).decode()}'" for one in scripts
    ]
    assert len(scripts) == 3
    assert rules["script-src"].split() == [*hashes, "'unsafe-eval'"]
    assert (rules["default-src"], rules["connect-src"], rules["media-src"]) == ("'none'", "'none'", "file:")
    assert html.index("Content-Security-Policy") < html.index("<script")


def test_the_levels_of_targets_are_those_of_check(html: str) -> None:
    levels = "-14 LUFS (Spotify, YouTube, Tidal), -16 LUFS (Apple Music), -18 LUFS (ReplayGain 2.0), -23 LUFS"
    assert f"Dashed: {levels} (EBU R 128).".replace("-", "\N{MINUS SIGN}") in html


def test_there_is_nothing_to_ask_of_a_network(html: str) -> None:
    markup = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL)
    assert not re.findall(r"""(?:src|href|action|data|poster|srcset)\s*=\s*["']?(?!#)[a-z/.]""", markup)
    assert "<link" not in markup
    assert "url(" not in html[html.index("<style>") : html.index("</style>")]


def test_hostile_text_is_data(html: str) -> None:
    markup = re.sub(r"<script\b.*?</script>", "", html, flags=re.DOTALL)
    assert "attacked" in markup
    assert "<script" not in markup
    assert "onerror=window" not in markup
    assert unpacked(html)["name"][: len(HOSTILE)] == list(HOSTILE)


def test_columns_come_back_as_they_were(html: str) -> None:
    data = unpacked(html)
    assert data["meta"]["tracks"] == len(data["name"]) == len(data["lufs"]) == len(data["x"]) == 130
    assert data["points"].shape == (130 * 25,)
    assert data["name"][-1].startswith("129 %41 'quoted' ")
    assert (
        data["link"][0]
        == "My%20%26%20%3Cb%3ELibrary%3C/b%3E/Folder%2000/000%20%2541%20%27quoted%27%20%FF%23%3F.flac"
    )
    assert data["folders"][12] == "Album 12"
    assert set(data["year"][:129]) == {1999}
    assert [each["id"] for each in data["meta"]["dimensions"]] == [d.key for d in dimensions()]
    for each in data["scales"].values():
        assert sorted(each) == each
    assert {len(data["scales"][d.key]) for d in dimensions()} == {BINS + 1}


def test_links_of_urls() -> None:
    assert _link("https://host/a%20b.flac", "/page") == "https://host/a%20b.flac"
    assert _link("s3://vault/ä b#1.flac", "/page") == "s3://vault/%C3%A4%20b%231.flac"


@pytest.mark.parametrize(
    ("albums", "shown", "label"),
    [
        (["Blue", "Blue", None], True, "Blue"),
        (["Blue", "Red", None], True, "folder"),
        (["Blue", "Red", None], False, "Folder 1"),
        ([None, None, None], True, "folder"),
    ],
)
def test_a_folder_is_called_by_the_album_of_most_of_it(
    albums: list[str | None], shown: bool, label: str
) -> None:
    texts: dict[str, list[str | None]] = {name: [None] * 3 for name in TEXTS}
    paths = [f"/m/folder/{number}.flac" for number in range(3)]
    none = np.full(3, np.nan, dtype=np.float32)
    tracks = ReportTracks(
        paths,
        texts | {"album": albums},
        dict.fromkeys((*NUMBERS, *DETAILS), none),
        np.tile(none[:, None], 25),
        3,
    )
    columns = track_columns(tracks, "/m" if shown else None)
    assert json.loads(zlib.decompress(base64.b64decode(columns["folders"]["data"]))) == [label]


def test_what_no_track_has_is_left_out(html: str) -> None:
    data = unpacked(html)
    assert "true_peak_dbtp" not in data
    assert "plane-true_peak_dbtp" not in data["figures"]
    assert "plane-sample_peak_dbfs" in data["figures"]
    assert 'id="plane-true_peak_dbtp"' not in html


def test_findings_have_a_page_where_there_are_any(html: str, tmp_path: Path) -> None:
    data = unpacked(html)
    assert [FINDING_AT, "T102"] in [finding[:2] for finding in data["findings"]]
    assert data["rules"]["T102"]["level"] == "error"
    assert (data["gravest"][FINDING_AT], data["gravest"][FINDING_AT + 1]) == (0, 3)
    assert 'id="page-check"' in html
    clean = fill_report_cache(tmp_path / "clean.db", with_findings=False)
    html = page(clean)
    assert "findings" not in unpacked(html)
    assert "page-check" not in html[: html.index("<script")]


@pytest.mark.parametrize(("below", "told"), [("Live 1999", False), ("CD 2", True)])
def test_a_finding_about_an_album_is_told_of_its_own_tracks(
    tmp_path: Path, below: str, *, told: bool
) -> None:
    """A track number is missing in a folder; the page is of what lies one folder lower."""
    generator = random.Random(1)
    with Cache(tmp_path / "cache.db") as cache:
        for number in (1, 2, 4, 5):
            tags = Tags(title=f"Song {number}", album="Loose", track=number)
            record = msgspec.structs.replace(draw_record(generator, number, nulls=0.0), tags=tags)
            file = Track(f"/music/Artist/{number}.flac", number, MTIME_NS)
            cache.note_result(file, f"{number:032x}", record, ANALYZER, None)
        record = msgspec.structs.replace(draw_record(generator, 9, nulls=0.0), tags=Tags(album="Loose"))
        file = Track(f"/music/Artist/{below}/9.flac", 9, MTIME_NS)
        cache.note_result(file, f"{9:032x}", record, ANALYZER, None)
        cache.note_roots(["/music"])
    data = unpacked(page(tmp_path / "cache.db", query=[f"path:{below}"]))
    found = [code for _, code, _ in data.get("findings", [])]
    assert ("A106" in found) is told


def test_without_paths_no_name_of_a_file_or_folder_is_told(cache: Path) -> None:
    html = page(cache, folder=None)
    data = unpacked(html)
    everything = html[: html.index("<style>")] + html[html.index("</style>") : html.index("<script")]
    told = "\n".join([everything, *(repr(each) for name, each in data.items() if name != "figures")])
    for secret in ("Folder 0", "quoted", "%41", "/music", "Library</b>", "bad.flac"):
        assert secret not in told
    assert "link" not in data
    assert data["name"][-1] == "Track 130"
    assert "M3U8" not in everything or 'data-copy="m3u8" hidden' in everything


def test_a_sample_is_stated_and_the_same_each_time(cache: Path) -> None:
    html = page(cache, limit=40)
    data = unpacked(html)
    assert len(data["name"]) == 40
    assert "random sample of 40" in html
    assert unpacked(page(cache, limit=40))["name"] == data["name"]


def test_all_scripts_are_in_the_page(checkout: Path) -> None:
    assert {path.stem for path in (checkout / "auralis_cli/report/assets").glob("*.js")} == {
        *LIBRARY.scripts,
        *TRACKS.scripts,
    }
