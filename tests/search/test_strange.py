"""Questions that nobody should ask and somebody will, asked at every door that takes words."""

import random
import time
from collections.abc import Iterator

import pytest

from app.core.database import Database
from tests.counts import FULL, full
from tests.search.strange import strange_questions
from tests.web.client import Client

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.timeout(full(3600, 300))]

MOST_SECONDS = 1.5
DOORS = ("/zoeken", "/en/zoeken", "/zoeken/suggesties", "/api/v1/search", "/api/v1/suggest")

HOSTILE = (
    'cobot" OR shelves = "members',
    '"] OR shelves IN ["organisation-1"] OR kind IN ["x',
    "tokens STARTS WITH a OR covered IS EMPTY",
    "_geoRadius(1,2,3) AND shelves EXISTS",
    "' OR 1=1; DROP TABLE card; --",
    "NEAR(las robot, 3) AND title:*",
    "{t_title t_text} : (cobot)",
    "(a|a)*b" * 20,
    "a" * 7000,
    "cobot " * 1200,
    "(" * 3000,
    "*" * 3000,
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" * 30 + "!",
    "\u202ecobot\u202c \u2066las\u2069 مرحبا بالعالم",
    "🤖" * 500,
    "e\u0301\u0327" * 800,
    "las\u00ad\u200brobot\ufeff",
    "١٢٣ ½ ⅷ 𝟛𝕕",
    "%s%n%x ${7*7} {{7*7}} <%= 7 %>",
    "../../etc/passwd\r\nSet-Cookie: a=b",
    "NaN Infinity -1e999 0x1F null undefined true",
)


def questions(n: int) -> Iterator[str]:
    """Hostile ones, strange ones, and the two run together."""
    yield from HOSTILE
    chance = random.Random(5)
    for text in strange_questions(n - len(HOSTILE)):
        yield f"{text} {chance.choice(HOSTILE)[:200]}" if chance.random() < 0.2 else text


def test_no_strange_question_is_an_error_anywhere(examples: Database) -> None:
    """No 5xx, none over 1.5 s (with full counts, on a machine that does nothing else), nothing hidden, no markup."""
    chance = random.Random(7)
    slowest, wrong = (0.0, "", ""), []
    with Client() as client:
        # A new process reads the words of the collection before its first readers come.
        for door in DOORS:
            client.get(f"{door}?q=cobot")
        for number, text in enumerate(questions(full(10_000, 250))):
            door = DOORS[number % len(DOORS)]
            asked = {"q": text.encode("utf-8", "replace").decode()}
            if "zoeken" in door and chance.random() < 0.3:
                asked |= {chance.choice(("soort", "onderwerp", "vanaf", "afstand", "pagina", "sorteer")): text[:60]}
            began = time.monotonic()
            answer = client.get(door, params=asked)
            slowest = max(slowest, (time.monotonic() - began, door, text[:60]))
            is_page = answer.headers["content-type"].startswith("text/html")
            if answer.status_code >= 500 or (is_page and ("<b>" in answer.text or "<%=" in answer.text)):
                wrong.append((door, answer.status_code, text[:80]))
    assert wrong == []
    if FULL:
        assert slowest[0] < MOST_SECONDS, slowest
    print(f"slowest: {slowest[0]:.2f} s")
