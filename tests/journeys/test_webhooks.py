"""An owner makes a webhook on a telephone without JavaScript, in both languages, and follows how it goes in its log."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from sqlmodel import select
from standardwebhooks import Webhook as Verifier

from app.people.actor import Actor
from content.models import Article
from content.publishing import withdraw
from tests.databases import in_use
from tests.house import House, until
from tests.journeys.site import NARROW, Site, Trouble, violations
from tests.journeys.test_following import SOON, appear, fits, press
from tests.receiver import Got, Receiver, receiving

pytestmark = pytest.mark.timeout(600)

SETTINGS: Final = "/instellingen/webhooks"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A product that may call this machine."""
    house = House(tmp_path_factory.mktemp("calling"), "--examples", PROEFTUIN_OUTBOUND_ALLOW="127.0.0.1")
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
def on_a_phone(site: Site, **more: Any) -> Iterator[Page]:
    """Tjitske, who decides for the Kennislab."""
    with site.page("tjitske", viewport=NARROW, has_touch=True, java_script_enabled=False, **more) as page:
        trouble = Trouble(site.base)
        trouble.listen(page)
        yield page
        assert trouble.all == []


@pytest.mark.parametrize("language", ["nl", "en"])
def test_an_owner_makes_a_webhook_and_sees_how_it_goes(site: Site, house: House, language: str) -> None:
    prefix, slug = ("" if language == "nl" else "/en"), f"haakproef-{language}"
    with on_a_phone(site) as page, receiving() as receiver:
        secret = make(page, prefix, receiver)
        send_a_test(page, receiver, secret)
        newer = rotate(page, secret)
        miss_one(page, house, receiver, slug)
        has_no_fault(site, page)
        told = send_again(page, receiver, slug)
        for each in (secret, newer):
            assert Verifier(each).verify(told.body, told.headers)
        take_back(house, slug)
        send_again_in_vain(page, receiver, slug)
        be_gone(page, prefix, receiver)
        remove_and_undo(page, prefix)


def make(page: Page, prefix: str, receiver: Receiver) -> str:
    """Its secret, which is there this once."""
    page.goto(f"{prefix}{SETTINGS}")
    fits(page)
    form = page.locator("form:has(input[name=adres])")
    form.locator("input[name=naam]").fill("Het bord in de fabriek")
    form.locator("input[name=adres]").fill(receiver.address)
    press(page, form)
    secret = page.locator("ol.recovery code").inner_text()
    assert secret.startswith("whsec_")
    page.goto(f"{prefix}{SETTINGS}")
    page.locator("ul.subs li a").last.click()
    fits(page)
    expect(page.locator("ol.recovery")).to_have_count(0)
    assert secret not in page.content()
    return secret


def send_a_test(page: Page, receiver: Receiver, secret: str) -> None:
    press(page, button(page, "proef"))
    expect(page.locator(".toast")).to_be_visible()
    assert until(lambda: receiver.got, SOON)
    (got,) = receiver.got
    told: Any = Verifier(secret).verify(got.body, got.headers)
    assert told["type"] == "webhook.test"
    wait_for(page, "li .status--ok")


def rotate(page: Page, secret: str) -> str:
    press(page, button(page, "sleutel"))
    newer = page.locator("ol.recovery code").inner_text()
    assert newer.startswith("whsec_")
    assert newer != secret
    page.goto(page.url)
    expect(page.locator("ol.recovery")).to_have_count(0)
    return newer


def miss_one(page: Page, house: House, receiver: Receiver, slug: str) -> None:
    """The receiver is broken: the log says what it answered, and that it is tried again."""
    receiver.status = 500
    appear(house, slug, f"Haakproef {slug} met een cobot")
    assert until(lambda: slug in receiver.slugs, SOON)
    wait_for(page, f"li:has(a[href$='/kennis/{slug}']) details")
    row = message(page, slug)
    row.locator("summary").click()
    expect(row.locator("details li").first).to_contain_text("500")
    expect(page.locator("main .notice").first).to_be_visible()
    fits(page)


def has_no_fault(site: Site, page: Page) -> None:
    """With a log that tells of trouble, as axe sees it in either theme."""
    for theme in ("light", "dark"):
        with site.page("tjitske", viewport=NARROW, color_scheme=theme) as seen:
            seen.goto(page.url)
            assert violations(seen) == []


def send_again(page: Page, receiver: Receiver, slug: str) -> Got:
    """It works again: what was missed comes at once, under the id that it had."""
    first, before = next(got for got in receiver.got if got.slug == slug), len(receiver.got)
    receiver.status = 200
    press(page, message(page, slug).locator("form"))
    expect(page.locator(".toast")).to_be_visible()
    assert until(lambda: len(receiver.got) > before, SOON)
    wait_for(page, f"li:has(a[href$='/kennis/{slug}']) .status--ok")
    assert receiver.got[-1].id == first.id
    return receiver.got[-1]


def take_back(house: House, slug: str) -> None:
    url = f"sqlite:///{house.data_dir / 'proeftuin.db'}"
    with in_use(url, house.data_dir) as database, database.writing() as session:
        article = session.exec(select(Article).where(Article.slug == slug)).one()
        withdraw(session, article, by=Actor(is_steward=True), reason_nl="Niet meer waar.")


def send_again_in_vain(page: Page, receiver: Receiver, slug: str) -> None:
    """What was taken back is not told again, and the log names it no more."""
    before = len(receiver.got)
    page.goto(page.url)
    expect(page.locator(f"a[href$='/kennis/{slug}']")).to_have_count(0)
    press(page, page.locator("li form:has(input[value=opnieuw])").first)
    wait_for(page, "li:first-child form:has(input[value=opnieuw])")
    assert len(receiver.got) == before


def be_gone(page: Page, prefix: str, receiver: Receiver) -> None:
    """An address that says it is gone is switched off, and its owners are told."""
    receiver.status = 410
    press(page, button(page, "proef"))
    wait_for(page, "form:has(input[value=aan])")
    expect(page.locator("main .notice").first).to_contain_text("410")
    link = page.url.split("?")[0]
    page.goto(f"{prefix}/overzicht/meldingen")
    fits(page)
    expect(page.locator(f"a[href$='{link.split('/en')[-1].rpartition('/instellingen')[2]}']").first).to_be_visible()
    page.goto(link)
    receiver.status = 200
    press(page, button(page, "aan"))
    expect(button(page, "uit")).to_be_visible()


def remove_and_undo(page: Page, prefix: str) -> None:
    page.goto(f"{prefix}{SETTINGS}")
    before = page.locator("ul.subs li").count()
    page.locator("ul.subs li a").last.click()
    press(page, button(page, "weg"))
    expect(page).to_have_url(re.compile("klaar=weg"))
    expect(page.locator("ul.subs li")).to_have_count(before - 1)
    press(page, page.locator(".toast form"))
    expect(button(page, "uit")).to_be_visible()


def button(page: Page, word: str) -> Locator:
    """The form of the page with this act."""
    return page.locator(f"main form:has(input[name=doe][value={word}])").first


def message(page: Page, slug: str) -> Locator:
    return page.locator(f"li:has(a[href$='/kennis/{slug}'])").first


def wait_for(page: Page, selector: str) -> None:
    """Load the page again until this is there, as somebody does who waits for it."""

    def is_there() -> bool:
        page.goto(page.url.split("?")[0])
        return page.locator(f"main {selector}").count() > 0

    assert until(is_there, SOON), page.locator("main").inner_text()
