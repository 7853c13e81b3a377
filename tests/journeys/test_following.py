"""Following on a telephone without JavaScript, in both languages: from page and search to a real mailbox and back."""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from typing import Any, Final, cast
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import select

from app.people.models import Organisation, User
from app.people.signing_in import actor_for
from content.publishing import publish
from tests.cast import Cast, draft
from tests.databases import in_use
from tests.house import Caller, House, until
from tests.journeys.site import NARROW, Site, Trouble, violations
from tests.smtp import MailServer, mail_server

pytestmark = pytest.mark.timeout(900)

MAIL: Final = "sjoerd.postma@woldzicht-verspaning.example"

SOON: Final = 120
"""Seconds for a letter, on a machine that does more than this."""

NOTHING: Final = "zqxwvuts"
"""A word that no piece holds."""


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    """A mail server with a mailbox."""
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def house(server: MailServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A product that sends by it."""
    url = f"smtp://127.0.0.1:{server.port}"
    house = House(tmp_path_factory.mktemp("mailing"), "--examples", PROEFTUIN_SMTP_URL=url, PROEFTUIN_MAIL_PACE="1000")
    try:
        until(house.is_ready, SOON)
        yield house.become_ready()
    finally:
        house.stop()


@pytest.fixture(scope="module")
def site(house: House, browser: Browser) -> Iterator[Site]:
    """It in the browser."""
    site = Site(browser, f"http://127.0.0.1:{house.port}")
    yield site
    site.close()


@contextmanager
def on_a_phone(site: Site) -> Iterator[Page]:
    """Sjoerd on a telephone of 390 pixels, with JavaScript off; nothing may be missing or reach outside."""
    with site.page("sjoerd", viewport=NARROW, has_touch=True, java_script_enabled=False) as page:
        trouble = Trouble(site.base)
        trouble.listen(page)
        yield page
        assert trouble.all == []


def appear(house: House, slug: str, title: str) -> None:
    """A new lesson about cobots, by the Kennislab."""
    url = f"sqlite:///{house.data_dir / 'proeftuin.db'}"
    with in_use(url, house.data_dir) as database, database.writing() as session:

        class Known:
            kennislab = session.exec(select(Organisation).where(Organisation.slug == "kennislab-slim-maken")).one()
            femke = actor_for(session, session.exec(select(User).where(User.handle == "femke")).one())

        piece = draft(session, cast(Cast, Known), "lesson", slug=slug, title=title, topics=("cobots",))
        publish(session, piece, by=Known.femke)


def letter_about(server: MailServer, slug: str) -> EmailMessage:
    """The letter to Sjoerd that tells of this piece."""

    def found() -> list[EmailMessage]:
        return [one for one in list(server.letters) if one["To"] == MAIL and f"/kennis/{slug}" in plain(one)]

    assert until(found, SOON), [one["Subject"] for one in server.letters]
    time.sleep(5)
    assert len(found()) == 1, "one piece is told once, however many subscriptions it answers"
    return found()[0]


def plain(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def path_of(link: str) -> str:
    return urlsplit(link).path


def fits(page: Page) -> None:
    """Nothing hangs over the edge of the telephone."""
    width = page.locator("html").evaluate("root => root.scrollWidth")
    assert width <= NARROW["width"], (page.url, width)


def press(page: Page, form: Any) -> None:
    form.locator("button[type=submit]").click()
    fits(page)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_one_follows_mutes_and_stops_on_a_phone_without_script(
    site: Site, house: House, server: MailServer, language: str
) -> None:
    prefix = "" if language == "nl" else "/en"
    slug = f"volgproef-{language}"
    with on_a_phone(site) as page:
        follow_from_everywhere(page, prefix)
        page.goto(f"{prefix}/instellingen/volgen")
        assert page.locator("ul.subs li").count() == 4
        fits(page)
        change_rhythm(page)
        appear(house, slug, f"Volgproef {language} met een cobot")
        letter = letter_about(server, slug)
        assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        mute_from_a_line(page, letter)
        mute_one_piece(page, prefix, slug)
        stop_by_one_click(house, letter)
        page.goto(f"{prefix}/instellingen/volgen")
        assert page.locator("ul.subs li").count() == 4, "they go on standing in the overview"
        assert page.locator("ul.subs input[name=mail]:checked").count() == 0
        leave_nothing(page, prefix)


def follow_from_everywhere(page: Page, prefix: str) -> None:
    """A topic, an organisation, a search with results and one without; each with its expected volume."""
    for path in ("/onderwerpen/cobots", "/organisaties/kennislab-slim-maken"):
        page.goto(f"{prefix}{path}")
        form = page.locator(f".follow form[action='{prefix}{path}/volgen']").first
        expect(form.locator(".meta--s").first).to_contain_text(re.compile(r"\w"))
        form.locator("summary").click()
        form.locator("select[name=ritme]").select_option("meteen")
        press(page, form)
        expect(page.locator(".toast")).to_be_visible()
        expect(page.locator(".toast button")).to_be_visible()
    for words in ("cobot", NOTHING):
        page.goto(f"{prefix}/zoeken?q={words}")
        fits(page)
        page.locator("#resultaten .watch > div a[href*='/zoeken/bewaren']").click()
        assert page.locator("main strong").count() >= 1
        press(page, page.locator(f"main form[action='{prefix}/zoeken/bewaren']"))
        expect(page).to_have_url(re.compile("/instellingen/volgen"))


def change_rhythm(page: Page) -> None:
    """The search without results monthly: it stands there afterwards."""
    form = page.locator("ul.subs").nth(1).locator("form.subs__how").last
    form.locator("select[name=ritme]").select_option("maand")
    press(page, form)
    form = page.locator("ul.subs").nth(1).locator("form.subs__how").last
    expect(form.locator("select[name=ritme]")).to_have_value("maand")


def mute_from_a_line(page: Page, letter: EmailMessage) -> None:
    """The link of one line leads to less often, mute and stop; it mutes that subscription alone, or just the piece."""
    links = [link for link in re.findall(r"http://\S+/afmelden/s\S+", plain(letter)) if link]
    assert links
    page.goto(path_of(links[0]))
    fits(page)
    assert page.locator("main form").first.locator("input[name=doe]").get_attribute("value") == "minder"
    press(page, page.locator("main form:has(input[value=demp])"))
    undo = page.locator("main .notice form")
    expect(undo).to_be_visible()
    press(page, undo)
    press(page, page.locator("main form:has(input[value=stuk])"))
    press(page, page.locator("main form:has(input[value=hoor])"))
    expect(page.locator("main form:has(input[value=stuk])")).to_be_visible()


def mute_one_piece(page: Page, prefix: str, slug: str) -> None:
    """In the overview: one piece alone, and back again."""
    page.goto(f"{prefix}/overzicht")
    fits(page)
    row = page.locator(f"ul.feed > li:has(a[href$='/kennis/{slug}'])")
    expect(row.locator(".why").first).to_be_visible()
    row.locator("details.mute > summary").click()
    row.locator("details.mute input[value=stuk]").check()
    press(page, row.locator("details.mute form"))
    expect(page.locator(f"ul.feed a[href$='/kennis/{slug}']")).to_have_count(0)
    press(page, page.locator(".toast form"))
    expect(page.locator(f"ul.feed > li:has(a[href$='/kennis/{slug}'])")).to_have_count(1)


def stop_by_one_click(house: House, letter: EmailMessage) -> None:
    """As a mail program does (RFC 8058): one POST, without cookies."""
    link = str(letter["List-Unsubscribe"]).strip("<>")
    caller = Caller(house.port)
    sent = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = caller.ask("POST", path_of(link), body=b"List-Unsubscribe=One-Click", headers=sent)
    caller.close()
    assert answer.status == 200


def leave_nothing(page: Page, prefix: str) -> None:
    """Stop all of it from the settings, with the way back each time."""
    page.goto(f"{prefix}/instellingen/volgen")
    while (rows := page.locator("ul.subs li form:has(.icon-button)")).count():
        rows.first.locator("button").click()
        expect(page.locator(".toast form")).to_be_visible()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_of_following_have_no_fault_that_axe_finds(site: Site, theme: str) -> None:
    with site.page("femke", viewport=NARROW, color_scheme=theme) as page:
        for path in ("/instellingen/feed", "/en/instellingen/feed", "/zoeken?q=cobot", f"/en/zoeken?q={NOTHING}"):
            page.goto(path)
            fits(page)
            assert violations(page) == [], path
        page.goto("/instellingen/feed")
        press(page, page.locator("form:has(input[value=maak])"))
        expect(page.locator(".secret-addresses code")).to_have_count(3)
        assert violations(page) == []
