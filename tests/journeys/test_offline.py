"""Reading without a connection, in a real browser: what was opened stays readable, what was taken back does not.

The network is cut between browser and house, for the page and for its service worker alike.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from sqlmodel import select

from app.people.actor import Actor
from content.models import Article
from content.publishing import show_to, withdraw
from content.snapshot import Visibility
from tests.databases import in_use
from tests.house import House, until
from tests.journeys.site import NARROW, SECONDS, Site, sign_in, violations

pytestmark = [pytest.mark.slow, pytest.mark.browser]

CASE: Final = "/kennis/inline-vision-spuitgieten-terp"
LESSON: Final = "/kennis/begin-met-een-nulmeting"
UNREAD: Final = "/kennis/nesten-met-reststukken"
FOR_MEMBERS: Final = "/kennis/ot-netwerk-scheiden"

STEWARD: Final = Actor(is_steward=True)

KEPT: Final = """async () => Object.fromEntries(await Promise.all((await caches.keys()).map(
  async (name) => [name, (await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname)])))"""

IDLE: Final = """() => new Promise((done) => setTimeout(done, 300))"""


@pytest.fixture(scope="module")
def own_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of our own: pieces are taken back here."""
    folder = tmp_path_factory.mktemp("offline")
    house = House(folder, "--examples")
    try:
        house.become_ready()
        yield house
    finally:
        house.stop()


@pytest.fixture
def page(own_house: House, browser: Browser) -> Iterator[Page]:
    """A browser that was never here before."""
    context = browser.new_context(
        base_url=f"http://127.0.0.1:{own_house.port}", locale="nl-NL", reduced_motion="reduce"
    )
    context.set_default_timeout(SECONDS * 1000)
    yield context.new_page()
    context.close()


def kept(page: Page, cache: str = "pieces") -> list[str]:
    """The paths that the browser keeps."""
    told: dict[str, list[str]] = page.evaluate(KEPT)
    return told.get(cache, [])


def read(page: Page, path: str) -> None:
    """Open a piece and stay until the browser has kept it."""
    page.goto(path)
    assert until(lambda: _looked(page) and path in kept(page), 20), page.evaluate(KEPT)


def _looked(page: Page) -> bool:
    page.evaluate(IDLE)  # lets the browser go on; asking without a pause would only hold it up
    return True


def cut(page: Page) -> BrowserContext:
    """No network any more. Returns the context, to mend it."""
    page.context.set_offline(True)
    return page.context


def shown(page: Page) -> str:
    return page.locator("main").inner_text()


def change(house: House, path: str, *, hide: bool = False) -> None:
    """Withdraw the piece at this address, or show it to members only; as the product does."""
    folder: Path = house.data_dir
    with in_use(f"sqlite:///{folder / 'proeftuin.db'}", folder) as database, database.writing() as session:
        article = session.exec(select(Article).where(Article.slug == path.rpartition("/")[2])).one()
        if hide:
            show_to(session, article, Visibility.MEMBERS, by=STEWARD, allowed=set())
        else:
            withdraw(session, article, by=STEWARD, reason_nl="De meting klopte niet.")


def test_what_was_opened_is_read_again_without_a_network(page: Page) -> None:
    read(page, CASE)
    title, pictures = page.locator("h1").inner_text(), kept(page, "pictures")
    assert not page.locator(".kept-only").is_visible()
    cut(page)
    answer = page.goto(CASE)
    assert answer is not None
    assert answer.status == 200
    assert page.locator("h1").inner_text() == title
    notice = page.locator(".kept-only")
    assert notice.is_visible()
    assert "Bewaarde kopie van" in notice.inner_text()
    assert page.locator(".kept-only time").inner_text().endswith("\N{NO-BREAK SPACE}uur")
    assert "object-src 'none'" in answer.headers["content-security-policy"]
    family = page.evaluate("document.fonts.ready.then(() => document.fonts.check('16px Literata'))")
    assert family
    assert page.evaluate("getComputedStyle(document.querySelector('.kept-only .notice')).display") == "grid"
    for path in pictures:
        assert page.evaluate("(path) => fetch(path).then((answer) => answer.ok)", path)
    assert violations(page) == []


def test_without_a_copy_the_page_for_the_rest_says_so_and_lists_what_there_is(page: Page) -> None:
    read(page, LESSON)
    title = page.locator("h1").inner_text()
    cut(page)
    answer = page.goto(UNREAD)
    assert answer is not None
    assert answer.status == 503
    assert "Er is nu geen verbinding" in shown(page)
    assert violations(page) == []
    page.get_by_role("link", name=title).click()
    page.wait_for_url(f"**{LESSON}")
    assert page.locator("h1").inner_text() == title
    assert page.goto("/en/zoeken?q=cobot") is not None
    assert "There is no connection now" in shown(page)


def test_the_control_is_cut_off(page: Page) -> None:
    """Without the worker there is nothing to read: it is the copy that was shown, and no network that was left."""
    read(page, LESSON)
    cut(page)
    assert page.evaluate("fetch('/healthz').then(() => 'came through', () => 'cut')") == "cut"
    page.evaluate("navigator.serviceWorker.ready.then((registration) => registration.unregister())")
    page.context.set_offline(False)
    page.goto("/healthz")  # any page of ours would ask for the worker again
    cut(page)
    with pytest.raises(Exception, match="ERR_INTERNET_DISCONNECTED"):
        page.goto(LESSON)


def test_a_withdrawn_piece_and_its_title_elsewhere_are_gone_after_the_next_contact(
    page: Page, own_house: House
) -> None:
    withdrawn, other = "/kennis/trillingsmeting-pompen-reitdiep", "/kennis/oee-meten-verspaning-woldzicht"
    read(page, withdrawn)
    title = page.locator("h1").inner_text()
    read(page, other)
    change(own_house, withdrawn)
    context = cut(page)
    page.goto(withdrawn)
    assert title in shown(page)  # no contact yet: nobody could know
    context.set_offline(False)
    page.goto("/over")
    assert until(lambda: _looked(page) and withdrawn not in kept(page), 20)
    assert other in kept(page)
    cut(page)
    page.goto(withdrawn)
    assert title not in shown(page)
    page.goto(other)
    assert page.locator(".kept-only").is_visible()
    assert title not in shown(page)


def test_a_hidden_piece_goes_when_it_is_asked_for_itself(page: Page, own_house: House) -> None:
    path = "/kennis/papierloze-werkorder-esdoorn"
    read(page, path)
    change(own_house, path, hide=True)
    answer = page.goto(path)
    assert answer is not None
    assert answer.status == 404
    assert until(lambda: _looked(page) and path not in kept(page), 20)
    cut(page)
    page.goto(path)
    assert "Er is nu geen verbinding" in shown(page)


def test_nothing_personal_is_kept_and_signing_in_or_out_empties_the_copy(page: Page) -> None:
    read(page, LESSON)
    sign_in(page, "sjoerd")
    assert until(lambda: _looked(page) and kept(page) == [], 20)
    answer = page.goto(FOR_MEMBERS)
    assert answer is not None
    assert (answer.status, answer.headers["cache-control"]) == (200, "private, no-store")
    read(page, CASE)  # a public piece, read by a member
    assert kept(page) == [CASE]
    copy = page.evaluate(f"caches.open('pieces').then((c) => c.match('{CASE}')).then((found) => found.text())")
    name = page.locator(".avatar .vh").inner_text().rpartition(": ")[2].removeprefix("Ingelogd als ")
    assert name in page.content()
    assert name not in copy
    assert "data-member" not in copy
    page.locator("[popovertarget]:visible").last.click()
    page.locator("form[action$=uitloggen] button:visible").first.click()
    page.wait_for_load_state()
    assert until(lambda: _looked(page) and kept(page) == [], 20)


def test_the_reader_empties_the_copy_themselves(page: Page) -> None:
    page.set_viewport_size(NARROW)
    read(page, LESSON)
    page.goto("/over/offline")
    assert page.locator(".kept-list a").count() == 1
    assert violations(page) == []
    page.get_by_role("button", name="Wis de bewaarde stukken").click()
    assert until(lambda: _looked(page) and kept(page) == [], 20)
    assert page.locator(".kept-list").count() == 0


def test_the_copy_has_an_end(page: Page) -> None:
    read(page, LESSON)
    many = """async () => {
      const pieces = await caches.open("pieces");
      const copy = await pieces.match(location.pathname);
      for (let n = 0; n < 40; n++) await pieces.put(`/kennis/oud-${n}`, copy.clone());
    }"""
    page.evaluate(many)
    page.goto(CASE)
    assert until(lambda: _looked(page) and len(kept(page)) <= 30 and CASE in kept(page), 20)


def test_a_browser_takes_the_manifest(site: Site) -> None:
    """Chromium reads it by its own rules."""
    with site.page() as page:
        for start in ("/", "/en"):
            page.goto(start)
            told = page.context.new_cdp_session(page).send("Page.getAppManifest")
            assert told["url"].endswith("manifest.webmanifest")
            assert told["errors"] == []
            assert told["data"]


def test_what_the_worker_fetches_keeps_a_first_visit_light(site: Site) -> None:
    """It counts as well: with it a first visit stays below the limit."""
    with site.page() as page:
        asked: list[Any] = []
        page.context.on("requestfinished", lambda request: asked.append(request))
        page.goto("/", wait_until="networkidle")
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.evaluate(IDLE)
        told = {}
        for request in asked:
            if request.resource_type in ("font", "image") or request.url.endswith((".woff2", ".svg")):
                continue
            sizes = request.sizes()
            told[f"{request.url} {len(told)}"] = sizes["responseBodySize"] + sizes["responseHeadersSize"]
        assert any("/sw.js" in url for url in told), told
        assert sum(told.values()) < 100_000, told
