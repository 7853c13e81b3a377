"""A case on its whole way in a browser: sent in, agreed on a phone, sent back, scheduled, up at its minute, corrected,
taken back and replaced. Whatever decides is pressed on the keyboard, and axe finds nothing anywhere.
"""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from typing import Any, Final

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from app.core.clock import local, now
from app.people.models import Organisation, User
from app.people.signing_in import actor_for
from content.models import Piece
from content.reviewing import CHECKS
from content.snapshot import Contribution, Part, Visibility
from content.writing import start
from tests.cast import content
from tests.counts import FULL
from tests.databases import in_use
from tests.house import House
from tests.journeys.pages import LANGUAGES
from tests.journeys.site import NARROW, Site, Trouble, violations

pytestmark = pytest.mark.timeout(900)

SUCCESSOR: Final = "papierloze-werkorder-esdoorn"

TITLE: Final = "Camera boven de lasnaad"
CORRECTED: Final = "Camera boven de lasnaad, met het jaar erbij"

STORY: Final = "\n\n".join(
    f"## {part}\n\n" + "De camera hing er in maart, maar het licht was niet goed. We maten zes weken lang. " * 8
    for part in ("Wat er gebeurde", "Wat het bracht")
)

ENGLISH: Final = {
    "Titel": "Title",
}


def case(house: House, slug: str) -> int:
    """A case that Femke wrote about Terp Kunststoffen, where Baukje decides; its number."""
    with (
        in_use(f"sqlite:///{house.data_dir / 'proeftuin.db'}", house.data_dir) as database,
        database.writing() as session,
    ):
        lab = session.exec(select(Organisation).where(Organisation.slug == "kennislab-slim-maken")).one()
        femke = actor_for(session, session.exec(select(User).where(User.handle == "femke")).one())
        session.add(piece := Piece(key=slug, kind="case_study"))
        session.flush()
        parts = (
            Contribution(organisation="terp-kunststoffen", part=Part.LEAD),
            Contribution(organisation="kennislab-slim-maken", part=Part.KNOWLEDGE_PARTNER),
        )
        told = content("case_study", title=TITLE, body=STORY, organisations=parts)
        its: dict[str, Any] = {"slug": slug, "owner_id": lab.id, "visibility": Visibility.EVERYONE, "content": told}
        return start(session, piece=piece, language="nl", by=femke, **its).id


class Way:
    """One case, its people each in a browser of their own, and the language of every page."""

    def __init__(self, site: Site, stack: ExitStack, slug: str, article_id: int, language: str) -> None:
        self.slug, self.article_id, self.language = slug, article_id, language
        self.prefix = "" if language == "nl" else "/en"
        self.trouble = Trouble(site.base)
        self.femke, self.noor, self.reader = (stack.enter_context(site.page(who)) for who in ("femke", "noor", ""))
        self.baukje = stack.enter_context(site.page("baukje", viewport=NARROW, has_touch=True))
        for page in (self.femke, self.noor, self.baukje):
            self.trouble.listen(page)
        self.review = ""

    def word(self, dutch: str) -> str:
        """This word on the pages of this language."""
        return dutch if self.language == "nl" else ENGLISH[dutch]

    def open(self, page: Page, path: str, status: int = 200) -> None:
        """Go there; the page is as it should be for everybody."""
        answer = page.goto(self.prefix + path)
        assert answer is not None
        assert answer.status == status, path
        look(page)

    # --- what each of them does ---------------------------------------------------------------------------------

    def send_in(self, message: str) -> None:
        """Femke hands over what she has."""
        self.open(self.femke, f"/schrijven/{self.article_id}/insturen")
        self.femke.locator("[name=message]").fill(message)
        press(self.femke, "main form button[type=submit]")
        self.femke.wait_for_url(re.compile(r"/beoordelen/\d+"))
        look(self.femke)
        found = re.search(r"/beoordelen/\d+", self.femke.url)
        assert found
        self.review = found[0]

    def write(self, title: str) -> None:
        """Femke writes on."""
        self.open(self.femke, f"/schrijven/{self.article_id}")
        self.femke.get_by_label(self.word("Titel")).first.fill(title)
        expect(self.femke.locator("#bewaard")).to_have_text(re.compile(r"^(Bewaard om|Saved at)"))

    def remark(self, text: str) -> None:
        """Baukje says something about the first paragraph, on her phone."""
        self.open(self.baukje, "/beoordelen")
        self.baukje.get_by_role("link", name=re.compile(TITLE)).first.tap()
        self.baukje.wait_for_url(re.compile(self.review))
        look(self.baukje)
        self.baukje.locator(".review__say a").first.tap()
        self.baukje.wait_for_url(re.compile("bij=1"))
        assert "De camera hing er" in self.baukje.locator("#o-passage").input_value()
        self.baukje.locator("#o-body").fill(text)
        press(self.baukje, "#opmerking button[type=submit]")
        expect(self.baukje.locator(".remark").first).to_contain_text(text)
        look(self.baukje)

    def agree(self) -> None:
        """Baukje says that nothing in it is confidential."""
        self.open(self.baukje, self.review)
        press(self.baukje, "button[name=doe][value=agree]")
        expect(self.baukje.locator("button[name=doe][value=agree]")).to_have_count(0)
        look(self.baukje)

    def send_back(self, reason: str) -> None:
        """Noor asks for a change; without a reason she is told that one is needed."""
        self.open(self.noor, self.review)
        press(self.noor, "button[name=doe][value=send_back]")
        expect(self.noor.locator(".error-summary")).to_be_visible()
        look(self.noor)
        self.noor.locator("#message").fill(reason)
        press(self.noor, "button[name=doe][value=send_back]")
        expect(self.noor.locator(".timeline")).to_contain_text(reason)
        look(self.noor)

    def tick(self) -> None:
        """Noor goes through everything, box by box."""
        self.open(self.noor, self.review)
        for check in CHECKS:
            box = self.noor.locator(f"[data-check][value={check}]")
            if not box.is_checked():
                tab_to(self.noor, f"[data-check][value={check}]")
                self.noor.keyboard.press("Space")
            expect(box).to_be_checked()

    def schedule(self) -> datetime:
        """Noor lets it appear at a whole minute, soon; which one."""
        moment = (now() + timedelta(seconds=100)).replace(second=0, microsecond=0)
        self.tick()
        press(self.noor, "details:has([name=publish_at]) > summary")
        self.noor.locator("[name=publish_at]").fill(f"{local(moment):%Y-%m-%dT%H:%M}")
        press(self.noor, "button[name=doe][value=schedule]")
        expect(self.noor.locator("main")).to_contain_text(re.compile(f"{local(moment):%H[.:]%M}"))
        look(self.noor)
        return moment

    def place(self) -> None:
        """Noor lets it appear at once."""
        self.tick()
        press(self.noor, "button[name=doe][value=place]")
        expect(self.noor.locator("button[name=doe][value=place]")).to_have_count(0)
        look(self.noor)

    def take_back(self, reason: str) -> None:
        """Femke takes it back, and says what to read instead."""
        self.open(self.femke, f"/kennis/{self.slug}/intrekking")
        self.femke.locator("[name=reason]").fill(reason)
        self.femke.locator("[name=reason_en]").fill(reason)
        self.femke.locator("[name=successor]").fill(f"/kennis/{SUCCESSOR}")
        press(self.femke, "button.button--danger")
        expect(self.femke.locator("input[name=doe][value=terug]")).to_have_count(1)
        look(self.femke)


def look(page: Page) -> None:
    """As it stands now it can be read by everybody, and is no wider than its window."""
    assert violations(page) == [], page.url
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), page.url


def tab_to(page: Page, selector: str) -> None:
    """Tab on, from the end to the beginning if need be. That focus can be seen is told in test_keyboard."""
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"no stop at {selector}")


def press(page: Page, selector: str) -> None:
    """Tab to it and press Enter."""
    tab_to(page, selector)
    page.keyboard.press("Enter")
    page.wait_for_load_state()


@pytest.fixture(params=LANGUAGES if FULL else LANGUAGES[:1])
def way(request: pytest.FixtureRequest, site: Site, house: House) -> Iterator[Way]:
    """A fresh case. English has pages of its own, and the same ones: under `make prove` only."""
    language: str = request.param
    slug = f"camera-boven-de-lasnaad-{language}-{int(time.time())}"
    with ExitStack() as stack:
        yield Way(site, stack, slug, case(house, slug), language)


def test_a_case_is_sent_in_read_scheduled_corrected_taken_back_and_replaced(way: Way) -> None:
    page = f"/kennis/{way.slug}"
    way.send_in("Klaar om te lezen.")
    way.remark("Welke camera was het?")
    way.agree()
    way.send_back("Noem het jaar.")
    way.open(way.femke, way.review)
    expect(way.femke.locator("main")).to_contain_text("Noem het jaar.")
    way.write(f"{TITLE} in 2025")
    way.send_in("Het jaar staat er.")
    way.agree()
    way.open(way.reader, page, 404)

    moment = way.schedule()
    seen = None
    while seen is None and now() < moment + timedelta(seconds=60):
        answer = way.reader.request.get(way.prefix + page)
        seen = now() if answer.status == 200 else None
        time.sleep(0.5)
    assert seen is not None, "it appears"
    assert moment <= seen < moment + timedelta(seconds=30), "at its minute"
    way.open(way.reader, page)
    expect(way.reader.locator("h1")).to_have_text(f"{TITLE} in 2025")

    way.write(CORRECTED)
    way.send_in("Verbeterd.")
    way.agree()
    way.open(way.reader, page)
    expect(way.reader.locator("h1")).to_have_text(f"{TITLE} in 2025")
    way.place()
    way.open(way.reader, page)
    expect(way.reader.locator("h1")).to_have_text(CORRECTED)
    way.open(way.reader, f"{page}/v/1")
    expect(way.reader.locator("h1")).to_have_text(f"{TITLE} in 2025")
    way.open(way.reader, f"{page}/versies")

    way.take_back("De cijfers klopten niet.")
    way.open(way.reader, page, 410)
    expect(way.reader.locator("main")).to_contain_text("De cijfers klopten niet.")
    press(way.reader, f"main a[href$='/{SUCCESSOR}']")
    way.reader.wait_for_url(re.compile(f"/{SUCCESSOR}$"))
    look(way.reader)
    assert way.trouble.all == []
