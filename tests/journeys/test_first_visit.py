"""The first visit: light enough for a weak signal, and in the right colours before the first paint."""

from typing import Any, Final

import pytest
from playwright.sync_api import Page, Request

from tests.journeys.pages import BY_NAME
from tests.journeys.site import Site, open_page

MOST_BYTES: Final = 100_000
"""Over the wire, without fonts and images."""

COLOUR: Final = "getComputedStyle(document.documentElement).backgroundColor"

BEFORE_PAINT: Final = """
  new MutationObserver((_, watch) => {
    if (!document.body) return;
    window.themeAtBody = document.documentElement.dataset.theme ?? "";
    watch.disconnect();
  }).observe(document, { childList: true, subtree: true });
"""
"""Notes the theme at the moment that there is anything to paint."""


def weight(request: Request) -> int:
    sizes: dict[str, Any] = request.sizes()
    return int(sizes["responseBodySize"] + sizes["responseHeadersSize"])


@pytest.mark.parametrize(
    "name", ["home", "search", "case", "lesson", "technology", "topic", "topics", "map", "organisations", "api"]
)
def test_a_first_visit_is_light(site: Site, name: str) -> None:
    with site.page() as page:
        asked: list[Request] = []
        page.on("requestfinished", lambda request: asked.append(request))
        page.goto(BY_NAME[name].address("nl"), wait_until="networkidle")
        told = {request.url: weight(request) for request in asked if request.resource_type not in ("font", "image")}
        assert len(told) > 3
        assert sum(told.values()) < MOST_BYTES, told


def test_the_chosen_theme_is_there_before_the_first_paint(site: Site) -> None:
    with site.page(color_scheme="light") as page:
        page.add_init_script(BEFORE_PAINT)
        open_page(page, BY_NAME["home"], "nl")
        light = page.evaluate(COLOUR)
        page.locator("[data-theme-toggle]:visible").click()
        dark = page.evaluate(COLOUR)
        assert dark != light
        page.reload()
        assert page.evaluate("window.themeAtBody") == "dark"
        assert page.evaluate(COLOUR) == dark
        page.locator("[data-theme-toggle]:visible").click()
        open_page(page, BY_NAME["case"], "nl")
        assert page.evaluate("window.themeAtBody") == "light"
        assert page.evaluate(COLOUR) == light


def test_the_theme_needs_no_script(site: Site) -> None:
    with site.page(color_scheme="light", java_script_enabled=False) as page:
        _carry_theme(page, site, "dark")
        page.goto("/")
        assert page.locator("html").get_attribute("data-theme") == "dark"


def _carry_theme(page: Page, site: Site, theme: str) -> None:
    page.context.add_cookies([{"name": "thema", "value": theme, "url": site.base}])
