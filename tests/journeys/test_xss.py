"""Nothing that anybody writes runs in a reader's browser, even where the policy of the page is switched off."""

import random
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, urlencode

import pytest
from playwright.sync_api import Browser

from tests.core.xss_payloads import BY_TRICK
from tests.counts import full
from tests.databases import in_use
from tests.house import House, until
from tests.journeys.poisoning import Poisoned, poison
from tests.journeys.watching import HANDLES, SETTLED, Watch

pytestmark = pytest.mark.slow

KINDS: Final = full(3, 1)
"""In how many kinds of pieces each payload comes first."""

NAMES: Final = full(300, 12)
"""How many organisations, people, topics and pilots have hostile names."""

PARAMETERS: Final = (
    *("q", "soort", "onderwerp", "proefproject", "organisatie", "sector", "provincie", "gemeente", "grootte"),
    *("investering", "terugverdientijd", "indicator", "verbetering", "voor", "uitkomst", "taal", "jaar", "vanaf"),
    *("afstand", "sorteer", "pagina", "stuk", "naar", "van", "tot", "weergave"),
)

LISTS: Final = (
    *("/", "/kennis", "/kennis/praktijkcases", "/kennis/lessen", "/kennis/techniek", "/onderwerpen"),
    *("/proefprojecten", "/kaart", "/organisaties", "/zoeken", "/zoeken?q=xss", "/zoeken?q=script", "/over/feeds"),
)


def payloads() -> list[str]:
    """A fixed choice with as many as there are of every trick; the rest only stands in the tests of Markdown."""
    chance = random.Random(20261125)
    most = full(40, 8)
    return [text for trick in BY_TRICK.values() for text in chance.sample(trick, min(most, len(trick)))]


@pytest.fixture(scope="module")
def poisoned_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[House, Poisoned]]:
    """A house without examples, into which everybody wrote what they should not."""
    folder = tmp_path_factory.mktemp("poisoned")
    house = House(folder)
    try:
        house.become_ready()
        with in_use(f"sqlite:///{folder / 'proeftuin.db'}", folder) as database, database.writing() as session:
            told = poison(session, payloads(), kinds=KINDS, names=NAMES)
        until(lambda: house.finds_by_engine("/api/v1/search?q=script"), 30)
        yield house, told
    finally:
        house.stop()


def queries() -> list[str]:
    """Every parameter of a page with one payload after the other."""
    chosen = payloads()
    addresses = []
    for number in range(0, len(chosen), full(1, 6)):
        told = {name: chosen[(number + place) % len(chosen)] for place, name in enumerate(PARAMETERS)}
        addresses += [f"{path}?{urlencode(told)}" for path in ("/zoeken", "/en/zoeken/suggesties")]
        others = ("/vergelijk", "/inloggen", "/kennis", "/organisaties", "/onderwerpen", "/kaart", "/mensen/gif-1")
        addresses.append(f"{others[number // 6 % len(others)]}?{urlencode(told)}")
        addresses.append(f"/kennis/{quote(chosen[number], safe='')}")
    return [address for address in addresses if len(address) < 8000]


def addresses(told: Poisoned) -> list[str]:
    """Every page that shows what was written; every third one in English."""
    pages = [*LISTS, *told.pages]
    pages += [f"/vergelijk?{urlencode({'stuk': told.cases[at : at + 4]}, doseq=True)}" for at in range(0, 12, 4)]
    return [f"/en{page}" if number % 3 == 2 else page for number, page in enumerate(pages)]


@pytest.mark.timeout(full(3600, 600))
def test_nothing_that_somebody_wrote_runs(poisoned_house: tuple[House, Poisoned], browser: Browser) -> None:
    house, told = poisoned_house
    watch = Watch(browser, f"http://127.0.0.1:{house.port}", bypass_csp=True)
    visited = [*addresses(told), *queries()]
    handles = {address: found for address in visited if (found := watch.open(address))}
    watch.context.close()
    assert watch.shown >= len(addresses(told))
    assert (handles, watch.ran, watch.asked) == ({}, [], [])


@pytest.mark.timeout(600)
def test_suggestions_run_nothing(poisoned_house: tuple[House, Poisoned], browser: Browser) -> None:
    house, _told = poisoned_house
    watch = Watch(browser, f"http://127.0.0.1:{house.port}", bypass_csp=True)
    watch.open("/")
    for words in ("script", "onerror", "img src", "svg onload", "javascript", "xss"):
        watch.page.locator("input[type=search]").first.fill(words)
        with watch.page.expect_response(lambda answer: "suggesties" in answer.url):
            watch.page.locator("input[type=search]").first.press("End")
            watch.page.locator("input[type=search]").first.dispatch_event("input")
        watch.page.evaluate(SETTLED)
        assert watch.page.evaluate(HANDLES) == []
    watch.context.close()
    assert (watch.ran, watch.asked) == ([], [])


@pytest.mark.timeout(600)
def test_our_own_markup_breaks_no_rule_of_the_policy(poisoned_house: tuple[House, Poisoned], browser: Browser) -> None:
    house, told = poisoned_house
    watch = Watch(browser, f"http://127.0.0.1:{house.port}", bypass_csp=False)
    for address in [*addresses(told), *queries()][:: full(1, 6)]:
        watch.open(address)
    watch.context.close()
    assert watch.ran == []
    assert watch.forbidden == []


def trusting(text: str) -> str:
    return f"<!doctype html><title>a</title><meta charset=utf-8><p>{text}</p>"


def test_what_runs_is_noticed(browser: Browser) -> None:
    """The control: the same payloads on a page that trusts its authors."""
    watch = Watch(browser, "http://trusting.example", bypass_csp=True)
    pages = iter(payloads()[:: full(1, 2)])
    watch.context.route(
        "http://trusting.example/", lambda route: route.fulfill(body=trusting(next(pages)), content_type="text/html")
    )
    ran = 0
    for _ in payloads()[:: full(1, 2)]:
        watch.ran.clear()
        ran += bool(watch.open("/") or watch.ran)
    watch.context.close()
    assert ran >= full(60, 10)
