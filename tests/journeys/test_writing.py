"""Writing in a browser: on a phone, by keyboard, without a connection, and by two at once."""

import re
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.site import NARROW, WIDE, Site, Trouble, becomes, violations

SAVED: Final = re.compile(r"^Bewaard om")

STORY: Final = (
    "De cobot stond er in maart, maar de mal paste niet op het frame. We hadden niet gemeten waar de tijd bleef. "
    "Het stellen kostte de helft van de uren, niet het lassen zelf. Daarna turfden we zes weken lang elke order. "
    "Toen bleek dat de helft van de orders te klein was voor de cobot. We begonnen opnieuw met een kleinere mal. "
)


@pytest.fixture
def phone(site: Site) -> Iterator[Page]:
    """Femke, on a phone."""
    with site.page("femke", viewport=NARROW, has_touch=True) as page:
        yield page


def begin(page: Page, kind: str = "lesson") -> str:
    """A new piece, by the buttons; its address."""
    page.goto("/schrijven")
    page.get_by_role("link", name="Schrijf iets nieuws").click()
    page.locator(f"input[name=kind][value={kind}]").check()
    page.get_by_role("button", name="Begin met schrijven").click()
    page.wait_for_url(re.compile(r"/schrijven/\d+$"))
    return page.url


def saved(page: Page) -> None:
    """Wait until the server confirmed what stands there."""
    expect(page.locator("#bewaard")).to_have_text(SAVED)


def test_a_lesson_from_nothing_to_ready_on_a_phone(site: Site, phone: Page) -> None:
    trouble = Trouble(site.base)
    trouble.listen(phone)
    at = begin(phone)
    phone.get_by_label("De les in één zin").fill("Meet eerst waar de tijd blijft, koop daarna.")
    phone.get_by_label("Afloop").select_option("mixed")
    phone.get_by_label("Fase").select_option("orient")
    phone.get_by_role("textbox", name="Geldt als").fill("Er is nog niets gemeten.")
    phone.get_by_label("Wat de fout kostte").fill("18.000")
    phone.get_by_label("Hoofdonderwerp").select_option("cobots")
    phone.get_by_label("Titel").fill("Meet eerst waar de tijd blijft")
    phone.get_by_label("Samenvatting").fill("De cobot stond er, maar de mal paste niet.")
    parts = ("Wat er gebeurde", "Waarom", "Ons advies")
    phone.get_by_label("Tekst in Markdown").fill("\n\n".join(f"## {part}\n\n{STORY}" for part in parts))
    expect(phone.locator("#nodig")).to_contain_text("Alles wat nodig is staat er.")
    expect(phone.locator("#voorbeeld .prose h2").first).to_have_text("Wat er gebeurde")
    saved(phone)
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(phone) == []
    phone.reload()
    assert phone.get_by_label("De les in één zin").input_value() == "Meet eerst waar de tijd blijft, koop daarna."
    phone.get_by_role("button", name="Stuur in").click()
    phone.wait_for_url(f"{at}/insturen")
    assert trouble.all == []


def test_what_is_needed_leads_to_its_field(phone: Page) -> None:
    begin(phone, "case_study")
    link = phone.locator("#nodig a").first
    where = link.get_attribute("href") or ""
    link.click()
    expect(phone.locator(f"{where}:focus, {where}:target")).to_have_count(1)
    assert violations(phone) == []


def test_marks_by_button_and_by_key_and_undone(site: Site) -> None:
    with site.page("femke", viewport=WIDE) as page:
        begin(page)
        text = page.get_by_label("Tekst in Markdown")
        text.fill("")
        text.press_sequentially("De mal paste")
        text.press("Control+b")
        text.press_sequentially("niet")
        assert text.input_value() == "De mal paste**niet**"
        page.get_by_role("button", name="Kop", exact=True).focus()
        page.keyboard.press("ArrowRight")
        expect(page.get_by_role("button", name="Vet", exact=True)).to_be_focused()
        page.keyboard.press("ArrowLeft")
        page.keyboard.press("Enter")
        assert text.input_value().startswith("## De mal")
        text.press("Control+z")
        assert not text.input_value().startswith("##")


def test_without_a_connection_nothing_is_lost_and_nothing_is_called_saved(site: Site) -> None:
    with site.page("femke") as page:
        at = begin(page)
        page.context.set_offline(True)
        page.get_by_label("De les in één zin").fill("Getypt zonder verbinding.")
        expect(page.locator("#bewaard")).to_have_text("Geen verbinding; staat wel in deze browser")
        page.context.set_offline(False)
        saved(page)
        page.goto(at)
        assert page.get_by_label("De les in één zin").input_value() == "Getypt zonder verbinding."


def test_two_at_once_get_both_texts(site: Site) -> None:
    with site.page("femke") as femke, site.page("tjitske") as tjitske:
        at = begin(femke)
        tjitske.goto(at)
        expect(femke.locator("#aanwezig")).to_be_empty()
        femke.get_by_role("textbox", name="Geldt als").fill("Van Femke.")
        saved(femke)
        tjitske.get_by_role("textbox", name="Geldt als").fill("Van Tjitske.")
        expect(tjitske.locator("#let-op")).to_contain_text("Iemand anders bewaarde dit stuk intussen")
        tjitske.get_by_role("button", name="Leg beide teksten naast elkaar").click()
        expect(tjitske.locator("main")).to_contain_text("Van Femke.")
        expect(tjitske.locator("main")).to_contain_text("Van Tjitske.")
        assert violations(tjitske) == []
        tjitske.locator("#kies-applies_when").get_by_label("Houd die van mij").check()
        tjitske.get_by_role("button", name="Bewaar deze tekst").click()
        tjitske.wait_for_url(re.compile("klaar=samengevoegd"))
        assert tjitske.get_by_role("textbox", name="Geldt als").input_value() == "Van Tjitske."


def test_a_killed_tab_loses_nothing(site: Site) -> None:
    with site.page("femke") as page:
        at = begin(page)
        # The server hears nothing any more, and the tab dies as soon as the browser has it.
        page.context.set_offline(True)
        page.get_by_label("De les in één zin").fill("Net voor het einde getypt.")
        is_kept = (
            "Object.entries(localStorage).some(([key, kept]) => key.startsWith('stuk:') && kept.includes('Net voor'))"
        )
        assert becomes(page, is_kept)
        again = page.context.new_page()
        page.close(run_before_unload=False)
        page.context.set_offline(False)
        again.goto(at)
        # It comes from the browser, or from the server: what a page sends while it is left may arrive after all.
        expect(again.get_by_label("De les in één zin")).to_have_value("Net voor het einde getypt.")
        saved(again)


def test_a_translation_is_made_beside_its_original_on_a_phone(site: Site, phone: Page) -> None:
    trouble = Trouble(site.base)
    trouble.listen(phone)
    at = begin(phone)
    phone.get_by_label("De les in één zin").fill("Meet eerst waar de tijd blijft.")
    phone.get_by_label("Tekst in Markdown").fill("## Wat er gebeurde\n\nDe mal paste niet.\n\nDaarna maten we.")
    saved(phone)
    phone.get_by_role("button", name="Begin de versie in het Engels").click()
    expect(phone.locator("#naast")).to_be_visible()
    assert phone.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert violations(phone) == []
    phone.get_by_label("Vertaling van: Passage 1").fill("## What happened")
    phone.get_by_label("Vertaling van: Passage 2").fill("The jig did not fit.")
    passage = phone.get_by_label("Vertaling van: Passage 2")
    passage.press("End")
    phone.get_by_role("button", name="Vet", exact=True).click()
    phone.keyboard.type("ever")
    assert passage.input_value() == "The jig did not fit.**ever**"
    expect(phone.locator("#voorbeeld strong")).to_have_text("ever")
    passage.fill("The jig did not fit.")
    phone.get_by_label("Vertaling van: Titel").fill("Measure first")
    expect(phone.locator("#stuktitel")).to_have_text("Measure first")
    saved(phone)
    english = phone.url
    phone.goto(at)
    phone.get_by_label("Tekst in Markdown").fill("## Wat er gebeurde\n\nDe mal paste nooit.\n\nDaarna maten we.")
    saved(phone)
    phone.get_by_role("link", name="Naar de versie in de andere taal").click()
    expect(phone.locator("#rij-deel-1 ins")).to_have_text("nooit")
    assert violations(phone) == []
    phone.get_by_label("Vertaling van: Passage 2").fill("The jig never fitted.")
    phone.get_by_label("Dit vertelt wat het origineel vertelt: Passage 2").check()
    saved(phone)
    phone.reload()
    assert phone.get_by_label("Vertaling van: Passage 2").input_value() == "The jig never fitted."
    expect(phone.locator("#rij-deel-1 ins")).to_have_count(0)
    assert phone.url == english
    assert trouble.all == []
