"""Chromium from the system, driven by Selenium: what a page draws, asks for and says."""

import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By

PATIENCE_S = 30.0
"""A busy machine is no defect."""
_SHOWN_LEVELS = ("SEVERE",)


class Page:
    """A page of a file in the browser."""

    def __init__(self, driver: Chrome) -> None:
        self.driver = driver

    def open(self, path: Path, *, width: int = 1280, height: int = 900, dark: bool = False) -> Self:
        """Loads the file, and waits until its scripts have started."""
        theme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._command("Emulation.setEmulatedMedia", features=[theme])
        screen = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700}
        self._command("Emulation.setDeviceMetricsOverride", **screen)
        self.messages()
        self.driver.get(path.as_uri())
        self.until(lambda: self.run("return document.documentElement.dataset.ready"))
        return self

    def run(self, script: str, *values: Any) -> Any:
        """The value of a script."""
        return self.driver.execute_script(script, *values)

    def show(self, name: str) -> None:
        """Opens one of the tabs, and waits until its figures are drawn."""
        self.click(f"#tab-{name}")
        self.until(
            lambda: self.run(
                "return !pages.has(arguments[0]) || pages.get(arguments[0]).stale === false", name
            )
        )

    def click(self, selector: str) -> None:
        self.driver.find_element(By.CSS_SELECTOR, selector).click()

    def text(self, selector: str) -> str:
        """What a reader sees of an element; a button shortens what is long."""
        return str(self.run("return document.querySelector(arguments[0]).innerText", selector))

    def type(self, selector: str, text: str) -> None:
        self.driver.find_element(By.CSS_SELECTOR, selector).send_keys(text)

    def until(self, condition: Callable[[], Any]) -> Any:
        """Waits until the condition is true, and gives its value."""
        end = time.monotonic() + PATIENCE_S
        while not (value := condition()):
            assert time.monotonic() < end, f"not within {PATIENCE_S} s; the page says: {self.messages()}"
            time.sleep(0.05)
        return value

    def place_on_map(self, track: int) -> tuple[float, float]:
        """Where a track is drawn, in pixels from the middle of the map."""
        script = """
            const {figure, x, y} = scatters.get("map");
            const {x_range, y_range, inner_width, inner_height} = figure;
            const share = (value, {start, end}) => (value - start) / (end - start) - 0.5;
            const [track] = arguments;
            return [share(x[track], x_range) * inner_width, -share(y[track], y_range) * inner_height];
        """
        across, down = self.run(script, track)
        return across, down

    def point_at(self, figure: str, *, across: float, down: float) -> ActionChains:
        """A pointer on its way to a place in the figure, from its middle."""
        place = self.driver.find_element(By.ID, figure)
        return ActionChains(self.driver, duration=50).move_to_element_with_offset(
            place, round(across), round(down)
        )

    def messages(self) -> list[str]:
        """Errors that the console got since the last look."""
        return [entry["message"] for entry in self._log("browser") if entry["level"] in _SHOWN_LEVELS]

    def requests(self) -> list[str]:
        """All that was asked for since the last look."""
        events = [json.loads(entry["message"])["message"] for entry in self._log("performance")]
        asked = [event for event in events if event["method"] == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in asked]

    def _log(self, kind: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.driver.get_log(kind)  # type: ignore[no-untyped-call]
        return found

    def _command(self, name: str, **values: Any) -> None:
        self.driver.execute_cdp_cmd(name, values)


@contextmanager
def running_browser() -> Iterator[Page]:
    """A browser without a window; it ends with the block."""
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for switch in (
        "--headless=new",
        "--no-sandbox",
        "--disable-dev-shm-usage",
        "--autoplay-policy=no-user-gesture-required",
    ):
        options.add_argument(switch)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield Page(driver)
    finally:
        driver.quit()
