"""How long a publication takes to reach readers: from the press until each door shows it, in a large collection."""

import json
import re
import sys
import tempfile
from collections.abc import Collection, Iterator
from contextlib import closing
from http.client import HTTPConnection
from math import ceil
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from typing import Any
from urllib.parse import urlsplit

from tests.bench.serving import fetch, product

ARTICLES = 10_000
PUBLICATIONS = 40

DOORS = {
    "page": "/kennis/{slug}",
    "list": "/kennis/lessen?sorteer=nieuwste",
    "search": "/api/v1/search?q={word}&literal=1",
    "feed": "/feeds/alles.atom",
    "sitemap": "/sitemap.xml",
}

MOST_SECONDS = 60.0
"""How long is looked for it."""

MOST_UNTIL_FOUND = 1.0
"""Seconds until a search finds it, p95, promised at 10,000 articles."""

PAUSE = 1.0
"""Seconds between two publications: nobody publishes while the one before is still on its way."""


def publishing(articles: int = ARTICLES, publications: int = PUBLICATIONS) -> bool:
    """Print for each door how long readers wait; whether what is published is found as soon as promised."""
    with tempfile.TemporaryDirectory() as folder:
        slugs, token = fill(Path(folder), articles, publications)
        with product(Path(folder), workers=2) as address:
            while _word("nulmeting", address) == 0:  # until the engine has taken in what was there
                sleep(0.5)
            print(
                f"publishing beside {articles:,} articles: from the press until a door shows it, {publications} times"
            )
            # Search by itself first: who looks at every door in turn looks seldom at each.
            half = publications // 2
            alone = reaching(address, slugs[:half], token, doors=("search",))
            reaching(address, slugs[half:], token)
    print(f"  (promised: found by a search alone within {MOST_UNTIL_FOUND:.0f} s, p95)\n")
    return p95(alone) <= MOST_UNTIL_FOUND


def reaching(address: str, slugs: Collection[str], token: str, *, doors: Collection[str] = tuple(DOORS)) -> list[float]:
    """Let these appear one after another and print how long each door took; the seconds of the first door."""
    taken: dict[str, list[float]] = {door: [] for door in doors}
    for slug in slugs:
        for door, seconds in _publish(address, slug, token, doors):
            taken[door].append(seconds)
        sleep(PAUSE)
    alone = " alone" if len(doors) == 1 else ""
    for door, seconds in taken.items():
        half, most, longest = median(seconds), p95(seconds), max(seconds)
        print(f"  {door + alone:14} p50 {half:6.2f} s   p95 {most:6.2f} s   longest {longest:6.2f} s")
    return next(iter(taken.values()))


def p95(seconds: Collection[float]) -> float:
    """What nineteen of twenty took at most; with fewer than twenty the longest."""
    return sorted(seconds)[ceil(0.95 * len(seconds)) - 1]


def fill(folder: Path, articles: int, publications: int) -> tuple[list[str], str]:
    """A large collection, drafts that are ready to appear, and a token that lets them."""
    from sqlmodel import select

    from app.people import tokens
    from app.people.models import User
    from app.people.signing_in import actor_for
    from app.people.tokens import Wish
    from content.models import Article, Piece
    from content.snapshot import Visibility
    from content.writing import start
    from tests.bench.generate import filled
    from tests.cast import content

    made = filled(folder, articles)
    with made.writing() as session:
        noor, femke = (
            actor_for(session, session.exec(select(User).where(User.handle == handle)).one())
            for handle in ("noor", "femke")
        )
        slugs = [f"net-geplaatst-{number}" for number in range(publications)]
        for number, slug in enumerate(slugs):
            session.add(piece := Piece(key=slug, kind="lesson"))
            session.flush()
            body = "## Wat er gebeurde\n\n" + "De cobot stond er, maar de mal paste niet. " * 12
            told = content("lesson", title=f"Net geplaatst {_made_up(number)}", body=body, organisations=())
            its: dict[str, Any] = {"slug": slug, "visibility": Visibility.EVERYONE, "content": told}
            start(session, piece=piece, language="nl", owner_id=min(femke.edits_for), by=femke, **its)
        assert session.exec(select(Article.id).where(Article.slug == slugs[-1])).one()
        token = tokens.make(session, Wish("bench", ["write", "publish"], 30), by=noor, is_strong=True)
    made.close()
    return slugs, token


def _made_up(number: int) -> str:
    """A word that stands nowhere else, without figures: those are searched otherwise."""
    letters = "bdfgklmnprstvz"
    return f"zqx{letters[number // len(letters)]}{letters[number % len(letters)]}uvra"


def _publish(address: str, slug: str, token: str, doors: Collection[str]) -> Iterator[tuple[str, float]]:
    """Let it appear, and ask at these doors until it is there: each with the seconds since the press."""
    word = _made_up(int(slug.rpartition("-")[2]))
    began = perf_counter()
    with closing(HTTPConnection(urlsplit(address).netloc, timeout=60)) as connection:
        headers = {"Authorization": f"Bearer {token}", "If-Match": '"1"', "Content-Type": "application/json"}
        connection.request("POST", f"/api/v1/articles/{slug}/publication", "{}", headers)
        answer = connection.getresponse()
        told = answer.read()
        assert answer.status == 201, told
    waiting = {door: DOORS[door] for door in doors}
    while waiting and perf_counter() - began < MOST_SECONDS:
        for door, path in list(waiting.items()):
            told = _newest_map(address) if door == "sitemap" else fetch(address, path.format(slug=slug, word=word))
            if _is_there(door, told.decode("utf-8", "replace"), slug, word):
                del waiting[door]
                yield door, perf_counter() - began
        sleep(0.01)
    for door in waiting:
        yield door, float("inf")


def _is_there(door: str, text: str, slug: str, word: str) -> bool:
    if door == "search":
        # By name, and literally: a word that nobody knows yet is else taken for one before it, one letter away.
        found = json.loads(text)
        return not found["degraded"] and slug in [item["slug"] for item in found["items"]]
    return word in text or f"/{slug}<" in text


def _newest_map(address: str) -> bytes:
    """The part of the map that changed last: a search engine that goes by `lastmod` takes that one."""
    listed = re.findall(rb"<loc>[^<]*(/sitemap-\d+\.xml)</loc><lastmod>([^<]+)<", fetch(address, "/sitemap.xml"))
    path, _changed = max(listed, key=lambda each: each[1])
    return fetch(address, path.decode())


def _word(word: str, address: str) -> int:
    """What the engine finds for it, 0 while the database answers."""
    told = json.loads(fetch(address, f"/api/v1/search?q={word}"))
    return 0 if told["degraded"] else int(told["total"])


if __name__ == "__main__":
    sys.exit(0 if publishing(*map(int, sys.argv[1:])) else 1)
