"""A crawl of the whole site, as each role and in both languages.

No dead link, no page that nothing links to, no word left untranslated, no page over its weight.
"""

import re
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

import brotli
import pytest

from app.web.assets import PREFIX, edition
from tests.counts import full
from tests.house import Caller, House
from tests.journeys.pages import TYPES, is_page
from tests.journeys.site import Site
from tests.promises.messages import translated

MOST_PAGES: Final = 6000

SHEETS: Final = full(1000, 10)
"""Sheets of paper that are asked for: thirty are made in a minute, and each piece's fits in tests/web/test_paper.py."""

MOST_TRIES: Final = 60
PAUSE_BELOW: Final = 100
"""With fewer addresses waiting than that, some may have been asked for a moment ago."""

MOST_BYTES: Final = 100_000
"""Of a first visit over the wire, without fonts and images."""

HEADERS: Final = 700
"""Bytes that an answer costs besides its body, about."""

PEOPLE: Final = ("", "sjoerd", "noor")[: full(3, 1)]
"""Someone passing by, and under `make prove` a member and a steward."""

LINKS: Final = {"a": "href", "link": "href", "img": "src", "script": "src", "form": "action"}

ENDLESS: Final = re.compile(r"^(/en)?/(zoeken|vergelijk|inloggen)\?|[?&](van|naar)=")
"""Whose links are as many as there are questions: looked at when met, not followed further than a first step."""


VOID: Final = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
"""Elements without an end."""

SAID: Final = frozenset({"title", "alt", "placeholder", "aria-label", "content"})
"""Attributes that people read or hear."""


ONLY_FOUND: Final = re.compile(r"/bijlagen/[^/]+/pagina/")
"""Pages of a file: a search that finds words there leads to them, and nothing else does."""


class Read(HTMLParser):
    """What a page links to, the places in it that can be linked to, and what it says in which language."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.places: set[str] = set()
        self.said: list[tuple[str, str]] = []
        """Language and text, piece by piece."""
        self.style_and_script: set[str] = set()
        self._open: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        language = told.get("lang") or (self._open[-1][1] if self._open else "")
        if tag not in VOID:
            self._open.append((tag, language))
        self.said += [(language, _on_one_line(value)) for name, value in told.items() if name in SAID]
        if (tag == "link" and told.get("rel") == "stylesheet") or tag == "script":
            self.style_and_script |= {told[name] for name in ("href", "src") if told.get(name)}
        self.places |= {told["id"]} if "id" in told else set()
        if tag in LINKS and told.get(LINKS[tag]) and told.get("method") != "post":
            self.links.add(told[LINKS[tag]])
        self.links |= {part.split()[0] for part in told.get("srcset", "").split(",") if part.strip()}

    def handle_endtag(self, tag: str) -> None:
        while self._open and tag in [name for name, _language in self._open]:
            if self._open.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] not in ("script", "style") and data.strip():
            self.said.append((self._open[-1][1], _on_one_line(data)))


def _on_one_line(text: str) -> str:
    return " ".join(text.split())


@cache
def of_the_other_language() -> dict[str, frozenset[str]]:
    """Language -> texts of the interface that can only be of the other one."""
    pairs = [
        (text, dutch)
        for message in translated().values()
        for text, dutch in zip(_forms(message.id), _forms(message.string), strict=False)
        if "%(" not in text + dutch
    ]
    english, dutch = {text for text, _dutch in pairs}, {dutch for _text, dutch in pairs}
    return {"nl": frozenset(english - dutch), "en": frozenset(dutch - english)}


def _forms(told: object) -> tuple[str, ...]:
    return tuple(map(str, told)) if isinstance(told, tuple | list) else (str(told),)


def untranslated(page: Read) -> set[str]:
    """What stands there in the wrong language."""
    wrong = of_the_other_language()
    return {text for language, text in page.said if text in wrong.get(language[:2], ())}


def weight(html: bytes, page: Read) -> int:
    """Bytes of a first visit: the page as the store packs it, its style and its scripts, each with its headers."""
    files = [name.partition(f"{PREFIX}{edition().name}/")[2] for name in page.style_and_script]
    sizes = [len(edition().assets[name].forms.get("br", b"")) + HEADERS for name in files]
    return len(brotli.compress(html, quality=5)) + HEADERS + sum(sizes)


@dataclass
class Crawl:
    """What was met on the way."""

    reached: set[str] = field(default_factory=set)
    dead: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    """Links to a place that is not in the page."""
    untranslated: list[str] = field(default_factory=list)
    heavy: list[str] = field(default_factory=list)
    heaviest: int = 0


def crawl(house: House, cookie: str) -> Crawl:
    """Everything that can be reached from home, however many steps away."""
    caller, found = Caller(house.port), Crawl()
    waiting, known = [("/", ""), ("/en", "")], {"/", "/en"}
    places: dict[str, set[str]] = {}
    asked_again: Counter[str] = Counter()
    sheets = 0
    wanted: list[tuple[str, str, str]] = []
    while waiting:
        address, met_on = waiting.pop()
        answer = caller.get(address, {"cookie": cookie} if cookie else {})
        if answer.status in (429, 503) and "retry-after" in answer.headers and asked_again[address] < MOST_TRIES:
            # So many sheets of paper a minute and no more, whoever asks: a polite robot comes back later.
            asked_again[address] += 1
            time.sleep(2 if len(waiting) < PAUSE_BELOW else 0)
            waiting.insert(0, (address, met_on))
            continue
        if answer.status >= 400:
            found.dead.append(f"{answer.status} {address} on {met_on}")
        found.reached.add(address)
        assert len(found.reached) < MOST_PAGES
        if 300 <= answer.status < 400:
            page = Read("")
            page.links.add(answer.headers["location"])
        elif "text/html" in answer.headers.get("content-type", ""):
            page = Read(answer.text)
            places[address] = page.places
        else:
            continue
        found.untranslated += [f"{text!r} on {address}" for text in untranslated(page)]
        bytes_of_it = weight(answer.body, page)
        found.heaviest = max(found.heaviest, bytes_of_it)
        found.heavy += [f"{bytes_of_it} {address}"] if bytes_of_it > MOST_BYTES else []
        for link, place in _ours(house, address, page.links):
            wanted += [(address, link, place)] if place else []
            if link not in known and not (ENDLESS.search(link) and ENDLESS.search(address)):
                known.add(link)
                sheets += link.endswith(".pdf")
                if link.endswith(".pdf") and sheets > SHEETS:
                    continue
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


@pytest.mark.timeout(full(3600, 600))
@pytest.mark.parametrize("person", PEOPLE)
def test_every_link_leads_somewhere_and_every_page_is_linked_to(site: Site, house: House, person: str) -> None:
    cookie = ""
    if person:
        with site.tab(person) as page:
            cookie = "; ".join(f"{each['name']}={each['value']}" for each in page.context.cookies())
    found = crawl(house, cookie)
    plain = {address.partition("?")[0] for address in found.reached}
    mine = [page for page in TYPES if page.person in ("", person)]
    wanted = {page.path.partition("?")[0] for page in mine if page.route and is_page(page.route)} | mapped(house)
    orphans = wanted - plain - ({"/inloggen"} if person else set())
    orphans -= {path for path in orphans if ONLY_FOUND.search(path)}
    faults = [*found.dead, *found.lost, *found.untranslated, *found.heavy, *(f"orphan: {path}" for path in orphans)]
    assert faults == [], "\n".join(faults)
    print(f"{len(found.reached)} addresses as {person or 'someone passing by'}, the heaviest {found.heaviest} bytes")


def mapped(house: House) -> set[str]:
    """Every page that the map for search engines knows of: none may be an orphan."""
    told = re.findall(r"<loc>([^<]+)</loc>", house.ask("/sitemap.xml").text)
    assert len(told) > 100
    return {urlsplit(address).path for address in told}


def test_a_dead_link_is_found() -> None:
    page = Read('<a href="/x#y">a</a><img src="/beeld/a" srcset="/b 1x, /c 2x"><form method="post" action="/d"></form>')
    assert page.links == {"/x#y", "/beeld/a", "/b", "/c"}


def test_a_word_of_the_other_language_is_found_and_a_quotation_is_none() -> None:
    assert untranslated(Read('<html lang="en"><p>Onderwerpen</p>')) == {"Onderwerpen"}
    assert untranslated(Read('<html lang="nl"><p>Topics</p><br><img alt="Topics">')) == {"Topics"}
    assert untranslated(Read('<html lang="en"><p>Topics <i lang="nl">Onderwerpen</i></p>')) == set()
    assert untranslated(Read('<html lang="nl"><p lang="en">Topics</p><p>Onderwerpen</p>')) == set()
    assert len(of_the_other_language()["en"]) > 300


def test_what_a_page_weighs_is_its_text_its_style_and_its_scripts() -> None:
    sheet = f"{PREFIX}{edition().name}/css/app.css"
    html = b"<html lang='nl'>" + bytes(range(256)) * 4
    light, heavy = weight(html, Read("<p>")), weight(html, Read(f'<link rel="stylesheet" href="{sheet}">'))
    assert heavy - light == len(edition().assets["css/app.css"].forms["br"]) + HEADERS
