"""Whatever is asked of whichever door: a clear answer, never an error of ours."""

import re
from urllib.parse import quote

import pytest
from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from sqlmodel import select

from app.core.database import Database
from app.people.models import User
from app.web import api, pages
from tests.counts import full
from tests.web.client import Client

GOOD = {
    "slug": "papierloze-werkorder-esdoorn",
    "number": "1",
    "name": "papierloze-werkorder-esdoorn.docx",
    "hash": "a" * 64,
    "form": "960.webp",
    "ending": "atom",
    "handle": "femke",
}
"""For each part of an address one that fits; a part that is not named here gets a word."""

PART = re.compile("{([a-z_]+)}")

BAD_PARTS = (
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "../../etc/passwd",
    "%",
    "\ufffd",
    "\u202e",
    "\U0010ffff",
    "é" * 50,
    "9" * 30,
    "-1",
    "0",
    "1e309",
    "NaN",
    ".",
    "a" * 500,
)

BAD_VALUES = (*BAD_PARTS, "", " ", "null", "\t\n", "'" * 300, "a b c " * 200, '"' * 9, "*", "AND OR NOT NEAR(", "٣")


NAMES = (
    *("q", "pagina", "page", "limit", "cursor", "verder", "versie", "lang", "taal", "soort", "kind", "onderwerp"),
    *("topic", "proefproject", "organisatie", "sector", "provincie", "gemeente", "grootte", "investering", "jaar"),
    *("terugverdientijd", "indicator", "verbetering", "voor", "uitkomst", "vanaf", "afstand", "sorteer", "sort"),
    *("literal", "letterlijk", "terug", "near", "distance", "year", "a[]", "__proto__"),
)


def path_to(door: str, **hurt: str) -> str:
    """An address of this door, with something wrong in one part of it."""
    return PART.sub(lambda part: hurt.get(part[1], GOOD.get(part[1], "iets")), door)


def doors() -> list[str]:
    """Every address that can be read, as its route writes it."""
    site = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    for router in (*pages.ROUTERS, *api.ROUTERS):
        site.include_router(router)
    found = {context.path for context in iter_route_contexts(site.routes) if "GET" in (context.methods or ())}
    assert len(found) >= 20
    return sorted(found)


@pytest.mark.slow
def test_no_part_of_an_address_breaks_a_door(client: Client) -> None:
    broken = []
    for door in doors():
        for hurt in PART.findall(door):
            for part in BAD_PARTS[:: full(1, 2)]:
                path = path_to(door, **{hurt: quote(part, safe="")})
                answer = client.get(path)
                if answer.status_code >= 500 or "<script>alert" in answer.text:
                    broken.append((answer.status_code, path))
    assert broken == []


@pytest.mark.slow
@pytest.mark.parametrize("handle", [None, "sjoerd"])
def test_no_question_breaks_a_door(client: Client, seeded: Database, handle: str | None) -> None:
    if handle:
        with seeded.reading() as session:
            client.sign_in(session.exec(select(User).where(User.handle == handle)).one())
    broken = []
    for door in doors():
        path = path_to(door)
        for value in BAD_VALUES[:: full(1, 7 if handle else 3)]:
            answer = client.get(path, params=[(name, value) for name in NAMES][:: 1 if len(value) < 100 else 9])
            if answer.status_code in (500, 501, 502) or "<script>alert" in answer.text:
                broken.append((answer.status_code, path, value))
    assert broken == []


@pytest.mark.slow
def test_no_number_of_questions_breaks_a_door(client: Client) -> None:
    for door in doors():
        path = path_to(door)
        for query in ("a=b&" * 1500, "&" * 5000, "q=x&" * 1500, "=" * 3000, "pagina=2&" * 500, "kind=lesson&" * 500):
            assert client.get(f"{path}?{query}").status_code not in (500, 501, 502), (path, query[:20])
