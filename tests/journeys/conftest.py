"""The product as `serve` starts it, and a browser that visits it.

One product for each run of the tests, or for each worker of a parallel run. The browser lives no longer than a module:
Playwright keeps an event loop running, beside which no other test could start one of its own.
"""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.house import House, until
from tests.journeys.site import Site, browser_options

ENGINE_SECONDS = 30


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever asks for the product is a test in a browser, and takes its time."""
    for item in items:
        if "site" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """`serve` with the example content on a free port, searching with the engine where there is one."""
    house = House(tmp_path_factory.mktemp("house"), "--examples")
    try:
        house.become_ready()
        until(house.finds_by_engine, ENGINE_SECONDS)
        yield house
    finally:
        house.stop()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Without one the tests are skipped with a sentence; in CI that is a failure."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if program is None:
        lacking = "there is no Chromium on this machine: sudo apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(lacking)
        pytest.skip(lacking)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, **browser_options())
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site(house: House, browser: Browser) -> Iterator[Site]:
    """The product in the browser."""
    site = Site(browser, f"http://127.0.0.1:{house.port}")
    yield site
    site.close()
