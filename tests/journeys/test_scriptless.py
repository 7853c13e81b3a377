"""Without JavaScript everything is there: links, search, filters, order, signing in and out, the other language."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.pages import TYPES
from tests.journeys.site import NARROW, Site, open_page


@pytest.fixture
def page(site: Site) -> Iterator[Page]:
    with site.page(java_script_enabled=False) as page:
        yield page


def test_home_leads_to_a_case_its_topic_and_its_company(page: Page) -> None:
    page.goto("/")
    page.locator("main .ledger a").first.click()
    expect(page.locator("main article h1")).to_be_visible()
    page.locator(".article-side a[href*='/onderwerpen/']").first.click()
    expect(page).to_have_url(re.compile("/onderwerpen/"))
    page.goto("/organisaties")
    page.locator("main a[href^='/organisaties/']").first.click()
    expect(page.locator("main h1")).to_be_visible()


def test_search_filters_and_orders_by_forms(page: Page) -> None:
    page.goto("/")
    page.locator("main input[name=q]").fill("lassen")
    page.locator("main input[name=q]").press("Enter")
    expect(page.locator("#aantal")).to_be_visible()
    all_found = page.locator("#aantal").inner_text()
    page.locator("#f-soort-praktijkcase").check()
    page.locator(".search-side button[type=submit]").click()
    assert "soort=praktijkcase" in page.url
    assert page.locator("#aantal").inner_text() != all_found
    expect(page.locator("#f-soort-praktijkcase")).to_be_checked()
    page.locator("#sorteer").select_option("nieuwste")
    page.locator(".sort button").click()
    assert {"sorteer=nieuwste", "soort=praktijkcase", "q=lassen"} <= set(page.url.partition("?")[2].split("&"))
    page.locator("main input[type=search]").fill("cobot")
    page.locator("main input[type=search]").press("Enter")
    assert {"sorteer=nieuwste", "soort=praktijkcase", "q=cobot"} <= set(page.url.partition("?")[2].split("&"))
    page.locator(".chip").first.click()
    assert "soort" not in page.url
    page.go_back()
    expect(page.locator("#f-soort-praktijkcase")).to_be_checked()


def test_the_filters_open_on_a_phone(page: Page) -> None:
    page.set_viewport_size(NARROW)
    page.goto("/zoeken?q=cobot")
    page.locator(".sheet > summary").click()
    expect(page.locator(".search-side input[name=soort]").first).to_be_visible()


def test_an_example_person_signs_in_and_out(page: Page) -> None:
    page.goto("/inloggen?naar=/onderwerpen")
    page.locator("form:has(input[value=sjoerd]) button").click()
    assert page.url.endswith("/onderwerpen")
    expect(page.locator(".site-tools .avatar")).to_be_visible()
    page.locator(".site-tools .avatar").click()
    page.locator(".site-tools form button").click()
    expect(page.locator(".site-tools .avatar")).to_have_count(0)


def test_the_other_language_is_one_link_away(page: Page) -> None:
    page.goto("/onderwerpen")
    page.locator(".lang a").click()
    assert page.url.endswith("/en/onderwerpen")
    page.locator(".lang a").click()
    assert page.url.endswith("/onderwerpen")


def test_the_menu_of_a_phone_opens(page: Page) -> None:
    page.set_viewport_size(NARROW)
    page.goto("/")
    page.locator("[popovertarget=menu]").click()
    page.locator("#menu a[href='/onderwerpen']").click()
    assert page.url.endswith("/onderwerpen")


@pytest.mark.timeout(300)
def test_nothing_that_needs_script_is_shown(page: Page) -> None:
    for wanted in TYPES:
        if not wanted.person:
            open_page(page, wanted, "nl")
            assert page.locator(".script-only:visible").count() == 0, wanted.name
