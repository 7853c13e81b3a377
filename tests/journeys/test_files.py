"""Pictures, files and a Word document in a real browser: chosen, described, pasted, brought in; axe finds nothing."""

import re
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.content.words import picture, report
from tests.journeys.site import NARROW, Site, violations

PASTE = """(html) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "kaal");
  const box = document.getElementById("body");
  box.focus();
  box.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }));
}"""


def holding(words: str) -> re.Pattern[str]:
    """A value with these words somewhere in it."""
    return re.compile(re.escape(words))


def begin(page: Page) -> None:
    page.goto("/schrijven/nieuw")
    page.locator("input[name=kind][value=lesson]").check()
    if page.locator("select[name=owner]").count():
        page.locator("select[name=owner]").select_option("kennislab-slim-maken")
    page.locator("main button[type=submit]").click()
    page.wait_for_url(re.compile(r"/schrijven/\d+$"))


def test_three_pictures_a_file_and_a_table_on_a_telephone(site: Site) -> None:
    with site.page("femke", viewport=NARROW) as page:
        begin(page)
        sent = [
            {"name": f"cel-{n}.jpg", "mimeType": "image/jpeg", "buffer": picture((60 * n, 30, 30))} for n in (1, 2, 3)
        ]
        sent.append({"name": "meting.csv", "mimeType": "text/csv", "buffer": b"week;uitval\n1;4\n"})
        page.locator("#bestand").set_input_files(sent)
        expect(page.locator(".draft-file")).to_have_count(4)
        page.get_by_role("button", name="In de tekst cel-1.jpg").click()
        expect(page.locator("#body")).to_have_value(holding("![](files/cel-1.jpg)"))
        row = page.locator("#bestand-cel-1-jpg")
        row.locator("input[name=beschrijving]").fill("De cel van voren")
        row.locator("button[value=bewaar]").click()
        expect(page.locator("#bestand-cel-1-jpg img")).to_have_attribute("alt", "De cel van voren")
        page.locator("#bestand-cel-3-jpg button[value=weg]").click()
        expect(page.locator(".draft-file")).to_have_count(3)
        page.locator("button[value=terug]").click()
        expect(page.locator(".draft-file")).to_have_count(4)
        page.evaluate(PASTE, "<table><tr><td>Wat</td><td>Uur</td></tr><tr><td>Voor</td><td>6,4</td></tr></table>")
        expect(page.locator("#body")).to_have_value(holding("| Voor | 6,4 |"))
        assert violations(page) == []


def test_what_is_too_much_to_paste_is_said_and_its_plain_words_come_in(site: Site) -> None:
    with site.page("femke") as page:
        begin(page)
        # Letters that fit, and bytes that do not: on its way an é is six of them.
        page.evaluate(PASTE, f"<h2>Kop</h2><p>{'é' * 200_000}</p>")
        expect(page.locator(".toast")).to_contain_text("Dit was te veel om in één keer te lezen")
        expect(page.locator("#body")).to_have_value(holding("kaal"))


def test_a_paste_that_cannot_be_read_is_said_and_its_plain_words_come_in(site: Site) -> None:
    with site.page("femke") as page:
        begin(page)
        page.route("**/plakken", lambda route: route.abort())
        page.evaluate(PASTE, "<h2>Kop</h2><p>woorden</p>")
        expect(page.locator(".toast")).to_contain_text("staan alleen de kale woorden er")
        expect(page.locator("#body")).to_have_value(holding("kaal"))


def test_a_word_document_is_looked_at_and_taken(site: Site, tmp_path: Path) -> None:
    (tmp_path / "rapport.docx").write_bytes(report())
    with site.page("femke") as page:
        begin(page)
        page.locator("a[href$='/inlezen']").click()
        page.locator("#bestand").set_input_files(tmp_path / "rapport.docx")
        page.locator("main form button[type=submit]").click()
        expect(page.get_by_role("heading", name="Dit zou erin komen")).to_be_visible()
        assert violations(page) == []
        page.locator("main form button[type=submit]").click()
        expect(page.locator("#body")).to_have_value(holding("![](files/rapport-1.jpg"))
        expect(page.locator(".draft-file")).to_have_count(2)
