"""A company like ours, in a browser: asked once, remembered by the browser alone, and forgotten on request."""

from typing import Final

from playwright.sync_api import Page

from tests.journeys.site import NARROW, Site, violations

KEPT: Final = "localStorage.getItem('bedrijf')"


def fill(page: Page, size: str, sector: str, province: str) -> None:
    for name, value in (("grootte", size), ("sector", sector), ("provincie", province)):
        page.locator(f"#ons-{name}").select_option(value)
    page.get_by_role("button", name="Toon vergelijkbare bedrijven").click()
    page.wait_for_url("**/zoeken?*")


def chosen(page: Page) -> list[str]:
    return [page.locator(f"#ons-{name}").input_value() for name in ("grootte", "sector", "provincie")]


def test_what_was_chosen_on_home_is_remembered_on_search_and_sent_nowhere(site: Site) -> None:
    with site.page() as page:
        page.goto("/")
        fill(page, "10-49", "25", "groningen")
        assert {"ons=1", "soort=praktijkcase", "grootte=10-49", "sector=25", "provincie=groningen"} <= set(
            page.url.partition("?")[2].split("&")
        )
        assert page.locator("#resultaten .results > li").count() > 0
        assert page.context.cookies() == []
        page.goto("/zoeken?q=cobot")
        page.locator("summary", has_text="Een bedrijf als het onze").click()
        assert chosen(page) == ["10-49", "25", "groningen"]
        assert page.locator("[data-company-known]").is_visible()
        assert violations(page) == []
        page.get_by_role("button", name="Vergeet dit").click()
        assert chosen(page) == ["", "", ""]
        assert page.evaluate(KEPT) is None
        page.goto("/")
        assert chosen(page) == ["", "", ""]
        assert not page.locator("[data-company-known]").is_visible()


def test_an_address_goes_before_what_is_remembered(site: Site) -> None:
    with site.page(viewport=NARROW) as page:
        page.goto("/")
        fill(page, "10-49", "25", "groningen")
        page.goto("/zoeken?ons=1&soort=praktijkcase&sector=28")
        assert chosen(page) == ["", "28", ""]
        assert not page.locator("[data-company-known]").is_visible()
        assert violations(page) == []


def test_what_somebody_else_wrote_there_does_no_harm(site: Site) -> None:
    with site.page() as page:
        for written in ("not json", "null", '["a"]', '{"sector": "<b>"}', '{"__proto__": {"sector": "25"}}'):
            page.goto("/")
            page.evaluate("(written) => localStorage.setItem('bedrijf', written)", written)
            page.goto("/")
            assert chosen(page) == ["", "", ""], written


def test_it_needs_no_script(site: Site) -> None:
    with site.page(java_script_enabled=False) as page:
        page.goto("/")
        fill(page, "10-49", "22", "fryslan")
        assert "Deze passen als we niet letten op: provincie." in page.locator("#resultaten").inner_text()
        assert chosen(page) == ["10-49", "22", "fryslan"]
        assert not page.get_by_role("button", name="Vergeet dit").is_visible()
