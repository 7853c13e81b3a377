"""Signing in by a code: by keyboard, without script, on a phone, in both languages, and nothing for axe to find."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.house import House, until
from tests.journeys.site import NARROW, WIDE, Site, Trouble, violations

WORDS = {
    "nl": ("Je e-mailadres op het werk", "Code uit de mail", "Fout: "),
    "en": ("Your mail address at work", "Code from the mail", "Error: "),
}
MAILS = {"nl": "aafke.riemersma@nipt.example", "en": "geert.eising@nipt.example"}


@pytest.fixture
def without_script(site: Site) -> Iterator[Page]:
    with site.page(java_script_enabled=False, viewport=NARROW) as page:
        yield page


def letters(house: House) -> set[Path]:
    return set((house.data_dir / "mail").glob("*-sign_in_code.eml"))


def code_for(house: House, before: set[Path]) -> tuple[str, str]:
    """The code in the letter that came, and the link beside it."""
    assert until(lambda: bool(letters(house) - before), 60)
    (path,) = letters(house) - before
    text = path.read_text("utf-8").replace("=\n", "").replace("=3D", "=")
    code, link = re.search(r"^    (\d{3} \d{3})\s*$", text, re.M), re.search(r"http\S+\?s=[\w-]+", text)
    assert code
    assert link
    return code[1], link[0]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_code_lets_in_by_keyboard_alone_and_axe_finds_nothing_on_the_way(
    site: Site, house: House, language: str
) -> None:
    mail_label, code_label, mark = WORDS[language]
    before = letters(house)
    with site.page(viewport=NARROW) as page:
        trouble = Trouble(site.base)
        trouble.listen(page)
        page.goto("/inloggen" if language == "nl" else "/en/inloggen")
        expect(page.get_by_label(mail_label)).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(".error-summary")).to_be_focused()
        assert page.title().startswith(mark)
        assert violations(page) == []
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.get_by_label(mail_label)).to_be_focused()
        page.keyboard.type(MAILS[language])
        page.keyboard.press("Enter")
        page.wait_for_url("**/inloggen/code")
        expect(page.get_by_label(code_label)).to_be_focused()
        assert violations(page) == []
        page.keyboard.type("12")
        page.keyboard.press("Enter")
        expect(page.locator(".error-summary")).to_be_focused()
        assert page.title().startswith(mark)
        for size, theme in ((NARROW, "light"), (WIDE, "dark")):
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
            assert violations(page) == [], (size, theme)
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type(code_for(house, before)[0])
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "inloggen" not in url)
        expect(page.locator(".site-tools .avatar")).to_have_count(1)
        assert [said for said in trouble.all if "422" not in said] == []


def test_without_script_a_code_lets_in_on_a_phone(without_script: Page, house: House) -> None:
    before = letters(house)
    page = without_script
    page.goto("/inloggen?naar=/onderwerpen")
    page.get_by_label(WORDS["nl"][0]).fill("jantina.oosterhuis@skillslab-het-werkplein.example")
    page.get_by_role("button", name="Stuur mij een code").click()
    page.get_by_label(WORDS["nl"][1]).fill("000000")
    page.get_by_role("button", name="Inloggen", exact=True).click()
    expect(page.get_by_text("Je kunt het nog 4 keer proberen.").first).to_be_visible()
    page.get_by_label(WORDS["nl"][1]).fill(code_for(house, before)[0])
    page.get_by_role("button", name="Inloggen", exact=True).click()
    assert page.url.endswith("/onderwerpen")
    page.goto("/instellingen/sessies")
    expect(page.get_by_text("Deze browser")).to_be_visible()
    page.get_by_role("button", name="Beëindig").first.click()
    assert "/inloggen" in page.url


def test_the_link_works_in_the_browser_that_asked_and_in_no_other(site: Site, house: House) -> None:
    before = letters(house)
    with site.page() as page, site.page() as other:
        page.goto("/inloggen")
        page.get_by_label(WORDS["nl"][0]).fill("tjitske.bouma@kennislab-slim-maken.example")
        page.keyboard.press("Enter")
        page.wait_for_url("**/inloggen/code")
        _code, link = code_for(house, before)
        other.goto(link)
        expect(other.get_by_role("heading", name="Deze link werkt hier niet")).to_be_visible()
        assert violations(other) == []
        page.goto(link)
        assert violations(page) == []
        page.get_by_role("button", name="Inloggen", exact=True).click()
        page.wait_for_url(lambda url: "inloggen" not in url)
