"""axe finds nothing: on every page, in both languages and themes, wide and narrow, and in what opens."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from app.web.security import CONTENT_SECURITY_POLICY
from tests.counts import FULL
from tests.journeys.going_wrong import PROBLEMS, answer_to
from tests.journeys.pages import BY_NAME, LANGUAGES, TYPES, PageType, every_page
from tests.journeys.site import NARROW, WIDE, Site, Theme, Trouble, open_page, violations

VIEWS: tuple[tuple[dict[str, int], Theme], ...] = ((WIDE, "light"), (NARROW, "dark"), (WIDE, "dark"), (NARROW, "light"))


def views(wanted: PageType, language: str) -> list[tuple[dict[str, int], Theme]]:
    """All four under `make prove`; otherwise one, another for the next page and for the other language."""
    place = TYPES.index(wanted) + 2 * LANGUAGES.index(language)
    return list(VIEWS) if FULL else [VIEWS[place % 4]]


@every_page()
def test_axe_finds_nothing(site: Site, wanted: PageType, language: str) -> None:
    with site.tab(wanted.person) as page:
        open_page(page, wanted, language)
        for size, theme in views(wanted, language):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=theme)
            assert violations(page) == [], (size["width"], theme)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PROBLEMS)
def test_axe_finds_nothing_when_something_goes_wrong(site: Site, name: str, language: str) -> None:
    answer = answer_to(name, language)
    headers = dict(answer.headers) | {"content-security-policy": CONTENT_SECURITY_POLICY}
    with site.tab() as page:
        trouble = Trouble(site.base)
        trouble.listen(page)
        whole = {"status": answer.status_code, "headers": headers, "body": bytes(answer.body)}
        page.route("**/inloggen", lambda route: route.fulfill(**whole))
        page.goto("/inloggen")
        for size, theme in VIEWS:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=theme)
            assert violations(page) == [], (size["width"], theme)
        assert trouble.all == []


def open_menu(page: Page) -> None:
    page.locator("[popovertarget=menu]").click()
    page.locator("#menu a").first.wait_for()


def open_filters(page: Page) -> None:
    page.locator(".sheet > summary").click()
    page.locator(".facets input").first.wait_for()


def open_suggestions(page: Page) -> None:
    page.locator("input[type=search]:visible").first.press_sequentially("cobo")
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")


def open_everything(page: Page) -> None:
    page.evaluate("document.querySelectorAll('main details').forEach((each) => { each.open = true; })")


STATES: tuple[tuple[str, str, dict[str, int], Callable[[Page], None]], ...] = (
    ("menu", "home", NARROW, open_menu),
    ("menu of a member", "home-member", NARROW, open_menu),
    ("filters", "search", NARROW, open_filters),
    ("unfolded filters", "search", WIDE, open_everything),
    ("suggestions", "home", WIDE, open_suggestions),
    ("suggestions in the head", "case", WIDE, open_suggestions),
    ("versions", "version", WIDE, open_everything),
    ("unchanged parts", "versions", WIDE, open_everything),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("name", "size", "opening"), [state[1:] for state in STATES], ids=[s[0] for s in STATES])
def test_axe_finds_nothing_in_what_opens(
    site: Site, name: str, size: dict[str, int], opening: Callable[[Page], None], language: str
) -> None:
    wanted = BY_NAME[name]
    with site.tab(wanted.person) as page:
        page.set_viewport_size(size)
        open_page(page, wanted, language)
        opening(page)
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme)
            assert violations(page) == [], theme


def test_axe_finds_what_is_wrong(site: Site) -> None:
    with site.page() as page:
        open_page(page, BY_NAME["home"], "nl")
        page.evaluate("document.querySelector('main').append(document.createElement('button'))")
        page.evaluate("document.querySelector('h1').style.color = '#bbb'")
        assert {rule for rule, *_places in violations(page)} == {"button-name", "color-contrast"}
