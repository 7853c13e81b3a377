"""A whole case by keyboard alone; and axe finds nothing in any state that the editor can be in."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.content.words import picture
from tests.counts import FULL
from tests.journeys.pages import LANGUAGES
from tests.journeys.site import Site, Trouble, violations
from tests.journeys.test_axe import VIEWS
from tests.journeys.test_files import holding
from tests.journeys.test_keyboard import tab_to
from tests.journeys.test_writing import STORY, saved

PARTS = ("De situatie", "De aanpak", "Het resultaat", "Wat het kostte", "Wat misging", "Zelf doen")

FILES = [
    *({"name": f"cel-{n}.jpg", "mimeType": "image/jpeg", "buffer": picture((60 * n, 30, 30))} for n in (1, 2, 3)),
    {"name": "meting.csv", "mimeType": "text/csv", "buffer": b"week;uitval\n1;4\n"},
]


# --- a case by keyboard -----------------------------------------------------------------------------------------


def type_in(page: Page, **fields: str) -> None:
    """Tab on to each of these fields and type. In a list that chooses what begins so."""
    for name, words in fields.items():
        tab_to(page, f"[name={name.replace('_at_', '-')}]")
        page.keyboard.type(words)


def press(page: Page, selector: str) -> None:
    """Tab on to this button and press it."""
    tab_to(page, selector)
    page.evaluate("window.lastStop = null")  # what it changes may take that away, or move focus
    page.keyboard.press("Enter")


def test_a_case_with_two_figures_three_pictures_a_table_and_a_file_by_keyboard_alone(site: Site) -> None:
    with site.page("femke") as page:
        trouble = Trouble(site.base)
        trouble.listen(page)
        page.goto("/schrijven/nieuw")
        tab_to(page, "input[name=kind]")
        page.keyboard.press("Space")
        press(page, "main button[type=submit]")
        page.wait_for_url(re.compile(r"/schrijven/\d+$"))
        write_facts(page)
        write_text(page)
        add_files(page)
        expect(page.locator("#nodig")).to_contain_text("Alles wat nodig is staat er.")
        saved(page)
        assert violations(page) == []
        at = page.url
        page.goto(f"{at}/voorbeeld")
        expect(page.locator(".measure--l, .measures .measure")).to_have_count(2)
        expect(page.locator("main .prose img")).to_have_count(3)
        expect(page.locator("main .prose table", has_text="Post")).to_have_count(1)
        expect(page.get_by_role("link", name=re.compile("meting.csv"))).to_have_count(1)
        page.goto(at)
        press(page, "button[value=insturen]")
        page.wait_for_url(f"{at}/insturen")
        assert trouble.all == []


def write_facts(page: Page) -> None:
    """Two figures, what it cost, where it was, and what it is about."""
    first = {"name": "Lasuren per frame", "baseline": "6,4", "result": "2,3", "unit": "uur"}
    second = {"name": "Uitval", "baseline": "4", "result": "1", "unit": "%"}
    how = {"period": "14 weken voor en na", "method": "gem", "better": "Lager"}
    type_in(page, **{f"metrics_at_0_at_{name}": words for name, words in {**first, **how}.items()})
    press(page, "[data-rows=metrics] > [data-row-add]")
    expect(page.get_by_role("group", name="Resultaat 2").get_by_label("Wat voor cijfer is het?")).to_be_focused()
    type_in(page, **{f"metrics_at_1_at_{name}": words for name, words in {**second, **how}.items()})
    type_in(page, verification="het", investment_eur="96.000", duration_months="8", trl_end="8")
    type_in(page, challenge="Het stellen kostte de helft van de tijd.", pitfalls="De eerste mal boog door.")
    type_in(page, organisations_at_1="Terp")
    press(page, "[data-rows=organisations] > [data-row-add]")
    expect(page.get_by_label("Organisatie 3")).to_be_focused()
    type_in(page, main_topic="Cobots", title="Lasrobot bij tien stuks", summary="De helft van de tijd was stellen.")


def write_text(page: Page) -> None:
    """Every part of it, and a table by its button."""
    tab_to(page, "#body")
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("\n\n".join(f"## {part}\n\n{STORY}" for part in PARTS))
    page.keyboard.press("Shift+Tab")
    for _ in range(5):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Tabel", exact=True)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("Post")
    expect(page.locator("#body")).to_have_value(holding("| Post | Kolom 2 |"))
    page.keyboard.press("Control+End")
    page.evaluate("window.lastStop = null")


def add_files(page: Page) -> None:
    """Chosen, described, and the pictures put into the text."""
    tab_to(page, "#bestand")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Space")
    chooser.value.set_files(FILES)  # type: ignore[arg-type]
    expect(page.locator(".draft-file")).to_have_count(4)
    for n in (1, 2, 3):
        row = f"#bestand-cel-{n}-jpg"
        tab_to(page, f"{row} [name=beschrijving]")
        page.keyboard.type(f"De cel van kant {n}")
        press(page, f"{row} [value=bewaar]")
        expect(page.locator(f"{row} img")).to_have_attribute("alt", f"De cel van kant {n}")
        expect(page.locator(f"{row} [value=bewaar]")).to_be_focused()
        press(page, f"{row} [data-insert]")
        expect(page.locator("#body")).to_be_focused()
        expect(page.locator("#body")).to_have_value(holding(f"![](files/cel-{n}.jpg)"))


# --- every state of the editor ----------------------------------------------------------------------------------


def offline(page: Page) -> None:
    page.context.set_offline(True)
    page.locator("#takeaway").fill("Getypt zonder verbinding.")
    expect(page.locator("#bewaard")).to_have_text(re.compile("^(Geen verbinding|No connection)"))


def signed_out(page: Page) -> None:
    page.context.clear_cookies()
    page.locator("#takeaway").fill("Getypt terwijl ik uitgelogd was.")
    expect(page.locator("#let-op a")).to_be_visible()


def stale(page: Page) -> None:
    other = page.context.new_page()
    other.goto(page.url)
    other.locator("#takeaway").fill("Van de ander.")
    expect(other.locator("#bewaard")).to_have_text(re.compile("^(Bewaard om|Saved at)"))
    other.close()
    page.locator("#takeaway").fill("Van mij.")
    expect(page.locator("#let-op button")).to_be_visible()


def side_by_side(page: Page) -> None:
    stale(page)
    page.locator("#let-op button").click()
    page.locator("#kies-takeaway").wait_for()


def nothing_chosen(page: Page) -> None:
    side_by_side(page)
    page.locator("#samen button[type=submit]").click()
    page.locator(".error-summary").wait_for()


def restored(page: Page) -> None:
    page.route("**/bewaren", lambda route: route.abort())
    page.locator("#takeaway").fill("Nog niet bewaard.")
    page.reload()
    expect(page.locator("#let-op button")).to_be_visible()


def too_long(page: Page) -> None:
    """What a field does not take is refused while one types."""
    page.locator("#title").evaluate("(field) => field.removeAttribute('maxlength')")
    page.locator("#title").fill("Te lang " * 20)


def refused(page: Page) -> None:
    too_long(page)
    expect(page.locator("#let-op")).to_be_visible()


def field_refused(page: Page) -> None:
    too_long(page)
    page.evaluate("document.getElementById('stuk').submit()")
    page.locator("#title[aria-invalid]").wait_for()


def unready(page: Page) -> None:
    page.goto(f"{page.url}/voorbeeld")
    page.locator(".notice--info").wait_for()


def more_rows(page: Page) -> None:
    for name in ("metrics", "organisations"):
        page.locator(f"[data-rows={name}] > [data-row-add]").click()


STATES: tuple[tuple[str, Callable[[Page], None]], ...] = (
    ("lesson", offline),
    ("lesson", signed_out),
    ("lesson", stale),
    ("lesson", side_by_side),
    ("lesson", nothing_chosen),
    ("lesson", restored),
    ("lesson", refused),
    ("lesson", field_refused),
    ("case_study", unready),
    ("case_study", more_rows),
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("place", range(len(STATES)), ids=[opening.__name__ for _kind, opening in STATES])
def test_axe_finds_nothing_in_any_state_of_the_editor(site: Site, place: int, language: str) -> None:
    kind, opening = STATES[place]
    with site.page("femke") as page:
        page.goto("/schrijven/nieuw" if language == "nl" else "/en/schrijven/nieuw")
        page.locator(f"input[name=kind][value={kind}]").check()
        page.locator("main button[type=submit]").click()
        page.wait_for_url(re.compile(r"/schrijven/\d+$"))
        opening(page)
        for size, theme in VIEWS if FULL else [VIEWS[(place + 2 * (language == "en")) % 4]]:
            page.set_viewport_size(size)
            page.emulate_media(color_scheme=theme)
            assert violations(page) == [], (size["width"], theme)


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_more_row_until_there_are_as_many_as_fit(site: Site, language: str) -> None:
    with site.page("femke") as page:
        page.goto("/schrijven/nieuw" if language == "nl" else "/en/schrijven/nieuw")
        page.locator("input[name=kind][value=case_study]").check()
        page.locator("main button[type=submit]").click()
        page.wait_for_url(re.compile(r"/schrijven/\d+$"))
        more = page.get_by_role("button", name={"nl": "Nog een resultaat", "en": "One more result"}[language])
        for n in range(1, 12):
            more.click()
            expect(page.locator(f"#metrics-{n}-indicator")).to_be_focused()
        expect(more).to_be_hidden()
        expect(page.locator("[data-rows=metrics] fieldset")).to_have_count(12)
        page.locator("#metrics-11-name").fill("Uitval")
        expect(page.locator("#bewaard")).to_have_text(re.compile("^(Bewaard om|Saved at)"))
        page.reload()
        # Told rows come together; an empty one follows.
        expect(page.locator("#metrics-0-name")).to_have_value("Uitval")
        expect(page.locator("[data-rows=metrics] fieldset")).to_have_count(2)
