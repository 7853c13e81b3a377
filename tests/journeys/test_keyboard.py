"""With the keyboard alone: the way from home to a company, and a ring around whatever has the focus."""

import re
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.counts import full
from tests.journeys.pages import BY_NAME, LANGUAGES, PageType, every_page
from tests.journeys.site import NARROW, Site, open_page

MOST_STOPS: Final = 250

HAS_RING: Final = """
  const rings = (one) => {
    const style = getComputedStyle(one);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  // A field shows it on the frame around it, a marker of a map on its shape.
  const hasRing = (one) => rings(one) || [".searchbox__field", ".choice", "label"].some((around) =>
    one.closest(around) && rings(one.closest(around))) || [...one.querySelectorAll("*")].some(rings);
  const named = (one) => `${one.tagName}.${one.getAttribute("class")}#${one.id} ${one.textContent.trim().slice(0, 30)}`;
"""

RINGLESS: Final = f"""() => {{
  {HAS_RING}
  const isOpen = (one) => one.checkVisibility({{ visibilityProperty: true }}) && one.tabIndex >= 0 && !one.disabled;
  const isUnseen = (one) => {{
    one.focus({{ focusVisible: true }});
    return document.activeElement === one && !hasRing(one);
  }};
  return [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex='0']")]
    .filter((one) => isOpen(one) && isUnseen(one)).map(named);
}}"""
"""Where focus could stand unseen."""

STOP: Final = f"""() => {{
  {HAS_RING}
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const before = window.lastStop;
  window.lastStop = one;
  const box = one.getBoundingClientRect();
  return {{
    name: named(one),
    href: one.getAttribute("href") ?? "",
    isSeen: hasRing(one) && box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight,
    isInOrder: !before || before === one || !!(before.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING),
  }};
}}"""
"""Where focus stands, whether that is seen, and whether it came after the stop before it."""


def stops(page: Page) -> Iterator[dict[str, str]]:
    """Tab through the page; each stop must be seen, and follow the one before."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        stop = page.evaluate(STOP)
        if stop is None:
            return
        assert stop["isSeen"], stop
        assert stop["isInOrder"], stop
        yield stop
    raise AssertionError("focus does not leave the page")


def tab_to(page: Page, selector: str) -> None:
    """Tab on until focus stands on such an element."""
    for _stop in stops(page):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no stop at {selector}")


def follow(page: Page, selector: str, address: str) -> None:
    """Tab to a link and follow it."""
    tab_to(page, selector)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(address))


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_home_to_a_company(site: Site, language: str) -> None:
    prefix = "" if language == "nl" else "/en"
    with site.page() as page:
        page.goto(prefix or "/")
        search_for(page, "cobot")
        choose_case(page)
        follow(page, "#resultaten .results a", f"{prefix}/kennis/")
        follow(page, ".article-side a[href*='/onderwerpen/']", f"{prefix}/onderwerpen/")
        page.go_back()
        follow(page, "main a[href*='/organisaties/']", f"{prefix}/organisaties/")
        expect(page.locator("main h1")).to_be_visible()


def test_filters_order_and_chips_change_the_list_and_nothing_else(site: Site) -> None:
    """Focus stays, the count is read out, and the way back goes over every state of the filters."""
    with site.page() as page:
        page.goto("/zoeken?q=lassen")
        page.evaluate("window.isTheSamePage = true")
        all_found = page.locator("#aantal").inner_text()

        choose_case(page)
        cases = page.locator("#aantal").inner_text()
        assert cases != all_found

        tab_to(page, "#sorteer")
        page.keyboard.press("ArrowDown")
        page.wait_for_url(re.compile("sorteer=nieuwste"))
        expect(page.locator("#sorteer")).to_be_focused()
        expect(page.locator("#zoek-stand")).to_have_text(cases)
        assert "soort=praktijkcase" in page.url
        assert re.search("[a-z]+=(&|$)", page.url) is None

        tab_to(page, ".chip")
        page.keyboard.press("Enter")
        expect(page.locator("#zoek-stand")).to_have_text(all_found)
        assert page.url.endswith("/zoeken?q=lassen&sorteer=nieuwste")
        expect(page.locator("#aantal")).to_be_focused()
        expect(page.locator("#f-soort-praktijkcase")).not_to_be_checked()
        assert page.evaluate("window.isTheSamePage") is True

        for chosen, order, found in ((True, "nieuwste", cases), (True, "", cases), (False, "", all_found)):
            page.go_back()
            expect(page.locator("#sorteer")).to_have_value(order)
            expect(page.locator("#f-soort-praktijkcase")).to_be_checked(checked=chosen)
            expect(page.locator("#aantal")).to_have_text(found)


def choose_case(page: Page) -> None:
    """Tab to the filter of cases and choose it; the count that is read out is the one that stands there."""
    tab_to(page, "input[name=soort][value=praktijkcase]")
    before = page.locator("#aantal").inner_text()
    page.keyboard.press("Space")
    page.wait_for_url(re.compile("soort=praktijkcase"))
    expect(page.locator("#zoek-stand")).not_to_be_empty()
    expect(page.locator("#aantal")).not_to_have_text(before)
    expect(page.locator("#zoek-stand")).to_have_text(page.locator("#aantal").inner_text())
    assert page.evaluate("document.activeElement.value") == "praktijkcase"


MOVE: Final = """() => {
  const [from, to] = ["fryslan", "groningen"].map((name) => document.getElementById(`f-provincie-${name}`));
  [from.checked, to.checked] = [false, true];
  to.dispatchEvent(new Event("change", { bubbles: true }));
}"""
"""From one province to another in one go: other cases take the places of those that were there."""


def test_a_tick_to_compare_stays_with_its_case(site: Site) -> None:
    with site.page() as page:
        page.goto("/zoeken?soort=praktijkcase&provincie=fryslan")
        boxes, ticked = page.locator("input[name=stuk]"), page.locator("input[name=stuk]:checked")
        first = boxes.first.get_attribute("value")
        boxes.first.check()
        page.evaluate(MOVE)
        page.wait_for_url(re.compile("provincie=groningen"))
        expect(page.locator(f"#p-{first}")).to_have_count(0)
        assert ticked.count() == 0
        wanted = [box.get_attribute("value") for box in boxes.all()[:2]]
        for box in boxes.all()[:2]:
            box.check()
        page.locator("#sorteer").select_option("investering")
        page.wait_for_url(re.compile("sorteer=investering"))
        expect(ticked).to_have_count(2)
        page.locator(".compare-picks button").click()
        page.wait_for_url(re.compile("/vergelijk"))
        assert sorted(page.url.partition("?")[2].split("&")) == sorted(f"stuk={slug}" for slug in wanted)


def search_for(page: Page, words: str) -> None:
    """Suggestions open, are walked through and closed; the words stay, and Enter searches."""
    tab_to(page, "main input[type=search]")
    field = page.locator("main input[type=search]")
    page.keyboard.type(words)
    page.locator("[role=option]").first.wait_for()
    expect(field).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    first = field.get_attribute("aria-activedescendant")
    expect(page.locator(f"#{first}")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") != first
    page.keyboard.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value(words)
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(f"q={words}"))


def test_a_suggestion_is_followed(site: Site) -> None:
    with site.page() as page:
        page.goto("/onderwerpen")
        page.keyboard.press("/")
        page.keyboard.type("cobot")
        page.locator("[role=option]").first.wait_for()
        page.keyboard.press("ArrowDown")
        wanted = page.locator("[role=option][aria-selected=true]").get_attribute("data-href")
        page.keyboard.press("Enter")
        page.wait_for_url(f"{site.base}{wanted}")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_skip_link_comes_first_and_leads_to_the_content(site: Site, language: str) -> None:
    with site.tab() as page:
        open_page(page, BY_NAME["case"], language)
        page.keyboard.press("Tab")
        expect(page.locator(".skip")).to_be_focused()
        expect(page.locator(".skip")).to_be_in_viewport()
        page.keyboard.press("Enter")
        expect(page.locator("main")).to_be_focused()
        tab_to(page, "main a")


def test_escape_closes_the_menu_and_gives_focus_back(site: Site) -> None:
    with site.tab() as page:
        page.set_viewport_size(NARROW)
        open_page(page, BY_NAME["case"], "nl")
        tab_to(page, "[popovertarget=menu]")
        page.keyboard.press("Enter")
        expect(page.locator("#menu")).to_be_visible()
        page.keyboard.press("Tab")
        assert page.evaluate("!!document.activeElement.closest('#menu')")
        page.keyboard.press("Escape")
        expect(page.locator("#menu")).to_be_hidden()
        expect(page.locator("[popovertarget=menu]")).to_be_focused()


WALKED: Final = (
    "home-member",
    "search",
    "case",
    "lesson",
    "versions",
    "compare",
    "pilot",
    "map",
    "organisations",
    "sign-in",
)


@pytest.mark.parametrize("language", (full(2, 1) == 2 and LANGUAGES) or LANGUAGES[:1])
@pytest.mark.parametrize("name", WALKED)
def test_tab_walks_through_the_page_in_order(site: Site, name: str, language: str) -> None:
    wanted = BY_NAME[name]
    with site.tab(wanted.person) as page:
        open_page(page, wanted, language)
        assert len(list(stops(page))) > 10


@every_page()
def test_whatever_has_focus_shows_it(site: Site, wanted: PageType, language: str) -> None:
    with site.tab(wanted.person) as page:
        page.emulate_media(color_scheme="light" if language == "nl" else "dark")
        open_page(page, wanted, language)
        assert page.evaluate(RINGLESS) == []


def test_a_stop_without_a_ring_is_found(site: Site) -> None:
    with site.tab() as page:
        open_page(page, BY_NAME["about"], "nl")
        page.evaluate("document.querySelector('main a').style.outline = 'none'")
        assert len(page.evaluate(RINGLESS)) == 1
