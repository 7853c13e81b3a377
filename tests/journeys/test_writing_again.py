"""Signed out halfway: the same person signs in again beside the editor and goes on; somebody else saves nothing."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.content.words import picture
from tests.journeys.site import Site, becomes, sign_in, violations
from tests.journeys.test_files import PASTE, holding
from tests.journeys.test_writing import begin, saved
from tests.journeys.test_writing_kept import COPIES

TAKEAWAY = "De les in één zin"
PHOTO = {"name": "cel.jpg", "mimeType": "image/jpeg", "buffer": picture()}


@pytest.fixture
def editor(site: Site) -> Iterator[Page]:
    """An editor that Femke opened, in a session that no other test uses."""
    with site.page() as page:
        sign_in(page, "femke")
        begin(page)
        yield page


def sign_out(page: Page) -> None:
    """The session ends elsewhere, and something is typed."""
    page.context.clear_cookies()
    page.get_by_label(TAKEAWAY).fill("Getypt terwijl ik uitgelogd was.")
    expect(page.locator("#let-op")).to_contain_text("Je bent uitgelogd")


def sign_in_beside(page: Page, person: str) -> None:
    """By the link that the editor shows, in the window that it opens; then back to the editor."""
    with page.expect_popup() as opened:
        page.get_by_role("link", name="Log opnieuw in").click()
    window = opened.value
    window.locator(f"form:has(input[name=person][value={person}]) button").click()
    window.wait_for_url(lambda url: "inloggen" not in url)
    window.close()
    page.evaluate("dispatchEvent(new Event('focus'))")


def test_one_signs_in_beside_it_and_everything_goes_on(editor: Page) -> None:
    before = editor.locator("#stuk input[name=token]").input_value()
    sign_out(editor)
    assert violations(editor) == []
    sign_in_beside(editor, "femke")
    saved(editor)
    expect(editor.locator("#let-op")).to_be_hidden()
    assert editor.locator("#stuk input[name=token]").input_value() != before
    editor.locator("#bestand").set_input_files([PHOTO])
    row = editor.locator("#bestand-cel-jpg")
    row.locator("input[name=beschrijving]").fill("De cel van voren")
    row.locator("button[value=bewaar]").click()
    expect(row.locator("img")).to_have_attribute("alt", "De cel van voren")
    editor.evaluate(PASTE, "<table><tr><td>Wat</td><td>Uur</td></tr><tr><td>Voor</td><td>6,4</td></tr></table>")
    expect(editor.locator("#body")).to_have_value(holding("| Voor | 6,4 |"))


def test_what_was_there_of_files_goes_on_too(editor: Page) -> None:
    editor.locator("#bestand").set_input_files([PHOTO])
    expect(editor.locator(".draft-file")).to_have_count(1)
    editor.context.clear_cookies()
    row = editor.locator("#bestand-cel-jpg")
    row.locator("input[name=beschrijving]").fill("De cel van voren")
    row.locator("button[value=bewaar]").click()
    expect(editor.locator("#let-op")).to_contain_text("Je bent uitgelogd")
    sign_in_beside(editor, "femke")
    expect(editor.locator("#let-op")).to_be_hidden()
    row.locator("button[value=bewaar]").click()
    expect(row.locator("img")).to_have_attribute("alt", "De cel van voren")


@pytest.mark.parametrize(
    ("person", "told"), [("tjitske", "Er is nu iemand anders ingelogd"), ("sjoerd", "mag niet in dit stuk schrijven")]
)
def test_somebody_else_at_the_same_computer_saves_nothing(editor: Page, site: Site, person: str, told: str) -> None:
    sign_out(editor)
    sign_in_beside(editor, person)
    expect(editor.locator("#let-op")).to_contain_text(told)
    assert violations(editor) == []
    editor.get_by_role("textbox", name="Geldt als").fill("En verder getypt.")
    editor.get_by_role("button", name="Voorbeeld").focus()
    assert becomes(editor, f"{COPIES}.includes('En verder getypt.')")
    with site.page("femke") as elsewhere:
        elsewhere.goto(editor.url)
        assert elsewhere.get_by_label(TAKEAWAY).input_value() == ""
    sign_in_beside(editor, "femke")
    saved(editor)
    expect(editor.locator("#let-op")).to_be_hidden()
    editor.reload()
    assert editor.get_by_role("textbox", name="Geldt als").input_value() == "En verder getypt."
    assert editor.evaluate(COPIES) == ""
