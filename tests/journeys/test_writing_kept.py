"""What was typed is kept until it is on the server: while one types on, in two tabs, past other pages, unanswered."""

import re
import time
from pathlib import Path
from urllib.parse import parse_qs

from playwright.sync_api import Page, Route, expect

from tests.content.words import report
from tests.journeys.site import Site, becomes
from tests.journeys.test_kills_of_browsers import Typist
from tests.journeys.test_writing import SAVED, begin, saved

TAKEAWAY = "De les in één zin"

COPIES = "Object.entries(localStorage).filter(([key]) => key.startsWith('stuk:')).map(([, kept]) => kept).join()"


def kept(page: Page, words: str) -> None:
    """Wait until this browser keeps these words."""
    assert becomes(page, f"{COPIES}.includes({words!r})")


def no_saving(page: Page) -> None:
    """Nothing of this page reaches the server any more."""
    page.route("**/bewaren", lambda route: route.abort())


def test_whoever_types_on_without_a_pause_is_kept_within_a_second(site: Site) -> None:
    with site.page("femke") as page:
        begin(page)
        page.route("**/bewaren", lambda route: None)  # nobody answers, and nobody refuses
        typist = Typist()
        typist.type_for(page, 4)
        copies, now = page.evaluate(COPIES), time.monotonic()
        assert [word for word, at in typist.typed if at < now - 1 and word not in copies] == []


def test_whoever_types_on_without_a_pause_is_saved_every_few_seconds(site: Site) -> None:
    with site.page("femke") as page:
        begin(page)
        typist = Typist()
        page.on("response", typist.heard)
        typist.type_for(page, 7)
        assert typist.lost([typist.kept], time.monotonic()) < 5


def test_a_save_that_nobody_answers_is_tried_again(site: Site) -> None:
    with site.page("femke") as page:
        begin(page)
        sent: list[dict[str, list[str]]] = []

        def answer(route: Route) -> None:
            sent.append(parse_qs(route.request.post_data or ""))
            if len(sent) > 1:
                route.continue_()

        page.route("**/bewaren", answer)
        page.get_by_label(TAKEAWAY).fill("Getypt terwijl niemand antwoordde.")
        expect(page.locator("#bewaard")).to_have_text(SAVED, timeout=30_000)
        assert re.fullmatch(r"[0-9a-f]{32}", sent[0]["poging"][0])
        assert sent[1]["eerder"] == sent[0]["poging"] != sent[1]["poging"]
        page.get_by_label(TAKEAWAY).fill("En daarna weer wel.")
        saved(page)
        assert "eerder" not in sent[-1]


def lose_answers(page: Page, most: int = 1) -> None:
    """The server saves, and its answer never comes; so many times."""
    lost = []

    def answer(route: Route) -> None:
        if len(lost) == most:
            return route.continue_()
        lost.append(route.fetch().status)
        assert lost[-1] == 200
        return route.abort()

    page.route("**/bewaren", answer)


def test_a_lost_answer_is_no_conflict_with_oneself(site: Site) -> None:
    with site.page("femke") as page:
        begin(page)
        lose_answers(page)
        with page.expect_event("requestfailed", lambda request: request.url.endswith("/bewaren")):
            page.get_by_label(TAKEAWAY).fill("Bewaard, en niet gehoord.")
        page.get_by_role("textbox", name="Geldt als").fill("Intussen verder getypt.")
        saved(page)
        expect(page.locator("#let-op")).to_be_hidden()


def test_a_lost_answer_is_no_conflict_for_the_next_page_either(site: Site) -> None:
    with site.page("femke") as page:
        at = begin(page)
        lose_answers(page)
        page.get_by_label(TAKEAWAY).fill("Bewaard, en niet gehoord.")
        kept(page, "unheard")
        page.get_by_role("textbox", name="Geldt als").fill("Alleen hier.")
        kept(page, "Alleen hier.")
        next_page = page.context.new_page()
        page.close()
        next_page.goto(at)
        expect(next_page.get_by_role("textbox", name="Geldt als")).to_have_value("Alleen hier.")
        saved(next_page)
        expect(next_page.locator("#let-op")).not_to_contain_text("Iemand anders")


def test_what_was_not_saved_stands_there_again_after_loading_the_page_again(site: Site) -> None:
    with site.page("femke") as page:
        begin(page)
        no_saving(page)
        page.get_by_label(TAKEAWAY).fill("Voor het opnieuw laden.")
        kept(page, "Voor het opnieuw laden.")
        for _ in range(2):
            page.reload()
            expect(page.locator("#let-op")).to_contain_text("nog tekst die niet bewaard was")
            assert page.get_by_label(TAKEAWAY).input_value() == "Voor het opnieuw laden."
        page.get_by_role("button", name="Neem toch de bewaarde tekst").click()
        expect(page.get_by_label(TAKEAWAY)).to_have_value("")
        expect(page.locator("#let-op")).to_be_hidden()
        expect(page.locator("#bewaard")).to_have_text(re.compile(r"^Bewaard om"))
        assert page.evaluate(COPIES) == ""


def test_a_tab_leaves_the_text_of_another_alone(site: Site) -> None:
    with site.page("femke") as one:
        at = begin(one)
        no_saving(one)
        one.get_by_label(TAKEAWAY).fill("Van het ene tabblad.")
        kept(one, "Van het ene tabblad.")
        two = one.context.new_page()
        two.goto(at)
        expect(two.locator("#let-op")).to_be_hidden()
        assert two.get_by_label(TAKEAWAY).input_value() == ""
        two.get_by_role("textbox", name="Geldt als").fill("Van het andere.")
        saved(two)
        kept(two, "Van het ene tabblad.")
        one.close()
        two.reload()
        assert becomes(two, "document.getElementById('takeaway').value === 'Van het ene tabblad.'")
        expect(two.locator("#let-op")).to_contain_text("Iemand anders bewaarde dit stuk intussen")


def test_an_older_text_put_back_does_not_throw_away_what_was_typed(site: Site) -> None:
    with site.page("femke") as femke, site.page("tjitske") as tjitske:
        at = begin(femke)
        tjitske.goto(f"{at}/verloop")
        tjitske.get_by_role("button", name="Leg apart").click()
        tjitske.goto(at)
        tjitske.get_by_label(TAKEAWAY).fill("Van Tjitske.")
        saved(tjitske)
        femke.get_by_label(TAKEAWAY).fill("Van Femke.")
        expect(femke.locator("#let-op")).to_contain_text("Iemand anders bewaarde dit stuk intussen")
        femke.get_by_role("link", name="Verloop").click()
        femke.get_by_role("button", name="Schrijf hiermee verder").first.click()
        expect(femke.locator(".toast")).to_contain_text("Een oudere tekst staat hier weer")
        assert becomes(femke, "document.getElementById('takeaway').value === 'Van Femke.'")
        femke.get_by_role("button", name="Leg beide teksten naast elkaar").click()
        expect(femke.locator("main")).to_contain_text("Van Femke.")
        femke.locator("#kies-takeaway").get_by_label("Houd die van mij").check()
        femke.get_by_role("button", name="Bewaar deze tekst").click()
        femke.wait_for_url(lambda url: not url.endswith("/samenvoegen"))
        expect(femke.get_by_label(TAKEAWAY)).to_have_value("Van Femke.")
        assert becomes(femke, f"{COPIES} === ''")
        expect(femke.locator("#let-op")).to_be_hidden()


def test_a_document_brought_in_does_not_throw_away_what_was_typed(site: Site, tmp_path: Path) -> None:
    (tmp_path / "rapport.docx").write_bytes(report(pictures=0))
    with site.page("femke") as page:
        at = begin(page)
        no_saving(page)
        page.get_by_label(TAKEAWAY).fill("Nog niet bewaard.")
        kept(page, "Nog niet bewaard.")
        page.goto(f"{at}/inlezen")
        page.locator("#bestand").set_input_files(tmp_path / "rapport.docx")
        page.locator("main form button[type=submit]").click()
        page.get_by_role("button", name="Neem het over").click()
        expect(page.locator("#let-op")).to_be_visible()
        assert page.get_by_label(TAKEAWAY).input_value() == "Nog niet bewaard."


def test_whoever_leaves_their_own_text_finds_it_no_more(site: Site) -> None:
    with site.page("femke") as femke, site.page("tjitske") as tjitske:
        at = begin(femke)
        tjitske.goto(at)
        tjitske.get_by_label(TAKEAWAY).fill("Van Tjitske.")
        saved(tjitske)
        femke.get_by_label(TAKEAWAY).fill("Van Femke.")
        femke.get_by_role("button", name="Leg beide teksten naast elkaar").click()
        femke.get_by_role("link", name=re.compile("Laat die van mij")).click()
        expect(femke.get_by_label(TAKEAWAY)).to_have_value("Van Tjitske.")
        assert becomes(femke, f"{COPIES} === ''")
        femke.reload()
        expect(femke.get_by_label(TAKEAWAY)).to_have_value("Van Tjitske.")
