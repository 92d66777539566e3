"""The page of tracks in Chromium: what it shows and asks for, its switch, names that stay text."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.report_cache import HOSTILE

pytest.importorskip("bokeh")
pytest.importorskip("selenium")

from selenium.webdriver.common.keys import Keys
from support.browser import Page, running_browser
from support.seen_tracks import GAIN_LU, encoded, limited, master

from auralis_cli.model.tags import Tags
from auralis_cli.report.track_page.make import make_track_page

pytestmark = [pytest.mark.needs("chromium", "chromedriver"), pytest.mark.slow]

NASTY = "</b><img src=x onerror=window.attacked=2> %41 'quoted' #?.mp3"
CURVES = """
    const figure = drawn.get(arguments[0]);
    return figure.renderers.filter((one) => one.glyph.type === 'Line' && one.name)
        .map((one) => [one.name, Array.from(one.data_source.data.y)]);
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, fixture_audio: Path) -> Path:
    """A page of three tracks, one of a single one, and the music that the first plays."""
    folder = tmp_path_factory.mktemp("page")
    music = sorted(fixture_audio.glob("*.flac"))[0]
    for name in ("master.flac", "limited.flac"):
        shutil.copyfile(music, folder / name)
    tracks = [
        master(str(folder / "master.flac")),
        limited(str(folder / "limited.flac"), Tags(title=HOSTILE[0], artist=HOSTILE[5])),
        encoded(str(folder / NASTY), Tags(title=HOSTILE[7], artist=HOSTILE[6])),
    ]
    for name, shown in (("three", tracks), ("one", tracks[:1])):
        (folder / f"{name}.html").write_text(make_track_page(shown, folder=str(folder)), "utf-8")
    html = make_track_page(tracks, folder=str(folder), matched=True)
    (folder / "matched.html").write_text(html, "utf-8")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Page]:
    with running_browser() as page:
        yield page


@pytest.fixture
def page(browser: Page, folder: Path) -> Page:
    return browser.open(folder / "three.html")


def press(page: Page, selector: str) -> None:
    """A click on what may lie below the head of the page just then."""
    page.run("document.querySelector(arguments[0]).click()", selector)


def levels(page: Page, name: str) -> dict[str, list[float | None]]:
    return dict(page.run(CURVES, name))


@pytest.mark.parametrize("name", ["three", "one", "matched"])
def test_no_error_no_request_and_no_attack(browser: Page, folder: Path, name: str) -> None:
    browser.requests()
    page = browser.open(folder / f"{name}.html")
    for view in ("matched", "plain") if name != "one" else ():
        press(page, f"#{view}")
    assert page.run("return window.attacked") is None
    assert page.messages() == []
    assert page.text("#trouble") == ""
    asked = [url for url in page.requests() if not url.startswith(("data:", "blob:"))]
    assert asked == [(folder / f"{name}.html").as_uri()]


def test_every_figure_that_is_shown_is_drawn_and_has_words(page: Page) -> None:
    shown = page.run(
        "return [...document.querySelectorAll('.picture')].filter(isShown)"
        ".map((one) => [one.id, one.ariaLabel.length, one.querySelector('.bk-Figure') !== null])"
    )
    assert len(shown) == 12
    assert all(words > 20 and there for _, words, there in shown)


def test_the_switch_gives_all_tracks_the_loudness_of_the_first(page: Page) -> None:
    before = levels(page, "loudness")
    press(page, "#matched")
    page.until(lambda: page.run("return drawn.get('loudness-matched')?.renderers !== undefined"))
    after = levels(page, "loudness-matched")
    pairs = [(one, other) for one, other in zip(before["B"], after["B"], strict=True) if one and other]
    assert len(pairs) > 1000
    assert all(abs(one - other - GAIN_LU) < 0.02 for one, other in pairs)
    assert before["A"] == after["A"]
    assert page.run("return byId('loudness').closest('[hidden]') !== null")
    assert page.run("return byId('matched').ariaPressed") == "true"
    press(page, "#plain")
    assert page.run("return byId('loudness-matched').closest('[hidden]') !== null")


def test_a_page_can_open_with_matched_levels(browser: Page, folder: Path) -> None:
    page = browser.open(folder / "matched.html")
    assert page.run("return byId('matched').ariaPressed") == "true"
    assert page.run("return drawn.has('loudness-matched') && !drawn.has('loudness')")


def test_figures_over_time_move_together_by_buttons_and_keys(page: Page) -> None:
    span = "const range = drawn.get(arguments[0]).x_range; return [range.start, range.end]"
    press(page, "[data-move=time] [data-step=in]")
    assert page.run(span, "loudness") == page.run(span, "balance-db") == [45_000, 135_000]
    page.run("byId('width').focus()")
    page.driver.switch_to.active_element.send_keys(Keys.ARROW_RIGHT, Keys.ARROW_RIGHT)
    assert page.run(span, "peaks") == [90_000, 180_000]
    page.driver.switch_to.active_element.send_keys("0")
    assert page.run(span, "loudness") == [0, 180_000]
    assert page.run(span, "onsets-a") == page.run(span, "onsets-b") == [84_000, 96_000]
    press(page, "[data-move=time] [data-step=in]")
    press(page, "#matched")
    page.until(lambda: page.run("return drawn.get('peaks-matched')?.renderers !== undefined"))
    assert page.run(span, "loudness-matched") == [45_000, 135_000]


def test_the_pointer_reads_the_curves(page: Page) -> None:
    page.run("byId('loudness').scrollIntoView({block: 'center'})")
    page.point_at("loudness", across=40, down=-60).pause(0.3).perform()
    page.until(lambda: not page.run("return byId('tip').hidden"))
    told = page.text("#tip").split("\n")
    assert told[0].startswith("1:")
    assert [told[at] for at in (1, 3, 5)] == ["A", "B", "C"]
    a, b = (float(told[at].replace("\N{MINUS SIGN}", "-")) for at in (2, 4))
    assert abs(b - a - GAIN_LU) < 1


def test_another_track_plays_on_from_where_the_first_was(page: Page) -> None:
    press(page, "[data-track='0']")
    page.until(lambda: page.run("return heard.audio.currentTime > 0.05"))
    at = page.run("return heard.audio.currentTime")
    press(page, "[data-track='1']")
    page.until(lambda: page.run("return heard.audio.currentTime >= arguments[0]", at))
    assert page.run("return decodeURIComponent(heard.audio.src)").endswith("/limited.flac")
    press(page, "#matched")
    assert abs(page.run("return heard.audio.volume") - 10 ** (-GAIN_LU / 20)) < 0.001
    press(page, "[data-track='1']")
    assert page.run("return heard") is None
    press(page, "[data-track='2']")
    page.until(lambda: "cannot play this file" in page.text("#playing"))


@pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (1280, True), (1720, False)])
def test_the_page_fits_its_screen_in_its_colours(browser: Page, folder: Path, width: int, dark: bool) -> None:
    page = browser.open(folder / "three.html", width=width, dark=dark)
    assert page.run("return document.documentElement.scrollWidth") <= width
    ground = page.run(
        "return getComputedStyle(document.documentElement).backgroundColor.match(/\\d+/g).map(Number)"
    )
    assert (max(ground) < 64) is dark
    script = """
        const line = drawn.get('loudness').renderers.find((one) => one.name === 'B').glyph.line_color;
        return [line.value, colour('track-2')];
    """
    drawn, wanted = page.run(script)
    assert drawn == wanted


def test_a_finger_that_goes_down_moves_the_page_also_over_a_figure(page: Page) -> None:
    touched = """
        const events = (figure) => Bokeh.index.find_one(figure).canvas_view.events_el;
        return [...drawn.values()].map((figure) => getComputedStyle(events(figure)).touchAction);
    """
    assert set(page.run(touched)) == {"pan-y"}


def test_every_control_has_words(page: Page) -> None:
    unnamed = """
        const controls = [...document.querySelectorAll('button, a')];
        return controls.filter((one) => !(one.ariaLabel || one.innerText)).length;
    """
    assert page.run(unnamed) == 0
