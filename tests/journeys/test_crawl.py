"""A crawl of the whole site, as each role and in both languages: no dead link, and no page that nothing links to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest

from tests.counts import full
from tests.house import Caller, House
from tests.journeys.pages import TYPES, is_page
from tests.journeys.site import Site

MOST_PAGES: Final = 3000

PEOPLE: Final = ("", "sjoerd", "noor")[: full(3, 1)]
"""Someone passing by, and under `make prove` a member and a steward."""

LINKS: Final = {"a": "href", "link": "href", "img": "src", "script": "src", "form": "action"}

ENDLESS: Final = re.compile(r"^(/en)?/(zoeken|vergelijk|inloggen)\?|[?&](van|naar)=")
"""Whose links are as many as there are questions: looked at when met, not followed further than a first step."""


class Read(HTMLParser):
    """What a page links to, and the places in it that can be linked to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.places: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        self.places |= {told["id"]} if "id" in told else set()
        if tag in LINKS and told.get(LINKS[tag]) and told.get("method") != "post":
            self.links.add(told[LINKS[tag]])
        self.links |= {part.split()[0] for part in told.get("srcset", "").split(",") if part.strip()}


@dataclass
class Crawl:
    """What was met on the way."""

    reached: set[str] = field(default_factory=set)
    dead: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """Links to a place that is not in the page."""


def crawl(house: House, cookie: str) -> Crawl:
    """Everything that can be reached from home, however many steps away."""
    caller, found = Caller(house.port), Crawl()
    waiting, known = [("/", ""), ("/en", "")], {"/", "/en"}
    places: dict[str, set[str]] = {}
    wanted: list[tuple[str, str, str]] = []
    while waiting:
        address, met_on = waiting.pop()
        answer = caller.get(address, {"cookie": cookie} if cookie else {})
        if answer.status >= 400:
            found.dead.append(f"{answer.status} {address} on {met_on}")
        found.reached.add(address)
        assert len(found.reached) < MOST_PAGES
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        page = Read(answer.text)
        places[address] = page.places
        for link, place in _ours(house, address, page.links):
            wanted += [(address, link, place)] if place else []
            if link not in known and not (ENDLESS.search(link) and ENDLESS.search(address)):
                known.add(link)
                waiting.append((link, address))
    caller.close()
    found.lost = [f"{link}#{place} on {page}" for page, link, place in wanted if place not in places.get(link, {place})]
    return found


def _ours(house: House, address: str, links: set[str]) -> Iterator[tuple[str, str]]:
    base = f"http://127.0.0.1:{house.port}"
    for link in links:
        whole, place = urldefrag(urljoin(base + address, link))
        if whole.startswith(f"{base}/") or whole == base:
            parts = urlsplit(whole)
            yield parts.path + (f"?{parts.query}" if parts.query else ""), place


@pytest.mark.timeout(600)
@pytest.mark.parametrize("person", PEOPLE)
def test_every_link_leads_somewhere_and_every_page_is_linked_to(site: Site, house: House, person: str) -> None:
    cookie = ""
    if person:
        with site.tab(person) as page:
            cookie = "; ".join(f"{each['name']}={each['value']}" for each in page.context.cookies())
    found = crawl(house, cookie)
    assert found.dead == []
    assert found.lost == []
    plain = {address.partition("?")[0] for address in found.reached}
    wanted = {page.path.partition("?")[0] for page in TYPES if page.route and is_page(page.route)}
    assert wanted - plain == ({"/inloggen"} if person else set())
    print(f"{len(found.reached)} addresses as {person or 'someone passing by'}")


def test_a_dead_link_is_found() -> None:
    page = Read('<a href="/x#y">a</a><img src="/beeld/a" srcset="/b 1x, /c 2x"><form method="post" action="/d"></form>')
    assert page.links == {"/x#y", "/beeld/a", "/b", "/c"}
