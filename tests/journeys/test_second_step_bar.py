"""The bar that says that a second step is needed first, where the operator asks for one: on pages of problems too."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.house import House, until
from tests.journeys.site import NARROW, NARROWEST, WIDE, Site, Trouble, violations

BAR = "aside.viewing"
PATHS = {"/": 200, "/instellingen/organisatie": 200, "/schrijven/999999": 404}
"""The last one is not there: who lacks the step must read why on such a page too."""

MAILS = {
    "noor": "noor.wiersma@kenniscentrum-proeftuin.example",
    "femke": "femke.hoekstra@kennislab-slim-maken.example",
}
"""A steward, and an editor."""


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The product, where everybody who writes or looks after it has to take a second step."""
    # Nothing is searched for here, so no engine is started: nobody listens on the port of discarding (RFC 863).
    told = {"PROEFTUIN_SECOND_STEP": "publishers", "PROEFTUIN_SEARCH_URL": "http://127.0.0.1:9"}
    house = House(tmp_path_factory.mktemp("strict"), "--examples", **told)
    try:
        yield house.become_ready()
    finally:
        house.stop()


@pytest.fixture(scope="module")
def site(strict: House, browser: Browser) -> Iterator[Site]:
    """That one in the browser, instead of the one that all share."""
    site = Site(browser, f"http://127.0.0.1:{strict.port}")
    yield site
    site.close()


def come_in(page: Page, house: House, person: str) -> None:
    """With a code from a letter: the short way in of example people counts as two steps."""
    before = set((house.data_dir / "mail").glob("*-sign_in_code.eml"))
    page.goto("/inloggen")
    page.get_by_label("Je e-mailadres op het werk").fill(MAILS[person])
    page.get_by_role("button", name="Stuur mij een code").click()
    page.wait_for_url("**/inloggen/code")
    assert until(lambda: set((house.data_dir / "mail").glob("*-sign_in_code.eml")) - before, 30)
    (path,) = set((house.data_dir / "mail").glob("*-sign_in_code.eml")) - before
    code = re.search(r"^    (\d{3} \d{3})\r?$", path.read_text("utf-8"), re.MULTILINE)
    assert code
    page.get_by_label("Code uit de mail").fill(code[1])
    page.get_by_role("button", name="Inloggen", exact=True).click()
    page.wait_for_url("**/instellingen/tweede-stap")


def fits(page: Page) -> bool:
    """Whether the bar is whole on the screen, above everything else, and the page is not wider than it."""
    bar, head = page.locator(BAR).bounding_box(), page.locator(".site-head").bounding_box()
    assert bar
    assert head
    shown = page.viewport_size or {"width": 0}
    is_above = bar["y"] + bar["height"] <= head["y"] + 1
    is_whole = bar["x"] >= 0 and bar["x"] + bar["width"] <= shown["width"]
    return is_above and is_whole and page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("person", MAILS)
def test_the_bar_fits_everywhere_and_axe_finds_nothing(site: Site, strict: House, person: str) -> None:
    with site.page() as page:
        come_in(page, strict, person)
        assert page.locator(BAR).count() == 0, "where the step is set up nothing has to be said"
        trouble = Trouble(site.base)
        trouble.listen(page)
        for language in ("", "/en"):
            for path, status in PATHS.items():
                answer = page.goto(f"{language}{path}")
                assert answer is not None
                assert answer.status == status, (language, path)
                for size in (WIDE, NARROW, NARROWEST):
                    page.set_viewport_size(size)
                    assert fits(page), (language, path, size["width"])
                    page.emulate_media(color_scheme="light" if size is NARROW else "dark")
                    assert violations(page) == [], (language, path, size["width"])
        assert trouble.all == []
        page.locator(f"{BAR} a").focus()
        page.keyboard.press("Enter")
        page.wait_for_url("**/en/instellingen/tweede-stap")


def test_who_only_reads_sees_no_bar(site: Site) -> None:
    with site.page() as page:
        page.goto("/")
        assert page.locator(BAR).count() == 0
