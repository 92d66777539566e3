"""The page of `auralis report` in Chromium: what it shows and asks for, and hostile text that stays text."""

import math
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from support.report_cache import FINDING_AT, HOSTILE, fill_report_cache, unpacked

pytest.importorskip("bokeh")
pytest.importorskip("selenium")

from selenium.webdriver.common.keys import Keys
from support.browser import Page, running_browser

from auralis_cli.library.distances import Distances
from auralis_cli.library.fingerprints import load_fingerprints
from auralis_cli.library.layout_names import Layout
from auralis_cli.library.selection import selection_of
from auralis_cli.model.dimensions import keys
from auralis_cli.model.record import AnalyzerName
from auralis_cli.report.library import ReportLibrary
from auralis_cli.report.make import make_report
from auralis_cli.similarity.weights import Preset, weights_of

pytestmark = [pytest.mark.needs("chromium", "chromedriver"), pytest.mark.slow]

TABS = ("overview", "map", "dimensions", "harmony", "loudness", "check", "table")
TRACKS = 130


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, fixture_audio: Path) -> Path:
    """A library, a page of it, and the music of its first album."""
    folder = tmp_path_factory.mktemp("page")
    root = folder / "My & <b>Library</b>"
    cache = fill_report_cache(folder / "cache.db", TRACKS, root=str(root))
    selection = selection_of(AnalyzerName.WORKER)
    library = ReportLibrary(cache, selection, limit=50_000, layout=Layout.PCA)
    for name, shown in (("library.html", str(folder)), ("shared.html", None)):
        made = make_report(library, title=HOSTILE[1], folder=shown)
        (folder / name).write_text(made.html, "utf-8")
    album = root / "Folder 00"
    album.mkdir(parents=True)
    for number in range(10):
        music = os.fsencode(album) + b"/%03d %%41 'quoted' \xff#?.flac" % number
        shutil.copyfile(next(iter(sorted(fixture_audio.glob("*.flac")))), music)
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    with running_browser() as page:
        yield page


@pytest.fixture
def page(browser: Page, folder: Path) -> Page:
    return browser.open(folder / "library.html")


def count(page: Page) -> str:
    return page.text("#count")


def draw_lasso(page: Page, *, across: int) -> None:
    """Round a part of the map, from so many pixels beside its middle."""
    chain = page.point_at("map", across=across, down=-140).click_and_hold()
    for right, down in ((380, 0), (0, 280), (-380, 0), (0, -270)):
        chain.move_by_offset(right, down)
    chain.release().perform()


def test_no_error_no_request_and_no_attack_on_any_page(page: Page, folder: Path) -> None:
    page.requests()
    page.open(folder / "library.html")
    for tab in TABS:
        page.show(tab)
    assert page.text("h1") == HOSTILE[1]
    assert page.run("return window.attacked") is None
    assert page.messages() == []
    assert page.text("#trouble") == ""
    asked = [url for url in page.requests() if not url.startswith(("data:", "blob:"))]
    assert asked == [(folder / "library.html").as_uri()]


def test_the_policy_stops_scripts_and_requests_that_got_in(page: Page) -> None:
    page.run(
        """
        const script = document.createElement('script');
        script.textContent = 'window.attacked = 9';
        document.body.append(script);
        document.body.insertAdjacentHTML('beforeend', '<img src=x onerror="window.attacked=8">');
        window.asked = null;
        fetch('data.json').then(() => { window.asked = 'answered'; }, () => { window.asked = 'refused'; });
        """
    )
    assert page.until(lambda: page.run("return window.asked")) == "refused"
    assert page.run("return window.attacked") is None
    assert any("Content Security Policy" in message for message in page.messages())


def test_hovering_tells_tags_and_five_values(page: Page) -> None:
    page.show("map")
    across, down = page.place_on_map(2)
    page.point_at("map", across=across, down=down).pause(0.3).perform()
    page.until(lambda: not page.run("return byId('tip').hidden"))
    found = page.run("return tipped")
    assert page.text("#tip .name") == page.run("return data.name[arguments[0]]", found).strip()
    assert page.text("#tip .words") == page.run("return byline(arguments[0])", found)
    assert page.run("return document.querySelectorAll('#tip dd').length") == 5


def test_a_click_plays_the_file_and_lists_the_nearest_as_similar_does(page: Page, folder: Path) -> None:
    page.show("map")
    across, down = page.place_on_map(4)
    page.point_at("map", across=across, down=down).click().perform()
    track = page.until(lambda: page.run("return state.track + 1")) - 1
    if track >= 10:  # another point lies over it: its file is not there
        page.run("openTrack(4, {play: true})")
        track = 4
    playing = (
        "const audio = document.querySelector('#track audio'); return audio.currentTime > 0 && !audio.error"
    )
    page.until(lambda: page.run(playing))
    assert page.run("return document.querySelector('#track audio').currentSrc").endswith("%FF%23%3F.flac")
    library = load_fingerprints(folder / "cache.db", AnalyzerName.WORKER)
    data = unpacked((folder / "library.html").read_text("utf-8"))
    values = np.stack([data[key] for key in keys()], axis=1)
    distances = Distances(library, weights_of(Preset.SOUND))
    placed = distances.place(values)
    apart = distances.between(placed[track : track + 1], placed)[0]
    apart[[track, *np.flatnonzero(data["group"] == 255)]] = np.inf
    shown = page.run("return nearest(arguments[0])", track)
    assert len(shown) == 10
    np.testing.assert_allclose([distance for _, distance in shown], np.sort(apart)[:10], rtol=0, atol=0.01)
    assert page.run("return document.querySelectorAll('#track .list li').length") == 10


def test_a_file_that_is_not_there_is_told(page: Page) -> None:
    page.run("openTrack(100, {play: true})")
    page.until(lambda: "cannot play this file" in page.text("#track"))


def test_a_lasso_fills_the_table_and_the_table_a_playlist(page: Page) -> None:
    page.show("map")
    page.click("#lasso")
    draw_lasso(page, across=60)
    page.until(lambda: "of" in count(page))
    first = page.run("return Array.from(state.list)")
    draw_lasso(page, across=-440)
    page.until(lambda: page.run("return Array.from(state.list)") != first)
    chosen = page.run("return Array.from(state.list)")
    assert not set(chosen) & set(first)
    inside = page.run(
        "return state.list.every((track) => scatters.get('map').source.selected.indices.includes(track))"
    )
    assert inside
    assert 0 < len(chosen) < TRACKS
    assert count(page) == f"{len(chosen)} of {TRACKS} tracks"
    page.show("table")
    assert page.run("return document.querySelectorAll('.tracks tbody tr').length") == min(100, len(chosen))
    lists = page.run("return asM3u8(state.list)").splitlines()
    assert lists[0] == "#EXTM3U"
    assert len(lists) == 1 + 2 * len(chosen)
    page.click("#clear")
    assert count(page) == f"All {TRACKS} tracks"


def test_searching_finds_words_in_all_texts_and_dropping_it_shows_all(page: Page) -> None:
    page.show("table")
    page.type("#search", "ÁRTIST sóng 77")
    page.until(lambda: count(page) == f"1 of {TRACKS} tracks")
    assert page.text(".tracks tbody th") == "Song 77"
    page.click("#filters button")
    assert count(page) == f"All {TRACKS} tracks"
    assert page.run("return byId('search').value") == ""
    page.type("#search", "<script>")
    page.until(lambda: count(page).startswith("2 of"))


def test_colours_change_with_their_legend(page: Page) -> None:
    page.show("map")
    before = page.run("return [colouring.palette, Array.from(scatters.get('map').source.data.shade)]")
    page.run("const list = byId('colour'); list.value = 'lufs'; list.dispatchEvent(new Event('change'))")
    shades = page.run("return Array.from(scatters.get('map').source.data.shade)")
    assert shades != before[1]
    np.testing.assert_allclose(shades[:3], page.run("return Array.from(data.lufs.slice(0, 3))"))
    assert "LUFS" in page.text("#legend")
    page.run("const list = byId('colour'); list.value = 'key'; list.dispatchEvent(new Event('change'))")
    page.click("#legend button:nth-child(8)")
    assert page.run(
        "return Array.from(new Set(Array.from(state.list, (track) => keyOf(track).camelot[0])))"
    ) == ["8"]


def test_sliders_filter_every_page(page: Page) -> None:
    page.show("dimensions")
    page.run(
        "const input = document.querySelector('[data-dimension=lufs] input'); input.value = 20;"
        "input.dispatchEvent(new Event('input'))"
    )
    page.until(lambda: "of" in count(page))
    least = page.run("return Math.min(...Array.from(state.list, (track) => data.lufs[track]))")
    assert least >= page.run("return data.scales.lufs[20]")
    shown = page.run("return Array.from(histograms.get('lufs').shown.data.top)")
    assert max(shown[:20]) == 0 < max(shown[20:])


def test_the_wheel_and_the_harmonic_neighbours(page: Page) -> None:
    page.show("harmony")
    page.click("#keys button:nth-child(15)")  # 8A
    assert count(page) == f"{TRACKS // 5} of {TRACKS} tracks"
    page.click("#clear")
    page.run("openTrack(40, {})")
    mixes = page.run(
        """
        const tempo = data.tempo_bpm;
        return mixesWith(40).map(([track]) => [keyOf(track).camelot, tempo[track] / tempo[40]]);
        """
    )
    assert page.run("return keyOf(40).camelot") == "8A"
    assert {camelot for camelot, _ in mixes} <= {"8A", "7A", "9A", "8B"}
    assert all(min(abs(ratio / level - 1) for level in (0.5, 1, 2)) <= 0.06 for _, ratio in mixes)
    assert page.run("return document.querySelectorAll('#mixes .list li').length") == len(mixes)


def test_a_finding_leads_to_its_track(page: Page) -> None:
    page.show("check")
    assert "T102 the file ends before its end" in page.text("#rules")
    page.click("#rules button")
    assert count(page) == f"1 of {TRACKS} tracks"
    page.click("#findings button")
    assert page.run("return state.track") == FINDING_AT
    assert "T102" in page.text("#track")
    page.show("map")
    page.run("const list = byId('colour'); list.value = 'gravest'; list.dispatchEvent(new Event('change'))")
    assert page.run("return scatters.get('map').source.data.shade[arguments[0]]", FINDING_AT) == 0


def test_the_table_sorts_with_what_is_missing_last(page: Page) -> None:
    page.show("table")
    page.run("sortBy(table.fields.find((field) => field.id === 'lufs'))")
    order = page.run("return Array.from(table.order, (track) => data.lufs[track])")
    known = [level for level in order if level is not None and not math.isnan(level)]
    assert known == sorted(known, reverse=True)
    assert (
        page.run("return document.querySelector('.tracks th[aria-sort]').getAttribute('aria-sort')")
        == "descending"
    )


def test_what_is_copied_is_what_is_shown_in_the_order_of_the_table(page: Page) -> None:
    page.show("table")
    page.run("sortBy(table.fields.find((field) => field.id === 'lufs'))")
    page.run("setFilter('test', {label: 'first', keeps: (track) => track < 10})")
    page.until(lambda: page.run("return table.order.length") == 10)
    page.show("overview")
    page.run("setFilter('test', {label: 'others', keeps: (track) => track >= 20 && track < 30})")
    clipboard = "{value: {writeText: async (text) => { window.got = text; }}}"
    page.run(f"Object.defineProperty(navigator, 'clipboard', {clipboard})")
    page.click("[data-copy=csv]")
    lines = page.until(lambda: page.run("return window.got")).splitlines()
    column = lines[0].split(",").index("lufs")
    assert sorted(line.split(",")[1] for line in lines[1:]) == [f"Song {number}" for number in range(20, 30)]
    levels = [float(line.split(",")[column]) for line in lines[1:] if line.split(",")[column]]
    assert levels == sorted(levels, reverse=True)


def test_an_entry_of_a_playlist_is_one_line_without_anything_invisible(page: Page) -> None:
    page.run("data.link[1] = 'Folder/a%0Ab.flac'; data.link[2] = 'Folder/%C3%A4 b.flac'")
    page.run("data.name[1] = 'one\\ntwo\\u2028three'")
    lists = page.run("return asM3u8([1, 2, 5])").splitlines()
    assert len(lists) == 7
    assert lists[1].endswith(",Artist 0 - one two three")
    assert lists[2].startswith("file:///")
    assert lists[2].endswith("/Folder/a%0Ab.flac")
    assert lists[4].endswith("/Folder/ä b.flac")
    assert lists[5].endswith(",Artist 0 -  gnp.elif  isolated")


def test_a_url_is_listed_as_it_is_and_played_by_no_page(page: Page) -> None:
    page.run("data.link[3] = 'https://host.example/a%20b.flac'; data.link[4] = 's3://vault/%C3%A4%20b.flac'")
    lists = page.run("return asM3u8([3, 4])").splitlines()
    assert (lists[2], lists[4]) == ("https://host.example/a%20b.flac", "s3://vault/ä b.flac")
    find = "document.querySelector('#track audio') === null, document.querySelector('#track a')?.href"
    shown = f"return [{find}]"
    page.run("openTrack(3, {play: true})")
    assert page.run(shown) == [True, "https://host.example/a%20b.flac"]
    page.run("openTrack(4, {play: true})")
    assert page.run(shown) == [True, None]
    assert "s3://vault/ä b.flac" in page.text("#track")


def test_a_track_without_values_has_no_neighbours_and_says_so(page: Page) -> None:
    page.run(
        "for (const field of meta.dimensions) data[field.id][7] = NaN; data.group[7] = 255; openTrack(7, {})"
    )
    assert "Nothing here can be compared with it" in page.text("#track")
    assert "null" not in page.text("#track")
    assert "What tells most" not in page.text("#track")


def test_a_spreadsheet_computes_nothing_of_the_csv(page: Page) -> None:
    lines = page.run("return asCsv([8, 3, 0])").split("\r\n")
    head = lines[0].split(",")
    assert head[:3] == ["path", "title", "artist"]
    assert set(keys()) < set(head)
    assert "'=cmd|' /C calc'!A0" in lines[1]
    assert ',"""\'><svg onload=window.attacked=4>",Artist 0,' in lines[2]


def test_tabs_and_the_map_by_keyboard(page: Page) -> None:
    page.run("byId('tab-overview').focus()")
    page.driver.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    assert page.run("return document.activeElement.id") == "tab-map"
    assert not page.run("return byId('page-map').hidden")
    page.show("map")
    before = page.run("return scatters.get('map').figure.x_range.start")
    page.run("byId('map').focus()")
    page.driver.switch_to.active_element.send_keys(Keys.ARROW_RIGHT)
    assert page.run("return scatters.get('map').figure.x_range.start") > before


def test_the_keyboard_goes_to_the_track_and_back(page: Page) -> None:
    page.show("table")
    page.run("document.querySelector('.tracks tbody th button').focus()")
    page.driver.switch_to.active_element.send_keys(Keys.ENTER)
    page.until(lambda: page.run("return document.activeElement.className") == "close")
    page.driver.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert page.run("return byId('track').hidden && document.activeElement.closest('.tracks tbody') !== null")


@pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (1280, True), (1720, False)])
def test_every_page_fits_its_screen(browser: Page, folder: Path, width: int, dark: bool) -> None:
    page = browser.open(folder / "library.html", width=width, dark=dark)
    for tab in TABS:
        page.show(tab)
        assert page.run("return document.documentElement.scrollWidth") <= width, tab
    ground = page.run(
        "return getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number)"
    )
    assert (max(ground) < 64) is dark
    label = page.run("return scatters.get('plane-loudness_range_lu').figure.below[0].axis_label_text_color")
    assert label in (page.run("return colour('muted')"), {"value": page.run("return colour('muted')")})


def test_a_page_without_paths_plays_nothing(browser: Page, folder: Path) -> None:
    page = browser.open(folder / "shared.html")
    page.run("openTrack(4, {play: true})")
    assert page.run("return document.querySelectorAll('#track audio, #track a').length") == 0
    assert page.run("return asCsv([4]).startsWith('title,')")
    assert not page.run(
        "return [...document.querySelectorAll('[data-copy=m3u8]')].some((one) => one.offsetParent)"
    )


def test_every_figure_and_control_has_words(page: Page) -> None:
    for tab in TABS:
        page.show(tab)
    figures = page.run("return [...document.querySelectorAll('.picture')].map((one) => one.ariaLabel)")
    assert min(map(len, figures)) > 20
    unnamed = """
        const named = (one) => one.innerText || one.textContent || one.ariaLabel || one.labels?.length;
        return [...document.querySelectorAll('button, input, select')].filter((one) => !named(one)).length;
    """
    assert page.run(unnamed) == 0
