"""Joining on a phone: in four pages and a code, by touch and by keyboard, without script, in both languages.

Time is counted, not measured: what somebody types at 40 words a minute, and what every touch takes. So a busy machine
changes nothing, and a page more or a question more does.
"""

import re
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.house import House, until
from tests.journeys.site import NARROW, WIDE, Site, Trouble, violations

A_KEY: Final = 60 / (40 * 5)
"""Seconds for a key at 40 words of five letters a minute."""

A_TOUCH: Final = 2.0
"""Seconds to find a thing on the screen and touch it."""

A_LOOK: Final = 3.0
"""Seconds to see what a new page wants."""

THE_MAIL: Final = 20.0
"""Seconds to open the mail and remember six digits."""

MOST_SECONDS: Final = 120
MOST_PAGES: Final = 5
MOST_INPUTS: Final = 12

WORDS: Final = {
    "nl": {
        "join": "Doe mee",
        "kvk": "KvK-nummer",
        "name": "Naam van het bedrijf",
        "place": "Plaats",
        "size": "10 tot 50",
        "sector": "Wat maken jullie?",
        "you": "Je naam",
        "mail": "Je e-mailadres op het werk",
        "topic": "Robotisering",
        "code": "Code uit de mail",
        "on": "Ga verder",
        "back": "Terug",
        "in": "Je bent binnen.",
        "error": "Fout: ",
    },
    "en": {
        "join": "Join",
        "kvk": "KvK number",
        "name": "Name of the company",
        "place": "Place",
        "size": "10 to 50",
        "sector": "What do you make?",
        "you": "Your name",
        "mail": "Your mail address at work",
        "topic": "Robotics",
        "code": "Code from the mail",
        "on": "Go on",
        "back": "Back",
        "in": "You are in.",
        "error": "Error: ",
    },
}


class Somebody:
    """Fills in pages as a person does, and counts what it takes."""

    def __init__(self, page: Page, language: str) -> None:
        self.page, self.words = page, WORDS[language]
        self.seconds = 0.0
        self.pages = 0
        self.inputs = 0

    def touch(self, what: str, role: str = "button") -> None:
        """Touch a button or a link."""
        self.page.locator("main").get_by_role(role, name=what, exact=True).click()  # type: ignore[arg-type]
        self.seconds += A_TOUCH

    def type(self, label: str, text: str) -> None:
        """Touch a field and type."""
        self.page.get_by_label(label, exact=False).first.fill(text)
        self.seconds += A_TOUCH + A_KEY * len(text)
        self.inputs += 1

    def choose(self, label: str, option: str) -> None:
        """Open a list and touch one of its lines."""
        self.page.get_by_label(label, exact=False).first.select_option(option)
        self.seconds += 2 * A_TOUCH
        self.inputs += 1

    def tick(self, label: str) -> None:
        """Touch a choice."""
        self.page.get_by_text(label, exact=True).first.click()
        self.seconds += A_TOUCH
        self.inputs += 1

    def look(self, address: str) -> None:
        """A new page is there."""
        self.page.wait_for_url(re.compile(address))
        self.seconds += A_LOOK
        self.pages += 1


def letters(house: House) -> set[Path]:
    return set((house.data_dir / "mail").glob("*-join_code.eml"))


def code_in(house: House, before: set[Path]) -> str:
    """The digits in the letter that came."""
    assert until(lambda: bool(letters(house) - before), 60)
    (path,) = letters(house) - before
    found = re.search(r"^    (\d{3} \d{3})\s*$", path.read_text("utf-8"), re.M)
    assert found
    return found[1]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_production_manager_is_in_within_two_minutes_on_a_phone(site: Site, house: House, language: str) -> None:
    before = letters(house)
    with site.page(viewport=NARROW, has_touch=True) as page:
        trouble = Trouble(site.base)
        trouble.listen(page)
        me = Somebody(page, language)
        words = me.words
        page.goto("/" if language == "nl" else "/en")
        page.locator("[popovertarget=menu]").click()
        page.locator("#menu").get_by_role("link", name=words["join"], exact=True).click()
        me.seconds += A_LOOK + 2 * A_TOUCH
        me.look(r"/aanmelden$")
        assert violations(page) == []
        me.type(words["kvk"], "12345678")
        me.type(words["name"], "Fries Plaatwerk")
        me.choose(words["place"], "elders")
        me.tick(words["size"])
        me.choose(words["sector"], "25")
        me.touch(words["on"])
        me.look(r"/aanmelden/jij$")
        assert violations(page) == []
        me.type(words["you"], "Fenna Dijkstra")
        me.type(words["mail"], f"fenna.dijkstra@plaatwerk-{language}.example")
        me.touch(words["on"])
        me.look(r"/aanmelden/onderwerpen$")
        assert violations(page) == []
        me.tick(words["topic"])
        me.touch(words["on"])
        me.look(r"/aanmelden/controleren$")
        assert violations(page) == []
        me.type(words["code"], code_in(house, before))
        me.touch(words["join"])
        me.look(r"/instellingen/organisatie$")
        expect(page.get_by_text(words["in"])).to_be_visible()
        assert violations(page) == []
        me.seconds += THE_MAIL
        print(f"{me.seconds:.0f} s, {me.pages} pages, {me.inputs} inputs in {language}")
        assert me.seconds < MOST_SECONDS
        assert me.pages <= MOST_PAGES
        assert me.inputs <= MOST_INPUTS
        assert trouble.all == []


def tab_to(page: Page, wanted: str) -> None:
    """Press Tab until the element that this selector finds has the focus."""
    for _step in range(80):
        if page.evaluate("wanted => document.activeElement?.matches(wanted)", wanted):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{wanted} is not reached by Tab")


@pytest.mark.parametrize("language", ["nl", "en"])
def test_everything_is_reached_by_keyboard_and_every_error_leads_to_its_field(
    site: Site, house: House, language: str
) -> None:
    before, words, prefix = letters(house), WORDS[language], "" if language == "nl" else "/en"
    with site.page(viewport=WIDE) as page:
        page.goto(f"{prefix}/aanmelden")
        tab_to(page, "#kvk")
        page.keyboard.type("123 456")
        page.keyboard.press("Enter")
        expect(page.locator(".error-summary")).to_be_focused()
        assert page.title().startswith(words["error"])
        assert violations(page) == []
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#kvk")).to_be_focused()
        expect(page.locator("#kvk")).to_have_value("123 456")
        page.keyboard.press("ControlOrMeta+a")
        page.keyboard.type("87654321")
        for field, keys in (("#organisatie", "Terp Staal"), ("#gemeente", "A")):
            tab_to(page, field)
            page.keyboard.type(keys)
        tab_to(page, "[name=grootte]")
        page.keyboard.press("Space")
        tab_to(page, "#sector")
        page.keyboard.type("M")
        page.keyboard.press("Tab")
        tab_to(page, "main form .button:not(.button--quiet)")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{prefix}/aanmelden/jij")
        tab_to(page, "#naam")
        page.keyboard.type("Baukje Bos")
        tab_to(page, "#mail")
        page.keyboard.type(f"baukje@staal-{language}.example")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{prefix}/aanmelden/onderwerpen")
        tab_to(page, "[name=onderwerp]")
        page.keyboard.press("Space")
        tab_to(page, "main form .button:not(.button--quiet)")
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{prefix}/aanmelden/controleren")
        tab_to(page, "#code")
        page.keyboard.type(code_in(house, before))
        page.keyboard.press("Enter")
        page.wait_for_url(f"**{prefix}/instellingen/organisatie")


def test_without_script_nothing_that_was_typed_is_lost_by_going_back(site: Site) -> None:
    words = WORDS["nl"]
    with site.page(viewport=NARROW, java_script_enabled=False) as page:
        me = Somebody(page, "nl")
        page.goto("/aanmelden")
        me.type(words["kvk"], "11112222")
        me.type(words["name"], "Wad Werkplaats")
        me.choose(words["place"], "elders")
        me.tick(words["size"])
        me.choose(words["sector"], "25")
        me.touch(words["on"])
        me.type(words["you"], "Okke Veen")
        me.type(words["mail"], "nog niet af")
        me.touch(words["back"])
        me.look(r"/aanmelden$")
        expect(page.locator("#organisatie")).to_have_value("Wad Werkplaats")
        expect(page.locator("[name=grootte]:checked")).to_have_value("10-49")
        me.touch(words["on"])
        me.look(r"/aanmelden/jij$")
        expect(page.locator("#naam")).to_have_value("Okke Veen")
        expect(page.locator("#mail")).to_have_value("nog niet af")
        page.go_back()
        expect(page.locator("#organisatie")).to_have_value("Wad Werkplaats")


def test_the_browsers_own_way_back_loses_nothing_either(site: Site) -> None:
    with site.page(viewport=NARROW) as page:
        me = Somebody(page, "nl")
        page.goto("/aanmelden")
        me.type(me.words["kvk"], "11112222")
        me.type(me.words["name"], "Wad Werkplaats")
        me.choose(me.words["place"], "elders")
        me.tick(me.words["size"])
        me.choose(me.words["sector"], "25")
        me.touch(me.words["on"])
        me.look(r"/aanmelden/jij$")
        me.type(me.words["you"], "Okke Veen")
        page.go_back()
        expect(page.locator("#organisatie")).to_have_value("Wad Werkplaats")
        page.go_forward()
        expect(page.locator("#naam")).to_have_value("Okke Veen")
